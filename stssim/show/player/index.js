// The player: picture and panel, below them the sentence with its verdict, and the timeline.

import { button, el, switchedOn } from "./dom.js";
import { listen } from "./keys.js";
import { picture } from "./picture.js";
import { question } from "./question.js";
import { keepKeys } from "./shortcuts.js";
import { change, flip, otherView, standing } from "./steps.js";
import { tabs } from "./tabs.js";
import { sentence, timeline } from "./timeline.js";

const HEARD = ["step", "tab", "follows", "run", "runs", "view", "projector", "question", "answer", "skipped", "drafts", "findings", "objection", "now"];

/** @param {{ model: import("./types").Model, el: HTMLElement }} widget */
function render({ model, el: host }) {
  const asked = question(model);
  const stage = picture(model);
  const panel = tabs(model, () => stage.node.focus({ preventScroll: true }));
  const words = sentence(model);
  const line = timeline(model);
  const parts = [asked, stage, panel, words, line];
  const project = () => change(model, { projector: !model.get("projector") });
  const name = el("strong", { class: "sp-name" });
  const map = button("Map", { class: "sp-switch", title: "Who owns what (m)", onclick: () => otherView(model) });
  const compare = el("div", { class: "sp-compare", role: "group", "aria-label": "Compare" });
  const projector = button("Projector", { class: "sp-switch", title: "Fill the window (p)", onclick: project });
  const caption = el("div", { class: "sp-caption" }, words.node, asked.verdict);
  const root = el(
    "div",
    // A click on any part of it brings it the keys.
    { class: "stssim-player", role: "group", "aria-label": "Player", tabindex: "-1" },
    el("div", { class: "sp-head" }, name, asked.given, compare, map, projector),
    el("div", { class: "sp-main" }, stage.node, asked.node, panel.node),
    caption,
    line.node,
  );
  listen(root, model, line, project);
  const release = keepKeys((node) => root.contains(node));
  /** @type {import("./types").Run[] | null} */
  let compared = null;

  function paint() {
    const { runs, run, at, step, locked } = standing(model);
    name.textContent = run.name;
    root.setAttribute("aria-label", `Player: ${run.name}`);
    root.classList.toggle("sp-asking", locked);
    for (const colored of [caption, panel.node]) colored.setAttribute("data-ended", step?.outcome ?? "");
    switchedOn(map, model.get("view") === "map");
    switchedOn(projector, model.get("projector"));
    if (compared !== runs) {
      compared = runs;
      const sides = runs.length > 1 ? runs : [];
      compare.replaceChildren(...sides.map(({ title }, side) => button(title, { class: "sp-switch", title: "The other one (c)", onclick: () => standing(model).at !== side && flip(model) })));
    }
    [...compare.children].forEach((side, which) => switchedOn(side, which === at));
    for (const part of parts) part.paint();
    fill(root, model.get("projector"));
    panel.settle();
    stage.settle();
  }

  HEARD.forEach((trait) => model.on(`change:${trait}`, paint));
  host.append(root);
  paint();
  requestAnimationFrame(() => fill(root, model.get("projector")));
  // In another width the map may go down instead of across, and the step may be out of sight.
  const resized = new ResizeObserver(() => stage.resized());
  resized.observe(stage.node);
  return () => {
    line.stop();
    release();
    resized.disconnect();
    HEARD.forEach((trait) => model.off(`change:${trait}`, paint));
  };
}

/**
 * Over everything else on the page, whatever the notebook does with its cells; without popovers it grows where it is.
 * @param {HTMLElement} root
 * @param {boolean} whole
 */
function fill(root, whole) {
  root.classList.toggle("sp-projector", whole);
  if (!root.showPopover || !root.isConnected) return;
  const open = root.matches(":popover-open");
  if (whole === open) return;
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  if (whole) {
    root.setAttribute("popover", "manual");
    root.showPopover();
  } else {
    root.hidePopover();
    root.removeAttribute("popover");
  }
  const next = /** @type {HTMLElement | null} */ (focused ?? root.querySelector(".sp-picture"));
  next?.focus({ preventScroll: true });
}

export default { render };
