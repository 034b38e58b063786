// The tabs and their panel. Only the panel in sight is filled. It follows the step until somebody chooses a tab.

import { button, el, freshId, switchedOn } from "./dom.js";
import { editor } from "./change.js";
import { contents } from "./contents.js";
import { change, standing } from "./steps.js";

/** @type {Record<import("./types").TabName, string>} */
const TITLES = { request: "Request", response: "Response", policy: "Policy", credentials: "Credentials", log: "Log", change: "What if" };

/**
 * @param {import("./types").Model} model
 * @returns {import("./types").TabName[]}
 */
export function shownTabs(model) {
  return /** @type {import("./types").TabName[]} */ (Object.keys(TITLES)).filter((name) => name !== "change" || model.get("drafts").length);
}

/**
 * The tab that a step is about: what decided, what was issued, what came back, or else what was sent.
 * @param {import("./types").Standing} now
 * @returns {import("./types").TabName}
 */
export function tabOf({ step, call, theirs }) {
  if (call && theirs && JSON.stringify(call.request) !== JSON.stringify(theirs.request)) return "request";
  if (step?.policy) return "policy";
  if (step?.credentials?.issued) return "credentials";
  if (step?.response) return "response";
  return "request";
}

/**
 * A tab chosen by hand stays until it is released.
 * @param {import("./types").Model} model
 * @param {import("./types").TabName} tab
 */
export function choose(model, tab) {
  change(model, { tab, follows: false });
}

/** @param {import("./types").Model} model */
export function follow(model) {
  const now = model.get("follows");
  change(model, now ? { tab: tabOf(standing(model)), follows: false } : { follows: true });
}

/**
 * @param {import("./types").Model} model
 * @param {() => void} focusPicture
 */
export function tabs(model, focusPicture) {
  const list = el("div", { class: "sp-tabs", role: "tablist", "aria-label": "Evidence of this step" });
  const follows = button("Follow", { class: "sp-switch sp-follow", title: "Open the tab that each step is about (f)", onclick: () => follow(model) });
  const box = el("div", { class: "sp-panel" }, el("div", { class: "sp-bar-of-tabs" }, list, follows));
  const writing = editor(model);
  const all = contents(model, writing);
  const parts = everyTab().map(([name, title]) => {
    const [tabId, panelId] = [freshId("tab"), freshId("panel")];
    const tab = el("button", { type: "button", role: "tab", id: tabId, "aria-controls": panelId, class: "sp-tab" }, title);
    const panel = el("div", { class: "sp-content", role: "tabpanel", id: panelId, "aria-labelledby": tabId, tabindex: "0" });
    tab.addEventListener("click", (event) => {
      choose(model, name);
      // After a mouse click the arrow keys go on stepping; with the keyboard they go on choosing a tab.
      if (event.detail > 0) focusPicture();
    });
    list.append(tab);
    box.append(panel);
    return { name, tab, panel };
  });

  list.addEventListener("keydown", (event) => {
    const shown = parts.filter(({ tab }) => !tab.hidden);
    const at = shown.findIndex(({ tab }) => tab === event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { name, tab } = shown[(to + shown.length) % shown.length];
    choose(model, name);
    tab.focus();
  });

  // The tab and the step that are in sight, as one text: only when that, or the runs, change is the panel filled anew.
  let filled = "";
  /** @type {import("./types").Run[] | null} */
  let before = null;
  /** @type {HTMLElement | null} */
  let fresh = null;

  function paint() {
    const now = standing(model);
    const names = shownTabs(model);
    const wanted = model.get("follows") ? tabOf(now) : model.get("tab");
    const chosen = names.find((name) => name === wanted) ?? "request";
    const sight = [now.at, now.position, chosen, model.get("now")].join();
    switchedOn(follows, model.get("follows"));
    for (const { name, tab, panel } of parts) {
      const selected = name === chosen;
      tab.hidden = !names.includes(name);
      tab.setAttribute("aria-selected", String(selected));
      tab.setAttribute("tabindex", selected ? "0" : "-1");
      tab.classList.toggle("sp-has", all[name].has(now));
      panel.hidden = !selected;
      if (!selected) panel.replaceChildren();
      else if (name === "change") {
        if (!panel.contains(writing.node)) panel.replaceChildren(writing.node);
        writing.paint();
      } else if (now.runs !== before || sight !== filled) {
        panel.replaceChildren(...all[name].fill(now));
        fresh = panel;
      }
    }
    filled = sight;
    before = now.runs;
  }

  // Measures, and so comes after everything has been painted.
  function settle() {
    if (fresh) showMark(fresh);
    fresh = null;
  }

  return { node: box, paint, settle };
}

/** @returns {[import("./types").TabName, string][]} */
function everyTab() {
  return /** @type {[import("./types").TabName, string][]} */ (Object.entries(TITLES));
}

/**
 * Scrolls what is marked into the upper third, and below the sentence that stays on top.
 * @param {HTMLElement} panel
 */
function showMark(panel) {
  const mark = /** @type {HTMLElement | null} */ (panel.querySelector(".sp-decided"));
  const cover = /** @type {HTMLElement | null} */ (panel.querySelector(".sp-stays"))?.offsetHeight ?? 0;
  panel.scrollTop = mark ? Math.max(0, mark.offsetTop - Math.max(cover + 8, panel.clientHeight / 3)) : 0;
}
