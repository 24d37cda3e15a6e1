/* / goes to the search field, j and k walk the rows. Off in the user menu (WCAG 2.1.4), never while typing. */
const typing = (element) => element.matches("input, select, textarea, [contenteditable]");

function walk(step) {
  const links = [...document.querySelectorAll("[data-rows] a.go")];
  if (!links.length) return;
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1);
  links[next].focus();
}

export function watchKeys() {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!document.documentElement.hasAttribute("data-keys") || typing(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q")?.focus();
    } else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
  });
  addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
}

function closeMenus() {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
}
