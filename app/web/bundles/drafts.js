/* Saves the draft of a form while one writes. Nothing personal is kept in the browser: what cannot be sent stays on
   the page, the page says so, and leaving it asks first. The server answers with one sentence of plain text. */
const WAIT = 1500;
const AGAIN = 15000;

export function watchDrafts() {
  const form = document.querySelector("form[data-autosave]");
  const note = document.getElementById("saved");
  watchLine();
  if (!form || !note) return;
  let timer = 0;
  let unsaved = false;
  let sending = false;
  let changed = false;
  let stopped = false;
  let at = "";

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function save() {
    if (sending || stopped || !unsaved) return;
    sending = true;
    changed = false;
    note.textContent = note.dataset.saving;
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: withoutFiles(form, at), headers: { "X-Autosave": "1", Accept: "text/plain" } });
      const plain = (answer.headers.get("content-type") ?? "").startsWith("text/plain");
      const said = plain ? await answer.text() : note.dataset.failed;
      note.textContent = answer.ok && changed ? note.dataset.unsaved : said;
      note.classList.toggle("late", !answer.ok);
      stopped = answer.status === 409 || answer.status === 404 || answer.status === 403;
      unsaved = changed || !answer.ok;
      if (!stopped && unsaved) later(answer.ok ? WAIT : AGAIN);
    } catch {
      note.textContent = note.dataset.failed;
      note.classList.add("late");
      later(AGAIN);
    } finally {
      sending = false;
    }
  }

  form.addEventListener("input", (event) => {
    at = event.target.id;
    unsaved = changed = true;
    if (!stopped) {
      note.textContent = note.dataset.unsaved;
      later(WAIT);
    }
  });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault(); // the browser would put its own page in place of the answers
      sayNotSent();
      return;
    }
    unsaved = false;
    stopped = true;
    const button = event.submitter;
    if (button) setTimeout(() => button.setAttribute("aria-disabled", "true"));
  });
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

/* The answers, and the field one was in: 继续 leads back to it. */
function withoutFiles(form, at) {
  const body = new FormData(form);
  body.set("_at", at);
  for (const [key, value] of [...body]) if (value instanceof File) body.delete(key);
  return body;
}

function sayNotSent() {
  const region = document.getElementById("offline");
  region.textContent = region.dataset.notSent;
  region.className = "note error";
  region.scrollIntoView({ block: "start" });
}

function watchLine() {
  const region = document.getElementById("offline");
  if (!region) return;
  const say = () => {
    region.textContent = navigator.onLine ? "" : region.dataset.off;
    region.className = navigator.onLine ? "" : "note warning";
  };
  addEventListener("online", say);
  addEventListener("offline", say);
  say();
}
