/* After htmx has swapped a part of the page, the focus is where it was; a new error summary or a new row takes it. */
export function keepFocus() {
  let held = "";
  let button = null;
  document.addEventListener("htmx:before:swap", (event) => {
    held = document.activeElement?.id ?? "";
    button = event.detail.ctx?.sourceElement;
  });
  document.addEventListener("htmx:after:swap", () => {
    const errors = document.querySelector(".error-summary[data-new]");
    if (errors) errors.focus();
    else if (button?.name === "_add" || button?.name === "_remove") afterRows(button);
    else if (held && document.activeElement === document.body) document.getElementById(held)?.focus();
  });
}

/* A row or a file came or went: go on there, and keep the draft. */
function afterRows(button) {
  const name = button.name === "_add" ? button.value : button.value.slice(0, button.value.lastIndexOf("."));
  const place = document.getElementById(`f-${name.replaceAll(".", "-")}`);
  if (!place) return;
  const row = button.name === "_add" && [...place.querySelectorAll(":scope > .row-item")].at(-1);
  const next = row ? row.querySelector("input:not([type=hidden]), select, textarea") : place.querySelector(":scope > button[name=_add]");
  (next ?? place).focus();
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

/* Looking at how the form changes must not send the photographs along. */
export function leaveFilesOut() {
  document.addEventListener("htmx:config:request", (event) => {
    const body = event.detail.ctx?.request?.body;
    if (!(body instanceof FormData) || !event.target.closest("#form-fields")) return;
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
