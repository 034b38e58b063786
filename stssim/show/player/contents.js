// What each tab says of the step that is happening. Text only ever becomes a text node.

import { button, el } from "./dom.js";
import { change } from "./steps.js";

const NOTHING_YET = "Nothing has happened yet.";

/**
 * @typedef {import("./types").Standing} Standing
 * @typedef {{ has: (now: Standing) => boolean, fill: (now: Standing) => Node[] }} Tab
 */

/** @type {Record<"request" | "response" | "policy" | "credentials" | "log", Tab>} */
const SHOWN = {
  request: {
    has: ({ step, call }) => Boolean(call || step?.facts.length),
    fill({ step, call, run, other, theirs }) {
      if (!step) return [note(NOTHING_YET)];
      if (!call) return [heading(step.sentence), rows(step.facts, "What is known of it")];
      if (theirs && other) return beside(run, call, other, theirs);
      return [
        heading(call.name, call.endpoint, call.region),
        step.caller ? rows([["Caller", step.caller], ...(step.resource ? [["Resource", step.resource]] : [])], "Who and what") : null,
        wire(call.request),
        step.facts.length ? rows(step.facts, "Found at this step") : null,
        ...copies(call.commands),
      ].filter((each) => each !== null);
    },
  },
  response: {
    has: ({ step }) => Boolean(step?.response),
    fill({ step }) {
      if (!step) return [note(NOTHING_YET)];
      if (!step.response) return [note("Nothing has come back yet.")];
      const { code, message, lines } = step.response;
      return [
        code ? heading(code) : null,
        code ? el("p", { class: "sp-said" }, message ?? "") : null,
        wire(lines),
      ].filter((each) => each !== null);
    },
  },
  policy: {
    has: ({ step }) => Boolean(step?.policy),
    fill({ step }) {
      if (!step) return [note(NOTHING_YET)];
      if (!step.policy) return [note("No policy is asked at this step.")];
      const { sentence, documents } = step.policy;
      return [
        el("p", { class: "sp-said sp-stays" }, sentence),
        ...documents.flatMap(({ title, ignored, segments, statements }) =>
          [
            heading(title),
            ignored ? note(ignored) : null,
            el("pre", { class: "sp-code" }, ...segments.map(segment)),
            ...statements.map(checks),
          ].filter((each) => each !== null),
        ),
      ];
    },
  },
  credentials: {
    has: ({ step }) => Boolean(step?.credentials),
    fill({ step }) {
      if (!step) return [note(NOTHING_YET)];
      if (!step.credentials) return [note("This step involves no credentials.")];
      const { issued, life, rows: known } = step.credentials;
      return [heading(issued ? "Issued at this step" : "In use"), ...(life ? [lifeBar(life)] : []), rows(known, "Credentials")];
    },
  },
  log: {
    has: ({ step }) => Boolean(step?.events?.length),
    fill({ step, call }) {
      if (!step) return [note(NOTHING_YET)];
      if (!call) return [note("A message to an application is no AWS call: CloudTrail sees nothing of it.")];
      if (!step.events.length) return [note("CloudTrail has written nothing of this call yet: it does when the call has been answered, and only if the caller has proved who they are.")];
      return [
        ...step.events.flatMap(({ title, note: aside, text }) => [heading(title, aside), el("pre", { class: "sp-code" }, text)]),
        note("Left out: the ids of event and request, the user agent, most of the response."),
      ];
    },
  },
};

/**
 * All tabs; those that can do something have the model at hand.
 * @param {import("./types").Model} model
 * @param {import("./types").Part} writing
 * @returns {Record<import("./types").TabName, Tab>}
 */
export function contents(model, writing) {
  const { credentials } = SHOWN;
  return {
    ...SHOWN,
    credentials: { has: credentials.has, fill: (now) => [...credentials.fill(now), ...clock(model, now)] },
    change: { has: () => false, fill: () => [writing.node] },
  };
}

/**
 * The Lab's clock, for real: what is called after it was moved is called at that time.
 * @param {import("./types").Model} model
 * @param {Standing} now
 */
function clock(model, { step }) {
  const now = model.get("now");
  if (now === null) return [];
  /** @param {number} minutes */
  const move = (minutes) => () => change(model, { minutes: model.get("minutes") + minutes });
  const life = step?.credentials?.life;
  const then = life ? lifeBar({ ...life, now }) : null;
  return [
    heading("The Lab's clock", new Date(now * 1000).toISOString().replace("T", " ").slice(0, 19) + " UTC"),
    then,
    el("div", { class: "sp-choices" }, .../** @type {[string, number][]} */ ([["+ 15 min", 15], ["+ 1 h", 60], ["− 1 h", -60]]).map(([name, minutes]) => button(name, { class: "sp-go", onclick: move(minutes) }))),
    note("It moves for every call that is made from now on; what has happened stays as it was."),
  ].filter((each) => each !== null);
}

/**
 * Two requests side by side, the lines marked that only one of them has. Headers that both have are left out.
 * @param {import("./types").Run} run
 * @param {import("./types").Call} call
 * @param {import("./types").Run} other
 * @param {import("./types").Call} theirs
 */
