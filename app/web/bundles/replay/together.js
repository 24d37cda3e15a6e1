/* Which place both cases are shown at. Links stay links, and the address follows, so that it can be copied. */
const REST = 250; // ms at one place before it is told aloud and stands in the address

export class Together {
  constructor(page, both, stages) {
    this.page = page;
    this.both = both;
    this.stages = stages;
    this.sides = [...page.querySelectorAll("[data-side]")];
    this.slide = page.querySelector("[data-slide]");
    for (const hidden of page.querySelectorAll("[data-script]")) hidden.hidden = false;
    this.slide.addEventListener("input", () => this.show(Number(this.slide.value)));
    page.addEventListener("click", (event) => this.#click(event));
    addEventListener("keydown", (event) => this.#key(event));
  }

  show(at) {
    const last = this.both.stops.length;
    this.at = Math.min(Math.max(1, at), last);
    const [left, right, since] = this.both.stops[this.at - 1];
    [left, right].forEach((seq, i) => this.#side(i, seq));
    this.slide.value = String(this.at);
    this.slide.setAttribute("aria-valuetext", `第 ${this.at} / ${last} 处${since ? `，起算后 ${since}` : ""}`);
    this.page.querySelector("[data-place]").textContent = `${this.at} / ${last}`;
    this.page.querySelector("[data-since]").textContent = since ? `起算后 ${since}` : "";
    this.page.querySelector("[data-row][aria-current]")?.removeAttribute("aria-current");
    this.page.querySelector(`[data-row="${this.at}"]`)?.setAttribute("aria-current", "true");
    const { here, align } = this.page.dataset;
    const turns = { first: 1, prev: Math.max(1, this.at - 1), next: Math.min(last, this.at + 1), last };
    for (const [rel, to] of Object.entries(turns)) this.page.querySelector(`.controls a[rel="${rel}"]`).href = `${here}&align=${align}&step=${to}`;
    this.page.querySelector("[data-other]").href = `${here}&align=${align === "time" ? "step" : "time"}&from=${left}`;
    clearTimeout(this.rest);
    if (this.page.dataset.ready) this.rest = setTimeout(() => this.#told(`${here}&align=${align}&step=${this.at}`), REST);
  }

  #side(i, seq) {
    const side = this.sides[i];
    side.querySelector("[data-stands]").textContent = this.both.said[i][seq];
    const open = side.querySelector("[data-open]");
    open.href = `${open.dataset.open}?step=${seq}`;
    this.stages[i].draw(seq);
  }

  #told(address) {
    history.replaceState(null, "", address);
    const words = this.sides.map((side) => side.querySelector("[data-stands]").textContent);
    this.page.querySelector("[data-told]").textContent = `左：${words[0]}。右：${words[1]}。`;
  }

  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-stop],.controls a[rel]");
    if (!link) return;
    event.preventDefault();
    const last = this.both.stops.length;
    this.show(link.dataset.stop ? Number(link.dataset.stop) : { first: 1, prev: this.at - 1, next: this.at + 1, last }[link.rel]);
  }

  #key(event) {
    if (event.target.closest("input,select,textarea,.diagram-scroll,.across") || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowLeft: this.at - 1, ArrowRight: this.at + 1, Home: 1, End: this.both.stops.length }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.show(to);
  }
}
