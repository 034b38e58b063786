// The player: picture on the left, evidence on the right, the sentence and the timeline below.

import { button, el, switchedOn } from "./dom.js";
import { listen } from "./keys.js";
import { picture } from "./picture.js";
import { change, standing } from "./steps.js";
import { tabs } from "./tabs.js";
import { sentence, timeline } from "./timeline.js";

function render({ model, el: host }) {
  const stage = picture(model);
  const panel = tabs(model, () => stage.node.focus({ preventScroll: true }));
  const words = sentence(model);
  const line = timeline(model);
  const projector = button("Projector", { class: "sp-switch", onclick: () => change(model, { projector: !model.get("projector") }) });
  const name = el("strong", { class: "sp-name" });
  const root = el(
    "section",
    { class: "stssim-player", "aria-label": "Player", "data-lm-suppress-shortcuts": "true" },
    el("div", { class: "sp-head" }, name, projector),
    el("div", { class: "sp-main" }, stage.node, panel.node),
    words.node,
    line.node,
  );
  listen(root, model, line);

  function paint() {
    const { run } = standing(model);
    name.textContent = run.name;
    root.setAttribute("aria-label", `Player: ${run.name}`);
    root.classList.toggle("sp-projector", model.get("projector"));
    switchedOn(projector, model.get("projector"));
    for (const part of [stage, panel, words, line]) part.paint();
  }

  const heard = "change:step change:tab change:run change:runs change:view change:projector change:answer change:skipped".split(" ");
  heard.forEach((name) => model.on(name, paint));
  host.append(root);
  paint();
  return () => {
    line.stop();
    heard.forEach((name) => model.off(name, paint));
  };
}

export default { render };
