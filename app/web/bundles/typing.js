/* The form is redrawn for the answers it had when it asked. What somebody has typed or chosen since then stays, also when
   the next change has asked again before the first answer came. An answer from before a row came or went would undo that:
   it is dropped, and asked for anew. */
const FIELDS = "#form-fields :is(input, select, textarea)[id]:not([type=file], [type=hidden])";

export function keepTyping() {
  const asked = new WeakMap();
  let since = [];
  let rows = 0;
  document.addEventListener("htmx:config:request", (event) => {
    if (event.target.closest?.("#form-fields")) asked.set(event.detail.ctx, { rows, states: new Map(fields().map((field) => [field.id, state(field)])) });
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { target, sourceElement } = event.detail.ctx ?? {};
    const then = asked.get(event.detail.ctx);
    if (!then || target?.id !== "form-fields") return;
    const button = sourceElement?.name;
    if (button === "_add" || button === "_remove") rows += 1;
    else if (then.rows !== rows) return anew(event, target);
    // When a row goes, those behind it take its place and its ids.
    const changed = (field) => then.states.has(field.id) && then.states.get(field.id) !== state(field);
    since = button === "_remove" ? [] : fields().filter(changed).map(kept);
  });
  document.addEventListener("htmx:after:swap", () => {
    since.forEach(putBack);
    since = [];
  });
}

const fields = () => [...document.querySelectorAll(FIELDS)];
const ticked = (field) => field.type === "radio" || field.type === "checkbox";
const state = (field) => (ticked(field) ? field.checked : field.value);

function anew(event, target) {
  event.preventDefault();
  target.dispatchEvent(new Event("change", { bubbles: true }));
}

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
