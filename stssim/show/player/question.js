// The question before the play. Nothing of the answer is on the page until the last step has been seen.

import { button, el } from "./dom.js";
import { change, standing } from "./steps.js";

export function question(model) {
  const node = el("div", { class: "sp-question", role: "group", "aria-label": "Question" });
  let shown = "";

  function asked({ text, choices }) {
    const choose = (letter) => () => answer(model, letter);
    return [
      el("p", { class: "sp-asked" }, text),
      el(
        "div",
        { class: "sp-choices" },
        ...choices.map(([letter, says]) =>
          el("button", { type: "button", class: "sp-choice", "aria-keyshortcuts": letter, onclick: choose(letter) }, el("b", {}, letter), " ", says),
        ),
        button("Skip", { class: "sp-switch", onclick: () => change(model, { skipped: true, step: 0 }) }),
      ),
    ];
  }

  function answered({ text, choices, right, because }, chosen, ended) {
    const says = choices.find(([letter]) => letter === chosen)?.[1];
    const verdict = chosen === right ? "Right." : `${chosen ? "Not quite: the" : "The"} answer is ${right}.`;
    const mine = chosen ? `You say ${chosen}: ${says}.` : "Not answered.";
    return [
      el(
        "div",
        { class: "sp-answered" },
        el("p", {}, text, " ", el("b", {}, mine)),
        button("Ask again", { class: "sp-switch", onclick: () => change(model, { answer: "", skipped: false, step: 0 }) }),
      ),
      el("p", { role: "status" }, ...(ended ? [el("b", {}, verdict), " ", because] : [])),
    ];
  }

  function paint() {
    const it = model.get("question");
    const { locked, position, last } = standing(model);
    node.hidden = !it.choices;
    if (!it.choices) return;
    const state = JSON.stringify([it, locked, model.get("answer"), position === last]);
    if (state === shown) return;
    shown = state;
    const focused = node.contains(document.activeElement);
    node.replaceChildren(...(locked ? asked(it) : answered(it, model.get("answer"), position === last)));
    if (focused) node.closest(".stssim-player")?.querySelector(locked ? ".sp-choice" : ".sp-picture")?.focus();
  }

  return { node, paint };
}

// A letter that is one of the choices is the answer, and stays it.
export function answer(model, letter) {
  const { locked } = standing(model);
  if (!locked || !model.get("question").choices.some(([each]) => each === letter)) return false;
  change(model, { answer: letter, step: 0 });
  return true;
}
