import assert from "node:assert/strict";
import { test } from "node:test";

import { Element, QUESTION, fire, modelOf, run } from "./page.mjs";
import { listen } from "../../../stssim/show/player/keys.js";

function player(values, tag = "div", attributes = {}) {
  const model = modelOf(values);
  const calls = [];
  const root = new Element("div");
  const inner = new Element(tag);
  for (const [name, value] of Object.entries(attributes)) inner.setAttribute(name, value);
  root.append(inner);
  listen(root, model, { stop: () => calls.push("stop"), toggle: () => calls.push("toggle") }, () => calls.push("projector"));
  return { model, calls, press: (key, more = {}) => fire(inner, "keydown", { key, ...more }) };
}

for (const [key, to] of [["ArrowLeft", 1], ["ArrowRight", 3], ["Home", 0], ["End", 3]]) {
  test(`${key} goes from step 2 to ${to}, ends the playing, and does not go on to the notebook`, () => {
    const { model, calls, press } = player({ step: 2 });
    assert.equal(press(key), true);
    assert.equal(model.held.step, to);
    assert.deepEqual(calls, ["stop"]);
  });
}

test("the space bar plays, but on a button it is the button's", () => {
  const anywhere = player();
  assert.equal(anywhere.press(" "), true);
  assert.deepEqual(anywhere.calls, ["toggle"]);
  const onButton = player({}, "button");
  assert.equal(onButton.press(" "), false);
  assert.deepEqual(onButton.calls, []);
});

test("a digit opens the tab of that number, and the sixth only where something can be changed", () => {
  const { model, press } = player();
  assert.equal(press("3"), true);
  assert.deepEqual([model.held.tab, model.held.follows], ["policy", false]);
  assert.equal(press("6"), false);
  assert.equal(press("0"), false);
  assert.equal(model.held.tab, "policy");
  const editable = player({ drafts: [{}] });
  assert.equal(editable.press("6"), true);
  assert.equal(editable.model.held.tab, "change");
});

test("a letter answers an open question, small or capital, once", () => {
  const { model, calls, press } = player({ question: QUESTION });
  assert.equal(press("z"), false);
  assert.equal(press("a"), true);
  assert.equal(model.held.answer, "A");
  assert.deepEqual(calls, ["stop"]);
  assert.equal(press("b"), false);
  assert.equal(model.held.answer, "A");
});

test("c compares, m shows the map and the sequence again", () => {
  const { model, press } = player({ runs: [run(), run()] });
  assert.equal(press("c"), true);
  assert.equal(model.held.run, 1);
  assert.equal(press("m"), true);
  assert.equal(model.held.view, "map");
  assert.equal(press("m"), true);
  assert.equal(model.held.view, "sequence");
});

test("f follows the step, and stays where it is when pressed again", () => {
  const { model, press } = player({ follows: false });
  assert.equal(press("f"), true);
  assert.equal(model.held.follows, true);
  assert.equal(press("f"), true);
  assert.equal(model.held.follows, false);
});

test("p fills the window, and Escape leaves it only when it is filled", () => {
  const small = player();
  assert.equal(small.press("Escape"), false);
  assert.equal(small.press("p"), true);
  assert.deepEqual(small.calls, ["projector"]);
  const filled = player({ projector: true });
  assert.equal(filled.press("Escape"), true);
  assert.deepEqual(filled.calls, ["projector"]);
});

for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
  test(`a key with ${modifier} is the notebook's`, () => {
    const { model, press } = player({ step: 1 });
    assert.equal(press("ArrowRight", { [modifier]: true }), false);
    assert.equal(model.held.step, 1);
  });
}

for (const [tag, attributes] of [["textarea", {}], ["select", {}], ["input", { type: "text" }]]) {
  test(`what is typed in a ${tag} steps nothing`, () => {
    const { model, press } = player({ step: 1 }, tag, attributes);
    assert.equal(press("ArrowRight"), false);
    assert.equal(model.held.step, 1);
  });
}

test("on the scrubber, keys step", () => {
  const { model, press } = player({ step: 1 }, "input", { type: "range" });
  assert.equal(press("ArrowRight"), true);
  assert.equal(model.held.step, 2);
});

test("a key that the player does not know goes on to the notebook", () => {
  assert.equal(player().press("x"), false);
});
