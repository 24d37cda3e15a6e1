/* Buttons, slider, list, keys. Links stay links: a new tab, a copied address and a page without script go on working. */
export function watchControls(player, film, stage) {
  for (const hidden of player.querySelectorAll("[data-script],[data-play]")) hidden.hidden = false;
  for (const spare of player.querySelectorAll("[data-no-script]")) spare.hidden = true;
  const play = player.querySelector("[data-play]");
  const slide = player.querySelector("[data-slide]");
  const list = player.querySelector("[data-list]");

  const go = (seq) => {
    film.stop();
    film.show(seq);
  };
  play.addEventListener("click", () => (film.playing ? film.stop() : film.play()));
  slide.addEventListener("input", () => go(Number(slide.value)));
  const jump = player.querySelector("[data-jump]");
  jump.addEventListener("change", () => {
    go(Number(jump.value));
    jump.selectedIndex = 0;
  });
  player.querySelector("[data-speed]").addEventListener("change", (event) => (film.speed = Number(event.target.value)));
  player.querySelector("[data-notable]").addEventListener("change", (event) => list.closest(".steps").classList.toggle("few", event.target.checked));
  player.querySelector("[data-heat]").addEventListener("change", (event) => {
    stage.heat = event.target.checked;
    stage.draw(film.seq);
  });

  player.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-seq],.controls a[rel]");
    if (link) {
      event.preventDefault();
      if (link.rel === "next" && !film.playing) film.forward();
      else go(link.dataset.seq ? Number(link.dataset.seq) : { first: 1, prev: film.seq - 1, next: film.seq + 1, last: film.last }[link.rel]);
    }
  });
  addEventListener("keydown", (event) => {
    if (event.target.closest("input,select,textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    const move = { ArrowLeft: () => go(film.seq - 1), ArrowRight: () => go(film.seq + 1), Home: () => go(1), End: () => go(film.last) }[event.key];
    if (event.key === " " && !event.target.closest("a,button,summary,[tabindex='0']")) {
      event.preventDefault();
      play.click();
    }
    if (move && !event.target.closest(".diagram-scroll")) {
      event.preventDefault();
      move();
    }
  });

  // One stop of the Tab key for the whole list: behind it lies what the step says. Up and down walk it.
  const lines = [...list.querySelectorAll("a[data-seq]")];
  for (const line of lines) line.tabIndex = -1;
  list.addEventListener("keydown", (event) => {
    const to = { ArrowUp: film.seq - 1, ArrowDown: film.seq + 1 }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(to);
  });

  film.heard((seq) => {
    play.textContent = film.playing ? "⏸ 暂停" : "▶ 播放";
    slide.value = String(seq);
    slide.setAttribute("aria-valuetext", `第 ${seq} / ${film.last} 步`);
    const before = list.querySelector("[aria-current]");
    before?.removeAttribute("aria-current");
    if (before) before.tabIndex = -1;
    const line = list.querySelector(`[data-seq="${seq}"]`);
    line?.setAttribute("aria-current", "step");
    if (line) line.tabIndex = 0;
    if (list.contains(document.activeElement)) line?.focus({ preventScroll: true });
    if (line) list.scrollTop = line.offsetTop - list.clientHeight / 2;
  });
}
