// The sentence of the step, and the buttons that step.

import { button, el, switchedOn, usable } from "./dom.js";
import { OUTCOMES, goTo, standing } from "./steps.js";

const PACE = 2500;

/**
 * @param {import("./types").Model} model
 * @returns {import("./types").Part}
 */
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

/** @param {import("./types").Model} model */
export function timeline(model) {
  const position = () => standing(model).position;
  /** @param {() => number} to */
  const move = (to) => () => {
    stop();
    goTo(model, to());
  };
  const first = button("First", { class: "sp-go", title: "Home", onclick: move(() => 0) });
  const back = button("Back", { class: "sp-go", title: "←", onclick: move(() => position() - 1) });
  const play = button("Play", { class: "sp-go", title: "Space", onclick: () => (playing() ? stop() : start()) });
  const next = button("Next", { class: "sp-go sp-main-button", title: "→", onclick: move(() => position() + 1) });
  const last = button("Last", { class: "sp-go", title: "End", onclick: move(() => standing(model).last) });
  const scrubber = el("input", { type: "range", class: "sp-scrubber", min: "0", step: "1", "aria-label": "Step" });
  scrubber.addEventListener("input", () => {
    const wanted = Number(scrubber.value);
    stop();
    goTo(model, wanted);
  });
  const marks = el("div", { class: "sp-marks", "aria-hidden": "true" });
  const track = el("div", { class: "sp-track" }, marks, scrubber);
  const node = el("div", { class: "sp-timeline", role: "group", "aria-label": "Timeline" }, first, back, play, next, last, track);

  /** @type {ReturnType<typeof setInterval> | null} */
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
    if (timer !== null) clearInterval(timer);
    timer = null;
    paint();
  }

  // A mark a step: how it ended is on it only once it has happened.
  /** @param {import("./types").Standing} now */
  function mark({ run, position: at }) {
    if (marks.children.length !== run.steps.length) marks.replaceChildren(...run.steps.map(() => el("span")));
    for (const [nth, { outcome }] of run.steps.entries()) {
      const name = nth >= at ? "" : `sp-past${OUTCOMES[outcome] && ` sp-${outcome}`}${nth + 1 === at ? " sp-here" : ""}`;
      if (marks.children[nth].className !== name) marks.children[nth].className = name;
    }
  }

  function paint() {
    const now = standing(model);
    const { position: at, last: end, step, locked } = now;
    for (const node of [first, back]) usable(node, at > 0);
    for (const node of [next, last]) usable(node, at < end && !locked);
    usable(play, !locked);
    switchedOn(play, playing());
    scrubber.max = String(end);
    scrubber.value = String(at);
    scrubber.disabled = locked;
    scrubber.setAttribute("aria-valuetext", step ? `Step ${at} of ${end}: ${step.label}` : "Start");
    mark(now);
  }

  return { node, paint, toggle: () => (playing() ? stop() : start()), stop, move };
}
