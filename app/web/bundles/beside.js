/* Two cases moved by one slider. The page says everything without it, one place for each address. */
import { Stage } from "./replay/stage.js";
import { Together } from "./replay/together.js";

const page = document.querySelector("[data-beside]");
if (page) {
  const both = JSON.parse(document.getElementById("both").textContent);
  const stages = [...page.querySelectorAll("[data-side]")].map((side, i) => new Stage(side, both.sides[i]));
  new Together(page, both, stages).show(Number(page.dataset.at));
  page.dataset.ready = "1";
}
