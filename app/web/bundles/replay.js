/* The player. The page says everything without it, one step for each address. */
import { Film } from "./replay/film.js";
import { Stage } from "./replay/stage.js";
import { watchControls } from "./replay/controls.js";
import { watchProof } from "./replay/proof.js";

const player = document.querySelector("[data-player]");
if (player) {
  const track = JSON.parse(document.getElementById("track").textContent);
  const stage = new Stage(player, track);
  const film = new Film(player, track, stage);
  watchControls(player, film, stage);
  watchProof(document.querySelector("[data-proof]"));
  film.show(Number(player.dataset.seq));
  player.dataset.ready = "1";
}
