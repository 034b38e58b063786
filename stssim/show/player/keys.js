// One key map for the whole player. No key that it knows goes on to the notebook.

import { answer } from "./question.js";
import { change, flip, goTo, standing } from "./steps.js";
import { shownTabs } from "./tabs.js";

export function listen(root, model, timeline, projector) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const { position, last } = standing(model);
    const to = { ArrowLeft: position - 1, ArrowRight: position + 1, Home: 0, End: last }[event.key];
    const tab = shownTabs(model)[Number(event.key) - 1];
    if (to !== undefined) {
      timeline.stop();
      goTo(model, to);
    } else if (event.key === " ") {
      if (event.target.closest("button")) return;
      timeline.toggle();
    } else if (tab) change(model, { tab });
    else if (answer(model, event.key.toUpperCase())) timeline.stop();
    else if (event.key === "c") flip(model);
    else if (event.key === "m") change(model, { view: model.get("view") === "map" ? "sequence" : "map" });
    else if (event.key === "p") projector();
    else if (event.key === "Escape" && model.get("projector")) projector();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function typing(target) {
  return target.matches("textarea, select, input:not([type=range])");
}
