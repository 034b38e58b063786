import assert from "node:assert/strict";
import { test } from "node:test";

import { QUESTION, all, fire, modelOf, named } from "./page.mjs";
import { answer, question } from "../../../stssim/show/player/question.js";

function painted(values) {
  const model = modelOf(values);
  const { node, given, verdict, paint } = question(model);
  paint();
  return { model, node, given, verdict, paint };
}

test("without a question there is nothing to see", () => {
  const { node, given, verdict } = painted();
  assert.deepEqual([node.hidden, given.hidden], [true, true]);
  assert.equal(node.textContent + given.textContent + verdict.textContent, "");
});

test("an open question shows its choices, and nothing of the answer in any text or attribute", () => {
  const { node, given, verdict } = painted({ question: QUESTION, step: 3 });
  assert.deepEqual([node.hidden, given.hidden, verdict.textContent], [false, true, ""]);
  assert.equal(node.textContent, "Is it allowed?A YesB NoSkip");
  assert.deepEqual(all(node, ".sp-choice").map((each) => each.attributes), ["A", "B"].map((letter) => ({ type: "button", class: "sp-choice", "aria-keyshortcuts": letter })));
});

for (const values of [{ answer: "A" }, { answer: "B" }, { skipped: true }]) {
  test(`before the last step nothing tells what is right: ${JSON.stringify(values)}`, () => {
    for (const step of [0, 1, 2]) {
      const { node, given, verdict } = painted({ question: QUESTION, step, ...values });
      assert.deepEqual([node.textContent, verdict.textContent], ["", ""]);
      assert.doesNotMatch(given.textContent, /Right|Not quite|answer is|names Bob/);
    }
  });
}

for (const [values, mine, verdict] of [
  [{ answer: "B" }, "You say B: No.", "Right. The trust policy names Bob."],
  [{ answer: "A" }, "You say A: Yes.", "Not quite: the answer is B. The trust policy names Bob."],
  [{ skipped: true }, "Not answered.", "The answer is B. The trust policy names Bob."],
]) {
  test(`at the last step the verdict is there: ${verdict}`, () => {
    const { given, verdict: said } = painted({ question: QUESTION, step: 3, ...values });
    assert.ok(given.textContent.includes(mine));
    assert.deepEqual([said.textContent, said.getAttribute("role")], [verdict, "status"]);
  });
}

test("a click on a choice answers, from the start of the play", () => {
  const { model, node, given, paint } = painted({ question: QUESTION, step: 2 });
  fire(all(node, ".sp-choice")[1], "click");
  assert.deepEqual([model.held.answer, model.held.step], ["B", 0]);
  paint();
  fire(named(given, "Ask again"), "click");
  assert.deepEqual([model.held.answer, model.held.skipped, model.held.step], ["", false, 0]);
});

test("Skip unlocks without an answer", () => {
  const { model, node } = painted({ question: QUESTION });
  fire(named(node, "Skip"), "click");
  assert.deepEqual([model.held.answer, model.held.skipped], ["", true]);
});

test("only a letter of a choice of an open question is an answer", () => {
  const open = modelOf({ question: QUESTION });
  assert.equal(answer(open, "C"), false);
  assert.equal(answer(open, "A"), true);
  assert.equal(answer(open, "B"), false);
  assert.equal(open.held.answer, "A");
  assert.equal(answer(modelOf(), "A"), false);
});
