import assert from "node:assert/strict";
import { test } from "node:test";

import { all, call, fire, modelOf, named, page, run, step } from "./page.mjs";
import { contents } from "../../../stssim/show/player/contents.js";
import { standing } from "../../../stssim/show/player/steps.js";

const EVIL = "<img src=x onerror=alert(1)>";
const LIFE = { issued_at: 0, expires_at: 3600, now: 900 };

const POLICY = {
  sentence: `Because ${EVIL}`,
  documents: [{
    title: `Trust ${EVIL}`, ignored: `Ignored ${EVIL}`, segments: [["", `{"Id": "${EVIL}"`], ["decided", EVIL]],
    statements: [{ title: `Statement ${EVIL}`, matched: true, rows: [{ what: EVIL, operator: EVIL, wanted: [EVIL], found: [EVIL], met: true }] }],
  }],
};
const HOSTILE = step(EVIL, {
  caller: EVIL, resource: EVIL, facts: [[EVIL, EVIL]], policy: POLICY, response: { code: EVIL, message: EVIL, lines: [["body", EVIL]] },
  credentials: { issued: true, life: LIFE, rows: [[EVIL, EVIL]] }, events: [{ title: EVIL, note: EVIL, text: EVIL }],
});
const HOSTILE_RUN = run({ title: EVIL, steps: [HOSTILE], calls: [call(EVIL, { endpoint: EVIL, region: EVIL, request: [["line", EVIL], ["body", EVIL]], commands: { boto3: EVIL, cli: EVIL } })] });

function filled(tab, values) {
  const model = modelOf(values);
  const each = contents(model, { node: "the editor" })[tab];
  const now = standing(model);
  return { model, has: each.has(now), node: page(...each.fill(now)) };
}
const of = (more) => ({ runs: [run({ steps: [step("It happens.", more)] })], step: 1 });

for (const tab of ["request", "response", "policy", "credentials", "log"]) {
  test(`what a learner wrote is text in the ${tab} tab, never an element`, () => {
    const { node } = filled(tab, { runs: [HOSTILE_RUN], step: 1 });
    assert.ok(node.textContent.includes(EVIL));
    assert.deepEqual(all(node, "img"), []);
    for (const each of [node, ...all(node, "")]) assert.ok(!Object.values(each.attributes).some((value) => value.includes(EVIL)));
  });

  test(`the ${tab} tab says at the start that nothing has happened yet`, () => {
    const { node, has } = filled(tab);
    assert.deepEqual([node.textContent, has], ["Nothing has happened yet.", false]);
  });
}

for (const [tab, more, text] of [
  ["response", {}, "Nothing has come back yet."],
  ["policy", {}, "No policy is asked at this step."],
  ["credentials", {}, "This step involves no credentials."],
  ["log", { call: null }, "A message to an application is no AWS call: CloudTrail sees nothing of it."],
]) {
  test(`the ${tab} tab says: ${text}`, () => {
    const { node, has } = filled(tab, of(more));
    assert.deepEqual([node.textContent, has], [text, false]);
  });
}

test("the log tab says why CloudTrail has written nothing yet", () => {
  assert.match(filled("log", of({})).node.textContent, /^CloudTrail has written nothing of this call yet/);
});

test("a request is its call, who calls, and what is sent, the body after an empty line", () => {
  const sent = call("AssumeRole", { request: [["line", "POST /"], ["header", "Host: sts"], ["body", "Action=AssumeRole"]] });
  const { node, has } = filled("request", { runs: [run({ steps: [step("Asked.", { caller: "Alice" })], calls: [sent] })], step: 1 });
  assert.equal(has, true);
  assert.equal(node.querySelector("h4").textContent, "AssumeRolests.us-east-1.amazonaws.comus-east-1");
  assert.equal(node.querySelector("td").textContent, "Alice");
  assert.equal(node.querySelector("pre").textContent, "POST /\nHost: sts\n\nAction=AssumeRole\n");
});

test("where two runs diverge, the differing lines are marked and the headers that both have are left out", () => {
  const sent = (id) => call("AssumeRole", { request: [["line", "POST /"], ["header", "Host: sts"], ["body", `ExternalId=${id}`]] });
  const runs = [1, 2].map((id) => run({ divergence: 0, calls: [sent(id)] }));
  const { node } = filled("request", { runs, step: 1 });
  assert.deepEqual(all(node, "mark").map((each) => each.textContent), ["ExternalId=1", "ExternalId=2"]);
  assert.ok(!node.textContent.includes("Host: sts"));
});

test("two runs that diverge after the same request point to the policy", () => {
  const { node } = filled("request", { runs: [run({ divergence: 0 }), run({ divergence: 0 })], step: 1 });
  assert.match(node.textContent, /Both sent the same request; the Policy tab shows what decided\./);
  assert.deepEqual(all(node, "mark"), []);
});

test("what decided is marked, and a key that the request has not is said to be absent", () => {
  const row = { what: "sts:ExternalId", operator: "StringEquals", wanted: ["42"], found: null, met: false };
  const documents = [{ title: "Trust", ignored: "", segments: [["", "{"], ["decided", "Deny"]], statements: [{ title: "Statement 1", matched: false, rows: [row] }] }];
  const { node, has } = filled("policy", of({ policy: { sentence: "Denied.", documents } }));
  assert.equal(has, true);
  assert.deepEqual([node.querySelector("mark").className, node.querySelector("mark").textContent], ["sp-decided", "Deny"]);
  assert.equal(node.querySelector(".sp-checks").textContent, "Statement 1, does not matchnosts:ExternalIdStringEqualswanted42foundabsent from the request");
  assert.equal(node.querySelector("li").className, "sp-unmet");
});

for (const [now, words, width] of [[900, "45 min of 1 h left", "75.0%"], [0, "1 h of 1 h left", "100.0%"], [3570, "30 s of 1 h left", "0.8%"], [3600, "expired", "0.0%"], [9999, "expired", "0.0%"]]) {
  test(`credentials of an hour, ${now} s after they were issued: ${words}`, () => {
    const { node } = filled("credentials", of({ credentials: { issued: false, life: { ...LIFE, now }, rows: [] } }));
    assert.equal(node.querySelector(".sp-bar").getAttribute("aria-valuetext"), words);
    assert.equal(node.querySelector(".sp-left").getAttribute("style"), `width: ${width}`);
    assert.equal(node.querySelector(".sp-life").classList.contains("sp-expired"), words === "expired");
  });
}

test("the Lab's clock is there only with a Lab, and its buttons move it by minutes", () => {
  assert.ok(!filled("credentials", of({})).node.textContent.includes("clock"));
  const { model, node } = filled("credentials", { ...of({}), now: 0, minutes: 5 });
  assert.ok(node.textContent.includes("The Lab's clock1970-01-01 00:00:00 UTC"));
  fire(named(node, "+ 1 h"), "click");
  fire(named(node, "− 1 h"), "click");
  fire(named(node, "+ 15 min"), "click");
  assert.equal(model.held.minutes, 20);
});

test("the What if tab is the editor", () => {
  const { node, has } = filled("change", of({}));
  assert.deepEqual([node.textContent, has], ["the editor", false]);
});
