// Where the player stands. Step 0: nothing has happened yet; step n: beat n (from 1) is happening now.

export function standing(model) {
  const runs = model.get("runs");
  const at = Math.min(model.get("run"), runs.length - 1);
  const run = runs[at];
  const last = run.beats.length;
  const step = Math.max(0, Math.min(model.get("step"), last));
  const beat = step === 0 ? null : run.beats[step - 1];
  const call = beat === null || beat.call === null ? null : run.calls[beat.call];
  return { runs, at, run, last, step, beat, call, locked: locked(model) };
}

export function locked(model) {
  const question = model.get("question");
  return Boolean(question.choices) && !model.get("answer") && !model.get("skipped");
}

export function goTo(model, step) {
  const { last, step: before } = standing(model);
  const wanted = Math.max(0, Math.min(step, last));
  if (locked(model) || wanted === before) return false;
  change(model, { step: wanted });
  return true;
}

// The browser is what steps; the kernel is only told. A dead kernel must not stop a lesson.
export function change(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  try {
    model.save_changes();
  } catch (error) {
    console.debug("stssim: the kernel was not told", error);
  }
}

export const OUTCOMES = { done: "", allowed: "allowed", denied: "denied" };
