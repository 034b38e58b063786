// What each tab says of the beat that is happening. Text only ever becomes a text node.

import { el } from "./dom.js";

const NOTHING_YET = "Nothing has happened yet.";

export const CONTENTS = {
  request: {
    has: ({ beat, call }) => Boolean(call || beat?.facts.length),
    fill({ beat, call }) {
      if (!beat) return [note(NOTHING_YET)];
      if (!call) return [heading(beat.sentence), rows(beat.facts, "What is known of it")];
      return [
        heading(call.name, call.endpoint, call.region),
        beat.caller ? rows([["Caller", beat.caller], ...(beat.resource ? [["Resource", beat.resource]] : [])], "Who and what") : null,
        wire(call.request),
        beat.facts.length ? rows(beat.facts, "Found at this beat") : null,
      ].filter(Boolean);
    },
  },
  response: {
    has: ({ beat }) => Boolean(beat?.response),
    fill({ beat }) {
      if (!beat) return [note(NOTHING_YET)];
      if (!beat.response) return [note("Nothing has come back yet.")];
      const { code, message, lines } = beat.response;
      return [
        code ? heading(code) : null,
        code ? el("p", { class: "sp-said" }, message) : null,
        wire(lines),
      ].filter(Boolean);
    },
  },
  policy: {
    has: ({ beat }) => Boolean(beat?.policy),
    fill({ beat }) {
      if (!beat) return [note(NOTHING_YET)];
      if (!beat.policy) return [note("No policy is asked at this beat.")];
      const { sentence, documents } = beat.policy;
      return [
        el("p", { class: "sp-said sp-stays" }, sentence),
        ...documents.flatMap(({ title, ignored, segments, statements }) =>
          [
            heading(title),
            ignored ? note(ignored) : null,
            el("pre", { class: "sp-code" }, ...segments.map(segment)),
            ...statements.map(checks),
          ].filter(Boolean),
        ),
      ];
    },
  },
  credentials: {
    has: ({ beat }) => Boolean(beat?.credentials),
    fill({ beat }) {
      if (!beat) return [note(NOTHING_YET)];
      if (!beat.credentials) return [note("This beat involves no credentials.")];
      const { issued, life, rows: known } = beat.credentials;
      return [heading(issued ? "Issued at this beat" : "In use"), ...(life ? [lifeBar(life)] : []), rows(known, "Credentials")];
    },
  },
  log: {
    has: ({ beat }) => Boolean(beat?.events?.length),
    fill({ beat, call }) {
      if (!beat) return [note(NOTHING_YET)];
      if (!call) return [note("A message to an application is no AWS call: CloudTrail sees nothing of it.")];
      if (!beat.events?.length) return [note("CloudTrail has written nothing yet; it does when the call has been answered.")];
      return beat.events.flatMap(({ title, text }) => [heading(title), el("pre", { class: "sp-code" }, text)]);
    },
  },
};

function note(text) {
  return el("p", { class: "sp-note" }, text);
}

function heading(main, ...rest) {
  return el("h4", { class: "sp-heading" }, main, ...rest.filter(Boolean).map((text) => el("span", { class: "sp-aside" }, text)));
}

function rows(pairs, caption) {
  return el(
    "table",
    { class: "sp-rows" },
    el("caption", { class: "sp-unseen" }, caption),
    el("tbody", {}, ...pairs.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value)))),
  );
}

function wire(lines) {
  const parts = [];
  let before = null;
  for (const [kind, text] of lines) {
    if (kind === "body" && before !== "body") parts.push("\n");
    parts.push(el("span", { class: `sp-${kind}` }, text), "\n");
    before = kind;
  }
  return el("pre", { class: "sp-code" }, ...parts);
}

function segment([kind, text]) {
  if (!kind) return text;
  return el("mark", { class: `sp-${kind}` }, text);
}

function checks({ title, matched, rows: found }) {
  return el(
    "div",
    { class: "sp-checks" },
    el("p", {}, `${title}, ${matched ? "matches" : "does not match"}`),
    el("ul", {}, ...found.map(check)),
  );
}

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

function spell(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours && minutes) return `${hours} h ${minutes} min`;
  if (hours) return `${hours} h`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}
