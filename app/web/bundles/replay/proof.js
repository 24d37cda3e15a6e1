/* 验证, without leaving the step. */
export function watchProof(form) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const place = document.getElementById("proof");
    place.textContent = "正在验证…";
    try {
      const answer = await fetch(form.dataset.proof, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
    } catch {
      location.assign(`${form.action}?proof=1&step=${form.elements.step.value}`);
    }
  });
}
