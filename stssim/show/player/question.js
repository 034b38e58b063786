// The question before the run. Nothing of the answer is on the page until the last step has been seen.

import { button, el } from "./dom.js";
import { change, standing } from "./steps.js";

/**
 * `node` asks, and stands where the panel will be; `given` says in the head what was answered; `verdict` stands beside
 * the sentence of the last step.
 * @param {import("./types").Model} model
 */
export function question(model) {
  const node = el("div", { class: "sp-question", role: "group", "aria-label": "Question" });
  const given = el("div", { class: "sp-given", role: "group", "aria-label": "Your answer" });
  const verdict = el("p", { class: "sp-answer", role: "status" });
  let shown = "";

  /** @param {import("./types").Question} it */
  function asked({ text, choices = [] }) {
    /** @param {string} letter */
    const choose = (letter) => () => answer(model, letter);
    return [
      el("p", { class: "sp-asked" }, text),
      ...choices.map(([letter, says]) =>
        el("button", { type: "button", class: "sp-choice", "aria-keyshortcuts": letter, onclick: choose(letter) }, el("b", {}, letter), " ", says),
      ),
      button("Skip", { class: "sp-switch", onclick: () => change(model, { skipped: true, step: 0 }) }),
    ];
  }

  /**
   * @param {import("./types").Question} it
   * @param {string} chosen
   */
  function answered({ text, choices = [] }, chosen) {
    const says = choices.find(([letter]) => letter === chosen)?.[1];
    const mine = chosen ? `You say ${chosen}: ${says}.` : "Not answered.";
    return [
      el("p", {}, text, " ", el("b", {}, mine)),
      button("Ask again", { class: "sp-switch", onclick: () => change(model, { answer: "", skipped: false, step: 0 }) }),
    ];
  }

  /**
   * @param {import("./types").Question} it
   * @param {string} chosen
   */
  function judged({ right, because }, chosen) {
    const says = chosen === right ? "Right." : `${chosen ? "Not quite: the" : "The"} answer is ${right}.`;
    return [el("b", {}, says), " ", because ?? ""];
  }

  function paint() {
    const it = model.get("question");
    const { locked, position, last } = standing(model);
    node.hidden = !locked;
    given.hidden = locked || !it.choices;
    if (!it.choices) return;
    const chosen = model.get("answer");
    const ended = !locked && position === last;
    const state = JSON.stringify([it, locked, chosen, ended]);
    if (state === shown) return;
    shown = state;
    const focused = node.contains(document.activeElement) || given.contains(document.activeElement);
    node.replaceChildren(...(locked ? asked(it) : []));
    given.replaceChildren(...(locked ? [] : answered(it, chosen)));
    verdict.replaceChildren(...(ended ? judged(it, chosen) : []));
    if (focused) /** @type {HTMLElement | null | undefined} */ (node.closest(".stssim-player")?.querySelector(locked ? ".sp-choice" : ".sp-picture"))?.focus();
  }

  return { node, given, verdict, paint };
}

/**
 * A letter that is one of the choices is the answer, and stays it.
 * @param {import("./types").Model} model
 * @param {string} letter
 */
export function answer(model, letter) {
  const { locked } = standing(model);
  if (!locked || !model.get("question").choices?.some(([each]) => each === letter)) return false;
  change(model, { answer: letter, step: 0 });
  return true;
}
