/* The pictures: which element stands where, its marks, and tokens that run along the flows really taken. */
const SVG = "http://www.w3.org/2000/svg";
const RUN = 420; // ms a token takes for one flow at single speed

export class Stage {
  constructor(player, track) {
    this.player = player;
    this.track = track;
    this.figures = [...player.querySelectorAll("figure")];
    this.parts = new Map();
    for (const figure of this.figures) this.#collect(figure);
    this.heat = false;
  }

  #collect(figure) {
    const part = figure.dataset.part;
    if (!this.parts.has(part)) this.parts.set(part, { nodes: new Map(), flows: new Map(), figures: [] });
    const here = this.parts.get(part);
    here.figures.push(figure);
    figure.querySelector("svg")?.classList.add("history");
    for (const flag of figure.querySelectorAll(".node>.flag,.node>.flag-t")) flag.remove();
    for (const group of figure.querySelectorAll("[data-node]")) here.nodes.set(group.dataset.node, { group, figure, said: "" });
    for (const group of figure.querySelectorAll("[data-flow]")) here.flows.set(group.dataset.flow, group);
  }

  /* Everything as it stood after step `seq`: recomputed from the film, so that any step may follow any other. What is
     out of sight has no measure: its marks are put once it is shown. */
  draw(seq) {
    const steps = this.track.steps;
    const now = steps[seq - 1];
    const here = this.parts.get(String(now.p));
    const visits = new Map();
    const walked = new Set();
    for (let i = 0; i < seq; i++) {
      for (const name of steps[i].in) visits.set(name, (visits.get(name) ?? 0) + 1);
      for (const flow of steps[i].f) walked.add(flow);
    }
    const state = new Map();
    for (const [name, count] of visits) this.#put(here, state, name, "done", count);
    for (const [name, count] of Object.entries(now.o)) this.#put(here, state, name, "active", count);
    this.#choose(here, now);
    for (const [name, node] of here.nodes) if (!node.figure.hidden) this.#mark(node, state.get(name), name);
    for (const [id, group] of here.flows) group.classList.toggle("walked", walked.has(id));
    requestAnimationFrame(() => this.#centre(here, now)); // once the picture that came into sight has its place
  }

  #put(here, state, name, word, count) {
    const place = this.track.places[name] ?? name;
    if (!here.nodes.has(place)) return;
    const was = state.get(place);
    if (was?.word === "active" && word === "active") was.count += count;
    else state.set(place, { word, count: place === name ? count : 1 });
  }

  #mark(node, found, name) {
    const word = found?.word ?? "";
    const spent = this.heat ? this.track.spent[name] : undefined;
    const times = found && found.count > 1 ? `×${found.count}` : "";
    const text = spent ? spent[0] : word === "active" ? `▶ 现在${times}` : word === "done" ? `✓${times}` : "";
    const said = `${word}|${text}|${spent ? spent[1] : ""}`;
    if (said === node.said) return;
    node.said = said;
    node.group.classList.toggle("active", word === "active");
    node.group.classList.toggle("done", word === "done");
    for (const level of [1, 2, 3]) node.group.classList.toggle(`heat-${level}`, spent?.[1] === level);
    node.flag?.remove();
    node.flag = text ? this.#flag(node, text) : undefined;
  }

  #flag(node, text) {
    node.box ??= node.group.querySelector(".box,.scope")?.getBBox() ?? node.group.getBBox();
    const wide = [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) < 0x250 ? 6.2 : 11), 8);
    const x = node.box.x + node.box.width - wide / 2 - 2;
    const group = element("g", { "data-flagged": "" });
    group.append(
      element("rect", { class: "flag", x: x - wide / 2, y: node.box.y - 9, width: wide, height: 17, rx: 3 }),
      element("text", { class: "flag-t", x, y: node.box.y + 3.5 }, text),
    );
    if (node.group.classList.contains("active")) group.setAttribute("class", "active");
    node.group.append(group);
    return group;
  }

  /* The picture of the main process, and under it each called one that something of this step stands on. */
  #choose(here, now) {
    const touched = new Set();
    for (const name of [...Object.keys(now.o), ...now.in]) {
      const node = here.nodes.get(this.track.places[name] ?? name);
      if (node) touched.add(node.figure);
    }
    for (const figure of this.figures) {
      figure.hidden = !here.figures.includes(figure) || !(touched.has(figure) || "main" in figure.dataset);
    }
  }

  #centre(here, now) {
    const done = new Set();
    const open = Object.keys(now.o);
    const fresh = now.in.filter((name) => name in now.o);
    for (const name of [...fresh.reverse(), ...open.reverse(), ...[...now.in].reverse()]) {
      const node = here.nodes.get(this.track.places[name] ?? name);
      if (!node || done.has(node.figure) || node.figure.hidden || node.group.querySelector(":scope > .scope")) continue;
      done.add(node.figure);
      const box = node.figure.querySelector(".diagram-scroll");
      const frame = box.getBoundingClientRect();
      const place = node.group.getBoundingClientRect();
      if (place.left < frame.left || place.right > frame.right) box.scrollLeft += place.left + place.width / 2 - frame.left - frame.width / 2;
      if (place.top < frame.top || place.bottom > frame.bottom) box.scrollTop += place.top + place.height / 2 - frame.top - frame.height / 2;
    }
  }

  /* Tokens along the flows of step `seq`: one behind the other where one flow leads to the next, else side by side. */
  async run(seq, speed, signal) {
    const now = this.track.steps[seq - 1];
    const here = this.parts.get(String(now.p));
    const begins = new Map();
    const runs = [];
    for (const id of now.f) {
      const group = here.flows.get(id);
      const [source, target] = this.track.flows[id] ?? [];
      const at = begins.get(source) ?? 0;
      const line = group?.querySelector("polyline.line");
      const long = line ? RUN / speed : 0;
      begins.set(target, Math.max(begins.get(target) ?? 0, at + long));
      if (line) runs.push({ line, at, long, length: line.getTotalLength() });
    }
    const end = Math.max(0, ...runs.map((one) => one.at + one.long));
    const squeeze = Math.min(1, (4 * RUN) / speed / (end || 1));
    await this.#animate(runs.map((one) => ({ ...one, at: one.at * squeeze, long: one.long * squeeze })), end * squeeze, signal);
  }

  #animate(runs, end, signal) {
    if (!end || matchMedia("(prefers-reduced-motion: reduce)").matches) return Promise.resolve();
    return new Promise((resolve) => {
      const tokens = runs.map((one) => element("circle", { class: "token", r: 7 }));
      const began = performance.now();
      const tick = (time) => {
        const passed = time - began;
        runs.forEach((one, i) => place(tokens[i], one, passed));
        if (passed < end && !signal.aborted) requestAnimationFrame(tick);
        else {
          for (const token of tokens) token.remove();
          resolve();
        }
      };
      requestAnimationFrame(tick);
    });
  }
}

function place(token, run, passed) {
  const share = (passed - run.at) / run.long;
  if (share < 0 || share > 1) return token.remove();
  const point = run.line.getPointAtLength(share * run.length);
  token.setAttribute("cx", point.x);
  token.setAttribute("cy", point.y);
  if (!token.isConnected) run.line.ownerSVGElement.append(token);
}

function element(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}
