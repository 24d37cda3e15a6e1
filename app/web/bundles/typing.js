/* The form is redrawn for the answers it had when it asked. What somebody has typed or chosen since then stays, also when
   the next change has asked again before the first answer came. */
const FIELDS = "#form-fields :is(input, select, textarea)[id]:not([type=file], [type=hidden])";

export function keepTyping() {
  const asked = new WeakMap();
  let since = [];
  document.addEventListener("htmx:config:request", (event) => {
    if (event.target.closest?.("#form-fields")) asked.set(event.detail.ctx, new Map(fields().map((field) => [field.id, state(field)])));
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { target, sourceElement } = event.detail.ctx ?? {};
    const then = asked.get(event.detail.ctx);
    // When a row goes, those behind it take its place and its ids.
    const own = then && target?.id === "form-fields" && sourceElement?.name !== "_remove";
    since = own ? fields().filter((field) => then.has(field.id) && then.get(field.id) !== state(field)).map(kept) : [];
  });
  document.addEventListener("htmx:after:swap", () => {
    since.forEach(putBack);
    since = [];
  });
}

const fields = () => [...document.querySelectorAll(FIELDS)];
const ticked = (field) => field.type === "radio" || field.type === "checkbox";
const state = (field) => (ticked(field) ? field.checked : field.value);

function kept(field) {
  const caret = field === document.activeElement && !ticked(field) && "selectionStart" in field ? field.selectionStart : null;
  return { id: field.id, value: state(field), caret };
}

function putBack({ id, value, caret }) {
  const field = document.getElementById(id);
  if (!field || state(field) === value) return;
  if (ticked(field)) field.checked = value;
  else field.value = value;
  if (caret !== null && document.activeElement === field) field.setSelectionRange(caret, caret);
}
