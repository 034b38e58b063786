// The sentence of the step, and the buttons that step.

import { button, el, switchedOn, usable } from "./dom.js";
import { OUTCOMES, goTo, standing } from "./steps.js";

const PACE = 2500;

export function sentence(model) {
  const count = el("span", { class: "sp-count" });
  const verdict = el("span", { class: "sp-word" });
  const words = el("span", { class: "sp-words" });
  const node = el("p", { class: "sp-sentence", "aria-live": "polite", "aria-atomic": "true" }, count, " ", verdict, " ", words);

  function paint() {
    const { runs, run, position, last, step, locked, diverges } = standing(model);
    count.textContent = `${runs.length > 1 ? `${run.title} · ` : ""}${position === 0 ? "Start" : `Step ${position} of ${last}`}`;
    const outcome = step ? OUTCOMES[step.outcome] : "";
    verdict.textContent = outcome;
    verdict.className = `sp-word ${outcome ? `sp-${outcome}` : ""}`;
    const start = locked ? "Pick an answer to start." : `${run.name}: ${last} steps. Nothing has happened yet.`;
    words.textContent = step ? `${step.sentence}${diverges ? " The two runs diverge here." : ""}` : start;
  }

  return { node, paint };
}

export function timeline(model) {
  const position = () => standing(model).position;
  const move = (to) => () => {
    stop();
    goTo(model, to());
  };
  const first = button("First", { class: "sp-go", title: "Home", onclick: move(() => 0) });
  const back = button("Back", { class: "sp-go", title: "←", onclick: move(() => position() - 1) });
  const play = button("Play", { class: "sp-go", title: "Space", onclick: () => (playing() ? stop() : start()) });
  const next = button("Next", { class: "sp-go", title: "→", onclick: move(() => position() + 1) });
  const last = button("Last", { class: "sp-go", title: "End", onclick: move(() => standing(model).last) });
  const scrubber = el("input", { type: "range", class: "sp-scrubber", min: "0", step: "1", "aria-label": "Step" });
  scrubber.addEventListener("input", () => {
    const wanted = Number(scrubber.value);
    stop();
    goTo(model, wanted);
  });
  const node = el("div", { class: "sp-timeline", role: "group", "aria-label": "Timeline" }, first, back, play, next, last, scrubber);

  let timer = null;
  const playing = () => timer !== null;
  function start() {
    const { position: at, last: end, locked } = standing(model);
    if (locked) return;
    goTo(model, at === end ? 0 : at + 1);
    timer = setInterval(() => goTo(model, position() + 1) || stop(), PACE);
    paint();
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    paint();
  }

  function paint() {
    const { position: at, last: end, step, locked } = standing(model);
    for (const node of [first, back]) usable(node, at > 0);
    for (const node of [next, last]) usable(node, at < end && !locked);
    usable(play, !locked);
    switchedOn(play, playing());
    scrubber.max = String(end);
    scrubber.value = String(at);
    scrubber.disabled = locked;
    scrubber.setAttribute("aria-valuetext", step ? `Step ${at} of ${end}: ${step.label}` : "Start");
  }

  return { node, paint, toggle: () => (playing() ? stop() : start()), stop, move };
}
