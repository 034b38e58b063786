// What would happen if one thing were another: a policy, a parameter of this step's call, a setting of an application.

import { button, el, freshId, usable } from "./dom.js";
import { change, standing } from "./steps.js";

const PAUSE = 250;

/**
 * Built once, so that stepping does not take away what somebody is writing.
 * @param {import("./types").Model} model
 * @returns {import("./types").Part}
 */
export function editor(model) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  const which = el("select", { "aria-label": "What to change" });
  const area = el("textarea", { id: freshId("draft"), class: "sp-editor", rows: "8", spellcheck: "false" });
  const choice = el("select", { onchange: () => written(choice.value) });
  const aside = el("p", { class: "sp-note" });
  const found = el("div", { role: "status" });
  const objection = el("p", { class: "sp-objection", role: "alert" });
  const rerun = button("Run again", { class: "sp-go sp-rerun", onclick: replay });
  const undo = button("Undo", { class: "sp-go", onclick: reset });
  const node = el("div", { class: "sp-change" }, el("div", { class: "sp-choices" }, which, rerun, undo), choice, area, aside, objection, found);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let offered = "";
  let requests = 0;

  const chosen = () => model.get("drafts").find(({ name }) => name === which.value);
  /** @param {import("./types").Draft} draft */
  const textOf = (draft) => texts.get(draft.name) ?? draft.text;
  area.addEventListener("input", () => written(area.value));
  which.addEventListener("change", () => {
    taken();
    show();
    offer();
  });

  /** @param {string} text */
  function written(text) {
    texts.set(which.value, text);
    taken();
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
    usable(undo, true);
  }
  // An objection belongs to the run that was asked for, not to what is written next.
  function taken() {
    if (model.get("objection")) change(model, { objection: "" });
  }
  function look() {
    const draft = chosen();
    if (draft) change(model, { draft: { name: draft.name, text: textOf(draft) } });
  }
  function show() {
    const draft = chosen();
    if (!draft) return;
    const { kind, title, choices } = draft;
    choice.hidden = choices.length === 0;
    area.hidden = choices.length > 0;
    for (const field of [area, choice]) field.setAttribute("aria-label", kind === "parameter" || kind === "setting" ? `Value of ${title}` : "Text of the policy");
    area.classList.toggle("sp-short", kind === "parameter");
    aside.textContent = kind === "parameter" ? "Empty: it is not sent." : "";
    choice.replaceChildren(...choices.map(([value, says]) => el("option", { value }, says)));
    area.value = textOf(draft);
    choice.value = textOf(draft);
    look();
  }
  function reset() {
    texts.delete(which.value);
    taken();
    show();
  }
  function replay() {
    const draft = chosen();
    if (!draft) return;
    requests += 1;
    change(model, { replay: { name: draft.name, text: textOf(draft), requests } });
  }

  // Policies and settings always, parameters of the call that is in sight, and whatever is being written.
  function offer() {
    const { runs, step, call } = standing(model);
    const same = call !== null && step?.call != null && runs[0].calls[step.call]?.name === call.name;
    const held = chosen()?.call ?? null;
    const shown = model.get("drafts").filter((draft) => draft.call === null || (same && draft.call === step?.call) || draft.call === held);
    const key = shown.map(({ name }) => name).join("\n");
    if (key === offered) return;
    offered = key;
    const before = which.value;
    const groups = grouped(shown);
    which.replaceChildren(
      ...[...groups].map(([label, drafts]) => el("optgroup", { label }, ...drafts.map(({ name, title }) => el("option", { value: name }, title)))),
    );
    if (shown.some(({ name }) => name === before)) which.value = before;
    else show();
  }

  function paint() {
    offer();
    usable(undo, texts.has(which.value));
    objection.textContent = model.get("objection");
    const { text, findings = [] } = model.get("findings");
    const amiss = text === area.value ? findings : [];
    found.replaceChildren(...(amiss.length ? [el("ul", { class: "sp-found" }, ...amiss.map(finding))] : []));
  }

  return { node, paint };
}

/** @param {import("./types").Draft[]} drafts */
function grouped(drafts) {
  /** @type {Map<string, import("./types").Draft[]>} */
  const groups = new Map();
  for (const draft of drafts) groups.set(draft.group, [...(groups.get(draft.group) ?? []), draft]);
  return groups;
}

/** @param {import("./types").Finding} found */
function finding({ line, column, sentence, refused }) {
  return el(
    "li",
    { class: refused ? "sp-unmet" : "" },
    el("strong", { class: "sp-verdict" }, refused ? "AWS refuses it" : "Warning"),
    el("span", { class: "sp-aside" }, `line ${line}, column ${column}`),
    el("span", { class: "sp-says" }, sentence),
  );
}
