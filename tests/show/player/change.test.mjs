import assert from "node:assert/strict";
import { test } from "node:test";

import { all, call, fire, modelOf, named, run, step } from "./page.mjs";
import { editor } from "../../../stssim/show/player/change.js";

const TRUST = { name: "trust:Audit", title: "Trust policy of role Audit", kind: "trust", group: "Policies", call: null, text: "{}", choices: [] };
const ID = { name: "0:ExternalId", title: "ExternalId", kind: "parameter", group: "Parameters", call: 0, text: "42", choices: [] };
const MFA = { name: "setting:mfa", title: "MFA", kind: "setting", group: "Settings", call: null, text: "off", choices: [["off", "Off"], ["on", "On"]] };

function painted(t, values = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const model = modelOf({ drafts: [TRUST, ID, MFA], ...values });
  const { node, paint } = editor(model);
  paint();
  const [which, choice] = all(node, "select");
  const area = node.querySelector("textarea");
  const choose = (name) => {
    which.value = name;
    fire(which, "change");
  };
  const write = (text) => {
    area.value = text;
    fire(area, "input");
  };
  return { model, node, paint, which, choice, area, choose, write, undo: named(node, "Undo"), rerun: named(node, "Run again") };
}

const offered = (which) => all(which, "option").map(({ value }) => value);

test("policies and settings are always offered, a parameter only at a step of its call", (t) => {
  const { model, which, paint } = painted(t);
  assert.deepEqual(offered(which), ["trust:Audit", "setting:mfa"]);
  model.set("step", 1);
  paint();
  assert.deepEqual(offered(which), ["trust:Audit", "0:ExternalId", "setting:mfa"]);
  assert.deepEqual(all(which, "optgroup").map((each) => each.getAttribute("label")), ["Policies", "Parameters", "Settings"]);
});

test("a parameter is not offered where another call has its place", (t) => {
  const runs = [run(), run({ calls: [call("GetCallerIdentity")] })];
  assert.deepEqual(offered(painted(t, { runs, run: 1, step: 1 }).which), ["trust:Audit", "setting:mfa"]);
});

test("what is being changed stays offered when its call is out of sight", (t) => {
  const { model, which, choose, paint } = painted(t, { step: 1 });
  choose("0:ExternalId");
  model.set("step", 0);
  paint();
  assert.equal(which.value, "0:ExternalId");
});

test("a draft is looked at when the writing has paused", (t) => {
  const { model, write } = painted(t);
  write("{ ");
  t.mock.timers.tick(200);
  write("{ }");
  t.mock.timers.tick(249);
  assert.deepEqual(model.held.draft, { name: "trust:Audit", text: "{}" });
  t.mock.timers.tick(1);
  assert.deepEqual(model.held.draft, { name: "trust:Audit", text: "{ }" });
});

test("each draft keeps what was written while another one is in sight", (t) => {
  const { area, choose, write } = painted(t, { step: 1 });
  write("mine");
  choose("0:ExternalId");
  assert.equal(area.value, "42");
  choose("trust:Audit");
  assert.equal(area.value, "mine");
});

test("stepping takes away nothing that was written", (t) => {
  const { model, area, paint, write } = painted(t);
  write("mine");
  model.set("step", 2);
  paint();
  assert.equal(area.value, "mine");
});

test("Undo can be used once something is written, and brings the first text back", (t) => {
  const { model, area, undo, write } = painted(t);
  assert.equal(undo.getAttribute("aria-disabled"), "true");
  write("mine");
  assert.equal(undo.getAttribute("aria-disabled"), "false");
  fire(undo, "click");
  assert.equal(area.value, "{}");
  assert.deepEqual(model.held.draft, { name: "trust:Audit", text: "{}" });
});

test("Run again asks for what is written, each time as a new request", (t) => {
  const { model, rerun, write } = painted(t);
  write("mine");
  fire(rerun, "click");
  assert.deepEqual(model.held.replay, { name: "trust:Audit", text: "mine", requests: 1 });
  fire(rerun, "click");
  assert.equal(model.held.replay.requests, 2);
});

test("a setting is chosen, not written", (t) => {
  const { model, area, choice, choose, rerun } = painted(t);
  choose("setting:mfa");
  assert.deepEqual([area.hidden, choice.hidden, choice.value], [true, false, "off"]);
  choice.value = "on";
  fire(choice, "change");
  fire(rerun, "click");
  assert.deepEqual(model.held.replay, { name: "setting:mfa", text: "on", requests: 1 });
});

test("a field is named for what it holds", (t) => {
  const { node, area, choose } = painted(t, { step: 1 });
  assert.equal(area.getAttribute("aria-label"), "Text of the policy");
  choose("0:ExternalId");
  assert.equal(area.getAttribute("aria-label"), "Value of ExternalId");
  assert.equal(node.querySelector(".sp-note").textContent, "Empty: it is not sent.");
});

test("an objection is shown until something else is written", (t) => {
  const { model, node, paint, write } = painted(t, { objection: "That is no policy." });
  const alert = node.querySelector(".sp-objection");
  assert.equal(alert.textContent, "That is no policy.");
  write("{ }");
  assert.equal(model.held.objection, "");
  paint();
  assert.equal(alert.textContent, "");
});

test("findings are shown only beside the text that they are about", (t) => {
  const findings = [{ line: 3, column: 7, sentence: "No such <action>.", refused: true }, { line: 4, column: 1, sentence: "Anyone may.", refused: false }];
  const { node, paint, write } = painted(t, { findings: { text: "{}", findings } });
  assert.deepEqual(all(node, "li").map((each) => each.textContent), ["AWS refuses itline 3, column 7No such <action>.", "Warningline 4, column 1Anyone may."]);
  write("{ }");
  paint();
  assert.deepEqual(all(node, "li"), []);
});
