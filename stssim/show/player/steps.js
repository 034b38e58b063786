// Where the player stands. Step 0: nothing has happened yet; step n: step n (from 1) is happening now.

/**
 * @param {import("./types").Model} model
 * @returns {import("./types").Standing}
 */
export function standing(model) {
  const runs = model.get("runs");
  const at = Math.max(0, Math.min(model.get("run"), runs.length - 1));
  const run = runs[at];
  const last = run.steps.length;
  const shut = locked(model);
  const position = shut ? 0 : Math.max(0, Math.min(model.get("step"), last));
  const step = position === 0 ? null : run.steps[position - 1];
  const call = callOf(run, step);
  // At the step where two runs diverge, the other run's call is shown beside this one's.
  const diverges = step !== null && run.divergence === position - 1;
  const other = diverges ? runs[1 - at] : null;
  const theirs = other ? callOf(other, other.steps[position - 1] ?? null) : null;
  return { runs, at, run, last, position, step, call, locked: shut, diverges, other, theirs };
}

/**
 * @param {import("./types").Run} run
 * @param {import("./types").Step | null} step
 */
function callOf(run, step) {
  return step === null || step.call === null ? null : run.calls[step.call];
}

/** @param {import("./types").Model} model */
function locked(model) {
  return Boolean(model.get("question").choices) && !model.get("answer") && !model.get("skipped");
}

/**
 * @param {import("./types").Model} model
 * @param {number} position
 */
export function goTo(model, position) {
  const { last, position: before, locked: shut } = standing(model);
  const wanted = Math.max(0, Math.min(position, last));
  if (shut || wanted === before) return false;
  change(model, { step: wanted });
  return true;
}

/** @param {import("./types").Model} model */
export function flip(model) {
  const { runs, at } = standing(model);
  if (runs.length > 1) change(model, { run: 1 - at });
}

/** @param {import("./types").Model} model */
export function otherView(model) {
  change(model, { view: model.get("view") === "map" ? "sequence" : "map" });
}

/**
 * The browser is what steps; the kernel is only notified. A dead kernel must not stop a lesson.
 * @param {import("./types").Model} model
 * @param {Partial<import("./types").Traits>} values
 */
export function change(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  try {
    model.save_changes();
  } catch (error) {
    console.debug("stssim: the kernel was not notified", error);
  }
}

export const OUTCOMES = { done: "", allowed: "allowed", denied: "denied" };
