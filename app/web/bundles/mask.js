/* 遮屏: covers names and answers at once, before the server hears of it, and remembers it for this tab only. */
const root = document.documentElement;
const KEPT = "banyan-masked";

function show(masked) {
  root.toggleAttribute("data-masked", masked);
  document.querySelector("[data-mask] button")?.setAttribute("aria-pressed", String(masked));
  sessionStorage.setItem(KEPT, masked ? "1" : "");
}

export function watchMask() {
  const form = document.querySelector("[data-mask]");
  if (!form) return;
  const kept = sessionStorage.getItem(KEPT);
  if (kept !== null) show(kept === "1");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(!root.hasAttribute("data-masked"));
    fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch(() => {});
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "F9") return;
    event.preventDefault();
    form.requestSubmit();
  });
}
