import assert from "node:assert/strict";
import { test } from "node:test";

import { QUESTION, call, modelOf, run, step } from "./page.mjs";
import { OUTCOMES, change, flip, goTo, standing } from "../../../stssim/show/player/steps.js";

test("at step 0 nothing has happened yet", () => {
  const now = standing(modelOf());
  assert.deepEqual([now.position, now.last, now.step, now.call, now.locked], [0, 3, null, null, false]);
});

test("step n is the nth step, with the call it belongs to", () => {
  const now = standing(modelOf({ step: 2 }));
  assert.equal(now.step.sentence, "The policy says yes.");
  assert.equal(now.call.name, "AssumeRole");
});

test("a step that belongs to no call has none", () => {
  assert.equal(standing(modelOf({ runs: [run({ steps: [step("A token.", { call: null })] })], step: 1 })).call, null);
});

test("a position or a run outside of what there is becomes the nearest that is", () => {
  assert.equal(standing(modelOf({ step: 99 })).position, 3);
  assert.equal(standing(modelOf({ step: -1 })).position, 0);
  assert.equal(standing(modelOf({ run: 7, runs: [run(), run()] })).at, 1);
  assert.equal(standing(modelOf({ run: -7 })).at, 0);
});

test("where two runs diverge, and only there, the other run's call is at hand", () => {
  const runs = [run({ divergence: 1 }), run({ divergence: 1, calls: [call("AssumeRole", { region: "eu-west-1" })] })];
  const now = standing(modelOf({ runs, step: 2 }));
  assert.equal(now.diverges, true);
  assert.equal(now.other, runs[1]);
  assert.equal(now.theirs.region, "eu-west-1");
  for (const at of [0, 1, 3]) assert.deepEqual([standing(modelOf({ runs, step: at })).diverges, standing(modelOf({ runs, step: at })).theirs], [false, null]);
});

test("a run that ends where the other goes on has no call there", () => {
  const runs = [run({ divergence: 1 }), run({ divergence: 1, steps: [step("Alice asks.")] })];
  assert.equal(standing(modelOf({ runs, step: 2 })).theirs, null);
});

test("a question locks the player until it is answered or skipped", () => {
  assert.deepEqual([standing(modelOf({ question: QUESTION, step: 2 })).locked, standing(modelOf({ question: QUESTION, step: 2 })).position], [true, 0]);
  assert.equal(standing(modelOf({ question: QUESTION, answer: "A", step: 2 })).position, 2);
  assert.equal(standing(modelOf({ question: QUESTION, skipped: true, step: 2 })).position, 2);
});

test("goTo moves within the steps and says whether it moved", () => {
  const model = modelOf();
  assert.equal(goTo(model, 2), true);
  assert.equal(model.held.step, 2);
  assert.equal(goTo(model, 99), true);
  assert.equal(model.held.step, 3);
  assert.equal(goTo(model, 4), false);
  assert.equal(goTo(model, -5), true);
  assert.equal(model.held.step, 0);
  assert.equal(goTo(model, -1), false);
});

test("goTo goes nowhere while a question is open", () => {
  const model = modelOf({ question: QUESTION });
  assert.equal(goTo(model, 1), false);
  assert.deepEqual([model.held.step, model.saved], [0, 0]);
});

test("flip shows the other of two runs, and does nothing with one", () => {
  const two = modelOf({ runs: [run(), run()] });
  flip(two);
  assert.equal(two.held.run, 1);
  flip(two);
  assert.equal(two.held.run, 0);
  const one = modelOf();
  flip(one);
  assert.deepEqual([one.held.run, one.saved], [0, 0]);
});

test("change sets every value and notifies the kernel once", () => {
  const model = modelOf();
  change(model, { step: 1, tab: "log" });
  assert.deepEqual([model.held.step, model.held.tab, model.saved], [1, "log", 1]);
});

test("a dead kernel does not stop the player", (t) => {
  t.mock.method(console, "debug", () => {});
  const model = modelOf();
  model.save_changes = () => {
    throw new Error("dead");
  };
  assert.equal(goTo(model, 1), true);
  assert.equal(model.held.step, 1);
});

test("only a decision has a word", () => {
  assert.deepEqual(OUTCOMES, { done: "", allowed: "allowed", denied: "denied" });
});
