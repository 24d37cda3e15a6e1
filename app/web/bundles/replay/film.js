/* Which step is shown, and playing on. What a step says is fetched once the reader rests on it. */
const REST = 140; // ms without another step before its words are fetched
const PAUSE = 700; // ms on each step at single speed, besides the run of its tokens

export class Film {
  constructor(player, track, stage) {
    this.player = player;
    this.stage = stage;
    this.last = track.steps.length;
    this.address = player.dataset.steps;
    this.words = new Map([[Number(player.dataset.seq), player.querySelector(".what").innerHTML]]);
    this.told = [];
    this.speed = 1;
    this.playing = false;
  }

  heard(listener) {
    this.told.push(listener);
  }

  show(seq) {
    this.seq = Math.min(Math.max(1, seq), this.last);
    this.stage.draw(this.seq);
    for (const listener of this.told) listener(this.seq);
    clearTimeout(this.rest);
    if (this.words.has(this.seq)) this.#say(this.words.get(this.seq));
    else this.rest = setTimeout(() => this.#fetch(this.seq), REST);
  }

  async #fetch(seq) {
    try {
      const answer = await fetch(`${this.address}/${seq}`, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.words.set(seq, await answer.text());
    } catch (wrong) {
      if (navigator.onLine && !(wrong instanceof TypeError)) location.assign(`${this.address}?step=${seq}`);
      else if (seq === this.seq) this.#missing(seq);
      return;
    }
    if (seq === this.seq) this.#say(this.words.get(seq));
  }

  #missing(seq) {
    this.#say(`<p class="note warning">第 ${seq} 步的内容没有取到。请检查网络，再点一次这一步。</p>`);
    this.player.querySelector(".what").dataset.seq = "";
  }

  #say(words) {
    const place = this.player.querySelector(".what");
    if (place.dataset.seq === String(this.seq)) return;
    place.dataset.seq = String(this.seq);
    place.innerHTML = words; // our own server's answer, escaped there; the policy lets no script in it run
  }

  async forward() {
    if (this.seq >= this.last) return;
    this.stopping = new AbortController();
    await this.stage.run(this.seq + 1, this.speed, this.stopping.signal);
    this.show(this.seq + 1);
  }

  async play() {
    if (this.seq >= this.last) this.show(1);
    this.playing = true;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    while (!signal.aborted && this.seq < this.last) {
      await this.stage.run(this.seq + 1, this.speed, signal);
      if (signal.aborted) break;
      this.show(this.seq + 1);
      await new Promise((resolve) => setTimeout(resolve, PAUSE / this.speed));
    }
    this.stop();
  }

  stop() {
    this.playing = false;
    this.stopping?.abort();
    for (const listener of this.told) listener(this.seq);
  }
}
