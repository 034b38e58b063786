// One key map for the whole player. No key that it knows goes on to the notebook.

import { answer } from "./question.js";
import { flip, goTo, otherView, standing } from "./steps.js";
import { choose, follow, shownTabs } from "./tabs.js";

/**
 * @param {HTMLElement} root
 * @param {import("./types").Model} model
 * @param {{ stop: () => void, toggle: () => void }} timeline
 * @param {() => void} projector
 */
export function listen(root, model, timeline, projector) {
  root.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || typing(target)) return;
    const { position, last } = standing(model);
    const to = { ArrowLeft: position - 1, ArrowRight: position + 1, Home: 0, End: last }[event.key];
    const tab = shownTabs(model)[Number(event.key) - 1];
    if (to !== undefined) {
      timeline.stop();
      goTo(model, to);
    } else if (event.key === " ") {
      if (target.closest("button")) return;
      timeline.toggle();
    } else if (tab) choose(model, tab);
    else if (answer(model, event.key.toUpperCase())) timeline.stop();
    else if (event.key === "f") follow(model);
    else if (event.key === "c") flip(model);
    else if (event.key === "m") otherView(model);
    else if (event.key === "p") projector();
    else if (event.key === "Escape" && model.get("projector")) projector();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** @param {HTMLElement} target */
function typing(target) {
  return target.matches("textarea, select, input:not([type=range])");
}
