// What would happen if a policy were another: an editor, what is amiss in its text, and the way to tell the story again.

import { button, el, freshId, usable } from "./dom.js";
import { change } from "./steps.js";

const PAUSE = 250;

// Built once, so that stepping does not take away what somebody is writing.
export function editor(model) {
  const texts = new Map();
  const id = freshId("policy");
  const which = el("select", { "aria-label": "Policy to change" });
  const area = el("textarea", { id, class: "sp-editor", rows: "8", spellcheck: "false", "aria-label": "Text of the policy" });
  const found = el("div", { role: "status" });
  const objection = el("p", { class: "sp-objection", role: "alert" });
  const tell = button("Tell it again", { class: "sp-go sp-tell", onclick: replay });
  const undo = button("Undo", { class: "sp-go", onclick: reset });
  const node = el("div", { class: "sp-change" }, el("div", { class: "sp-choices" }, which, tell, undo), area, objection, found);
  let timer = null;
  let filled = null;

  const drafts = () => model.get("drafts");
  const chosen = () => drafts().find(({ name }) => name === which.value);
  which.addEventListener("change", show);
  area.addEventListener("input", () => {
    texts.set(which.value, area.value);
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });

  function show() {
    area.value = texts.get(which.value) ?? chosen()?.text ?? "";
    look();
  }
  function look() {
    change(model, { draft: { name: which.value, text: area.value } });
  }
  function reset() {
    texts.delete(which.value);
    show();
  }
  let asked = 0;
  function replay() {
    asked += 1;
    change(model, { wish: { name: which.value, text: area.value, asked } });
  }

  function paint() {
    if (filled !== drafts()) {
      filled = drafts();
      which.replaceChildren(...filled.map(({ name, title }) => el("option", { value: name }, title)));
      if (filled.length) area.value = texts.get(which.value) ?? chosen().text;
    }
    usable(undo, texts.has(which.value));
    objection.textContent = model.get("objection");
    const { text, findings = [] } = model.get("found");
    const amiss = text === area.value ? findings : [];
    found.replaceChildren(...(amiss.length ? [el("ul", { class: "sp-found" }, ...amiss.map(finding))] : []));
  }

  return { node, paint };
}

function finding({ line, column, sentence, refused }) {
  return el(
    "li",
    { class: refused ? "sp-unmet" : "" },
    el("strong", { class: "sp-verdict" }, refused ? "AWS refuses it" : "Mind"),
    el("span", { class: "sp-aside" }, `line ${line}, column ${column}`),
    el("span", { class: "sp-says" }, sentence),
  );
}