function beside(run, call, other, theirs) {
  /** @param {import("./types").Call} each */
  const texts = ({ request }) => new Set(request.map(([, text]) => text));
  const [mine, its] = [texts(call), texts(theirs)];
  const same = mine.size === its.size && [...mine].every((text) => its.has(text));
  /** @type {(run: import("./types").Run, call: import("./types").Call, known: Set<string>) => HTMLElement} */
  const side = ({ title }, { name, request }, known) => {
    const lines = request.filter(([kind, text]) => kind !== "header" || !known.has(text));
    return el("div", {}, heading(title, name), wire(lines, (text) => !known.has(text)));
  };
  if (same) return [note("The two runs diverge here. Both sent the same request; the Policy tab shows what decided."), heading(call.name, call.endpoint), wire(call.request)];
  return [
    note("The two runs diverge here. What each sent, with the differences marked:"),
    el("div", { class: "sp-beside" }, side(run, call, its), side(other, theirs, mine)),
  ];
}

/** @type {Record<string, string>} */
const SAYS = { boto3: "As boto3", cli: "As AWS CLI" };

/** @param {Record<string, string>} commands */
function copies(commands) {
  return Object.entries(commands).map(([kind, text]) => {
    const code = el("pre", { class: "sp-code" }, text);
    const copy = button("Copy", {
      class: "sp-switch",
      onclick: async () => {
        // A page that is not served from this machine, nor by https, has no clipboard.
        try {
          await navigator.clipboard.writeText(text);
          copy.textContent = "Copied";
        } catch {
          getSelection()?.selectAllChildren(code);
          copy.textContent = "Selected, to be copied";
        }
      },
    });
    return el("details", { class: "sp-copies" }, el("summary", {}, SAYS[kind]), copy, code);
  });
}

/**
 * @param {string} text
 */
function note(text) {
  return el("p", { class: "sp-note" }, text);
}

/**
 * @param {string} main
 * @param {(string | null)[]} rest
 */
function heading(main, ...rest) {
  return el("h4", { class: "sp-heading" }, main, ...rest.filter(Boolean).map((text) => el("span", { class: "sp-aside" }, text)));
}

/**
 * @param {import("./types").Pair[]} pairs
 * @param {string} caption
 */
function rows(pairs, caption) {
  return el(
    "table",
    { class: "sp-rows" },
    el("caption", { class: "sp-unseen" }, caption),
    el("tbody", {}, ...pairs.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)))),
  );
}

/**
 * @param {import("./types").Line[]} lines
 * @param {(text: string) => boolean} differs
 */
function wire(lines, differs = () => false) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let before = "";
  for (const [kind, text] of lines) {
    if (kind === "body" && before !== "body") parts.push("\n");
    const line = el("span", { class: `sp-${kind}` }, text);
    parts.push(differs(text) ? el("mark", { class: "sp-decided" }, line) : line, "\n");
    before = kind;
  }
  return el("pre", { class: "sp-code" }, ...parts);
}

/**
 * @param {[kind: string, text: string]} part
 */
function segment([kind, text]) {
  if (!kind) return text;
  return el("mark", { class: `sp-${kind}` }, text);
}

/**
 * @param {import("./types").Policy["documents"][number]["statements"][number]} statement
 */
function checks({ title, matched, rows: found }) {
  return el(
    "div",
    { class: "sp-checks" },
    el("p", {}, `${title}, ${matched ? "matches" : "does not match"}`),
    el("ul", {}, ...found.map(check)),
  );
}

/**
 * @param {import("./types").Check} found
 */
function check({ what, operator, wanted, found, met }) {
  return el(
    "li",
    { class: met ? "sp-met" : "sp-unmet" },
    el("strong", { class: "sp-verdict" }, met ? "yes" : "no"),
    el("span", { class: "sp-what" }, what, operator ? el("span", { class: "sp-aside" }, operator) : ""),
    el("span", { class: "sp-label" }, "wanted"),
    el("span", { class: "sp-value" }, wanted.join(", ")),
    el("span", { class: "sp-label" }, "found"),
    el("span", { class: "sp-value" }, found === null ? el("em", {}, "absent from the request") : found.join(", ")),
  );
}

/**
 * @param {import("./types").Life} life
 */
function lifeBar({ issued_at, expires_at, now }) {
  const whole = Math.max(1, expires_at - issued_at);
  const left = Math.max(0, expires_at - now);
  const share = Math.max(0, Math.min(1, left / whole));
  const words = left === 0 ? "expired" : `${spell(left)} of ${spell(whole)} left`;
  return el(
    "div",
    { class: left === 0 ? "sp-life sp-expired" : "sp-life" },
    el(
      "div",
      { class: "sp-bar", role: "meter", "aria-label": "Time left", "aria-valuemin": "0", "aria-valuemax": String(whole), "aria-valuenow": String(left), "aria-valuetext": words },
      el("div", { class: "sp-left", style: `width: ${(100 * share).toFixed(1)}%` }),
    ),
    el("span", {}, words),
  );
}

/**
 * @param {number} seconds
 */
function spell(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours && minutes) return `${hours} h ${minutes} min`;
  if (hours) return `${hours} h`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}
