// One key map for the whole player. No key that it knows goes on to the notebook.

import { TABS } from "./tabs.js";
import { change, goTo, standing } from "./steps.js";

export function listen(root, model, timeline) {
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const { step, last } = standing(model);
    const to = { ArrowLeft: step - 1, ArrowRight: step + 1, Home: 0, End: last }[event.key];
    const tab = TABS[Number(event.key) - 1];
    if (to !== undefined) {
      timeline.stop();
      goTo(model, to);
    } else if (event.key === " ") {
      if (event.target.closest("button")) return;
      timeline.toggle();
    } else if (tab) change(model, { tab });
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function typing(target) {
  return target.matches("textarea, select, input:not([type=range])");
}
