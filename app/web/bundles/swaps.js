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
