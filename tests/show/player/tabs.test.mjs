import assert from "node:assert/strict";
import { test } from "node:test";

import { all, call, fire, modelOf, named, run, step } from "./page.mjs";
import { follow, shownTabs, tabOf, tabs } from "../../../stssim/show/player/tabs.js";

const ALWAYS = ["request", "response", "policy", "credentials", "log"];
const DRAFT = { name: "trust", title: "Trust policy", kind: "trust", group: "Policies", call: null, text: "{}", choices: [] };

function painted(values) {
  const model = modelOf(values);
  let focused = 0;
  const { node, paint } = tabs(model, () => (focused += 1));
  paint();
  const list = node.querySelector(".sp-tabs");
  const choices = all(list, ".sp-tab");
  return {
    model, node, paint, buttons: choices, focused: () => focused,
    selected: () => choices.filter((each) => each.getAttribute("aria-selected") === "true").map((each) => each.textContent),
    open: () => all(node, ".sp-content").filter((each) => !each.hidden),
  };
}

test("the What if tab is shown only where something can be changed", () => {
  assert.deepEqual(shownTabs(modelOf()), ALWAYS);
  assert.deepEqual(shownTabs(modelOf({ drafts: [DRAFT] })), [...ALWAYS, "change"]);
  assert.deepEqual(painted().buttons.map((each) => each.hidden), [false, false, false, false, false, true]);
});

for (const [tab, title] of [["request", "Request"], ["log", "Log"], ["change", "Request"], ["nonsense", "Request"]]) {
  test(`the tab ${tab} opens the panel ${title}, and that alone`, () => {
    const { node, buttons, selected, open } = painted({ tab });
    assert.deepEqual(selected(), [title]);
    assert.equal(open().length, 1);
    const chosen = buttons.find((each) => each.textContent === title);
    assert.equal(open()[0].getAttribute("id"), chosen.getAttribute("aria-controls"));
    assert.equal(open()[0].getAttribute("aria-labelledby"), chosen.getAttribute("id"));
    assert.deepEqual(buttons.filter((each) => each.getAttribute("tabindex") === "0"), [chosen]);
    for (const panel of all(node, ".sp-content")) if (panel.hidden) assert.equal(panel.textContent, "");
  });
}

test("a panel is emptied when another one is opened", () => {
  const { model, node, paint } = painted({ tab: "policy", step: 1 });
  const text = "No policy is asked at this step.";
  assert.ok(node.textContent.includes(text));
  model.set("tab", "log");
  paint();
  assert.ok(!node.textContent.includes(text));
});

test("the panel follows the step, the run and the runs", () => {
  const told = (name) => run({ steps: [step(name, { call: null }), step(`${name} again`, { call: null })] });
  const { model, paint, open } = painted({ runs: [told("One"), told("Two")], step: 1 });
  const heading = () => open()[0].querySelector("h4").textContent;
  assert.equal(heading(), "One");
  for (const [name, value, text] of [["step", 2, "One again"], ["run", 1, "Two again"], ["runs", [told("One"), told("New")], "New again"]]) {
    model.set(name, value);
    paint();
    assert.equal(heading(), text);
  }
});

test("the panel is not filled anew while what it shows is the same", () => {
  const { paint, open } = painted({ step: 1 });
  const before = open()[0].children[0];
  paint();
  assert.equal(open()[0].children[0], before);
});

test("a tab says whether it has something for this step", () => {
  const { buttons } = painted({ step: 1 });
  assert.deepEqual(buttons.filter((each) => each.classList.contains("sp-has")).map((each) => each.textContent), ["Request"]);
});

test("a click opens a tab; after a click of the mouse the picture has the keys", () => {
  const { model, buttons, focused } = painted();
  fire(buttons[2], "click", { detail: 0 });
  assert.deepEqual([model.held.tab, focused()], ["policy", 0]);
  fire(buttons[4], "click", { detail: 1 });
  assert.deepEqual([model.held.tab, focused()], ["log", 1]);
});

for (const [from, key, to] of [[0, "ArrowRight", "response"], [4, "ArrowRight", "request"], [0, "ArrowLeft", "log"], [2, "Home", "request"], [1, "End", "log"]]) {
  test(`${key} on tab ${from + 1} of 5 opens ${to} and steps nothing`, () => {
    const { model, buttons } = painted({ step: 1 });
    assert.equal(fire(buttons[from], "keydown", { key }), true);
    assert.deepEqual([model.held.tab, model.held.step], [to, 1]);
    assert.equal(document.activeElement, buttons[ALWAYS.indexOf(to)]);
  });
}

test("another key on a tab, or one with Ctrl, is not the tabs'", () => {
  const { model, buttons } = painted();
  assert.equal(fire(buttons[0], "keydown", { key: "x" }), false);
  assert.equal(fire(buttons[0], "keydown", { key: "End", ctrlKey: true }), false);
  assert.equal(model.held.tab, "request");
});

test("the editor keeps what is written while another tab is open", () => {
  const { model, node, paint } = painted({ tab: "change", drafts: [DRAFT] });
  const area = node.querySelector("textarea");
  model.set("tab", "log");
  paint();
  assert.equal(node.querySelector("textarea"), null);
  model.set("tab", "change");
  paint();
  assert.equal(node.querySelector("textarea"), area);
});

const DECISION = { sentence: "It matches.", documents: [] };
const ISSUED = { issued: true, life: null, rows: [] };
const ANSWER = { code: null, message: null, lines: [] };

for (const [tab, more] of [
  ["request", {}],
  ["policy", { policy: DECISION, credentials: { ...ISSUED, issued: false } }],
  ["credentials", { credentials: ISSUED, response: ANSWER }],
  ["response", { response: ANSWER, credentials: { ...ISSUED, issued: false } }],
]) {
  test(`a step with ${Object.keys(more)} is about its ${tab}`, () => assert.equal(tabOf({ step: step("It happens.", more), call: call("AssumeRole"), theirs: null }), tab));
}

test("where two runs diverge because they sent different requests, the step is about these", () => {
  const decided = step("It happens.", { policy: DECISION });
  const other = call("AssumeRole", { request: [["line", "POST /other"]] });
  assert.equal(tabOf({ step: decided, call: call("AssumeRole"), theirs: other }), "request");
  assert.equal(tabOf({ step: decided, call: call("AssumeRole"), theirs: call("AssumeRole") }), "policy");
});

test("the panel follows the step until a tab is chosen by hand, and again when that is released", () => {
  const steps = [step("Asks."), step("Decides.", { policy: DECISION }), step("Issues.", { credentials: ISSUED })];
  const { model, node, paint, buttons, selected } = painted({ runs: [run({ steps })], follows: true });
  const seen = [];
  const go = (at) => {
    model.set("step", at);
    paint();
    seen.push(...selected());
  };
  for (const at of [0, 1, 2, 3]) go(at);
  fire(buttons[4], "click", { detail: 1 });
  for (const at of [2, 3]) go(at);
  assert.deepEqual([named(node, "Follow").getAttribute("aria-pressed"), model.held.follows], ["false", false]);
  fire(named(node, "Follow"), "click");
  for (const at of [3, 2]) go(at);
  assert.deepEqual(seen, ["Request", "Request", "Policy", "Credentials", "Log", "Log", "Credentials", "Policy"]);
});

test("to stop following leaves the tab that is open", () => {
  const model = modelOf({ runs: [run({ steps: [step("Decides.", { policy: DECISION })] })], step: 1, follows: true });
  follow(model);
  assert.deepEqual([model.held.tab, model.held.follows], ["policy", false]);
  follow(model);
  assert.equal(model.held.follows, true);
});
