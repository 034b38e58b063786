import assert from "node:assert/strict";
import { test } from "node:test";

import { QUESTION, all, fire, modelOf, named, run } from "./page.mjs";
import { sentence, timeline } from "../../../stssim/show/player/timeline.js";

function said(values) {
  const { node, paint } = sentence(modelOf(values));
  paint();
  return node;
}

function painted(t, values) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const model = modelOf(values);
  const line = timeline(model);
  line.paint();
  const disabled = () => ["First", "Back", "Play", "Next", "Last"].filter((name) => named(line.node, name).getAttribute("aria-disabled") === "true");
  return { model, line, disabled, scrubber: line.node.querySelector("input"), click: (name) => fire(named(line.node, name), "click"), play: named(line.node, "Play") };
}

for (const [values, text] of [
  [{}, "Start  Alice assumes a role: 3 steps. Nothing has happened yet."],
  [{ step: 1 }, "Step 1 of 3  Alice asks."],
  [{ step: 2 }, "Step 2 of 3 allowed The policy says yes."],
  [{ question: QUESTION }, "Start  Pick an answer to start."],
  [{ runs: [run({ divergence: 1 }), run({ divergence: 1 })], step: 2 }, "As it was · Step 2 of 3 allowed The policy says yes. The two runs diverge here."],
  [{ runs: [run({ divergence: 1 }), run({ divergence: 1 })], step: 3 }, "As it was · Step 3 of 3  STS answers."],
]) {
  test(`the sentence is: ${text}`, () => assert.equal(said(values).textContent, text));
}

test("the sentence is read out whole, and its verdict has the color of the outcome", () => {
  const node = said({ step: 2 });
  assert.deepEqual([node.getAttribute("aria-live"), node.getAttribute("aria-atomic")], ["polite", "true"]);
  assert.equal(node.querySelector(".sp-word").className, "sp-word sp-allowed");
});

for (const [step, text] of [[0, "Start"], [1, "Step 1 of 3: Alice asks."], [3, "Step 3 of 3: STS answers."]]) {
  test(`at step ${step} the scrubber says ${text}`, (t) => {
    const { scrubber } = painted(t, { step });
    assert.equal(scrubber.getAttribute("aria-valuetext"), text);
    assert.deepEqual([scrubber.value, scrubber.max, scrubber.disabled], [String(step), "3", false]);
  });
}

for (const [values, names] of [
  [{ step: 0 }, ["First", "Back"]],
  [{ step: 1 }, []],
  [{ step: 3 }, ["Next", "Last"]],
  [{ question: QUESTION }, ["First", "Back", "Play", "Next", "Last"]],
]) {
  test(`with ${JSON.stringify(Object.keys(values))} at ${values.step}, disabled is: ${names}`, (t) => assert.deepEqual(painted(t, values).disabled(), names));
}

test("an open question stops the scrubber and the playing", (t) => {
  const { model, scrubber, click, play } = painted(t, { question: QUESTION });
  assert.equal(scrubber.disabled, true);
  click("Play");
  t.mock.timers.tick(10_000);
  assert.deepEqual([model.held.step, play.getAttribute("aria-pressed")], [0, "false"]);
});

test("the buttons go to the first, previous, next and last step", (t) => {
  const { model, click } = painted(t, { step: 1 });
  for (const [name, step] of [["Next", 2], ["Last", 3], ["Back", 2], ["First", 0], ["Back", 0]]) {
    click(name);
    assert.equal(model.held.step, step);
  }
});

test("the scrubber goes where it is put", (t) => {
  const { model, scrubber } = painted(t);
  scrubber.value = "2";
  fire(scrubber, "input");
  assert.equal(model.held.step, 2);
});

test("Play steps at once, then every 2.5 seconds, and ends at the last step", (t) => {
  const { model, click, play } = painted(t);
  click("Play");
  assert.deepEqual([model.held.step, play.getAttribute("aria-pressed")], [1, "true"]);
  t.mock.timers.tick(2499);
  assert.equal(model.held.step, 1);
  t.mock.timers.tick(1);
  assert.equal(model.held.step, 2);
  t.mock.timers.tick(5000);
  assert.deepEqual([model.held.step, play.getAttribute("aria-pressed")], [3, "false"]);
});

test("Play at the last step starts over", (t) => {
  const { model, line } = painted(t, { step: 3 });
  line.toggle();
  assert.equal(model.held.step, 0);
});

for (const end of ["toggle", "stop", "Next"]) {
  test(`${end} ends the playing`, (t) => {
    const { model, line, click, play } = painted(t);
    line.toggle();
    if (end === "Next") click("Next");
    else line[end]();
    const { step } = model.held;
    t.mock.timers.tick(10_000);
    assert.deepEqual([model.held.step, play.getAttribute("aria-pressed")], [step, "false"]);
  });
}

test("a mark of the timeline has its outcome only once it has happened", (t) => {
  const { line, model } = painted(t, { step: 1 });
  const marks = () => all(line.node, "span").map((each) => each.className);
  assert.deepEqual(marks(), ["sp-past sp-here", "", ""]);
  model.set("step", 2);
  line.paint();
  assert.deepEqual(marks(), ["sp-past", "sp-past sp-allowed sp-here", ""]);
  model.set("step", 1);
  line.paint();
  assert.deepEqual(marks(), ["sp-past sp-here", "", ""]);
});
