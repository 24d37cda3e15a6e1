/* After htmx has swapped a part of the page, the focus is where it was; a new error summary takes it. */
export function keepFocus() {
  let held = "";
  document.addEventListener("htmx:before:swap", () => {
    held = document.activeElement?.id ?? "";
  });
  document.addEventListener("htmx:after:swap", () => {
    const errors = document.querySelector(".error-summary[data-new]");
    if (errors) errors.focus();
    else if (held && document.activeElement === document.body) document.getElementById(held)?.focus();
  });
}

/* Looking at how the form changes must not send the photographs along. */
export function leaveFilesOut() {
  document.addEventListener("htmx:config:request", (event) => {
    const body = event.detail.ctx?.request?.body;
    if (!(body instanceof FormData) || event.target.id !== "form-fields") return;
    for (const [key, value] of [...body]) if (value instanceof File) body.delete(key);
  });
}

/* A refusal, an error page or a sign-in page must never take the place of a form somebody has filled in, nor of a list:
   the form stays and the page says so; for a list the browser simply goes there. */
export function refuseStrangers() {
  document.addEventListener("htmx:after:request", (event) => {
    const { text, sourceElement, target } = event.detail.ctx;
    const place = target?.id;
    if (!["form-fields", "list"].includes(place) || text?.includes(`id="${place}"`)) return;
    event.preventDefault();
    if (place === "list") location.assign(sourceElement.href);
    else sayStale();
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx?.target?.id === "form-fields") sayStale();
  });
}

function sayStale() {
  const flash = document.getElementById("flash");
  const line = document.createElement("p");
  line.className = "warning";
  line.textContent = flash.dataset.stale;
  flash.replaceChildren(line);
}
