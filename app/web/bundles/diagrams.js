/* Brings the present step of each diagram into sight. */
export function centreDiagrams() {
  for (const box of document.querySelectorAll(".diagram-scroll")) {
    const step = box.querySelector(".node.active");
    if (!step) continue;
    const frame = box.getBoundingClientRect();
    const place = step.getBoundingClientRect();
    box.scrollLeft += place.left + place.width / 2 - frame.left - frame.width / 2;
    box.scrollTop += place.top + place.height / 2 - frame.top - frame.height / 2;
  }
}
