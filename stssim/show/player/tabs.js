// The tabs and their panel. Only the panel in sight is filled.

import { el, freshId } from "./dom.js";
import { editor } from "./change.js";
import { contents } from "./contents.js";
import { change, standing } from "./steps.js";

const TITLES = { request: "Request", response: "Response", policy: "Policy", credentials: "Credentials", log: "Log", change: "What if" };

export function shownTabs(model) {
  return Object.keys(TITLES).filter((name) => name !== "change" || model.get("drafts").length);
}

export function tabs(model, focusPicture) {
  const list = el("div", { class: "sp-tabs", role: "tablist", "aria-label": "Evidence of this step" });
  const box = el("div", { class: "sp-panel" }, list);
  const writing = editor(model);
  const all = contents(model, writing);
  const parts = Object.entries(TITLES).map(([name, title]) => {
    const [tabId, panelId] = [freshId("tab"), freshId("panel")];
    const tab = el("button", { type: "button", role: "tab", id: tabId, "aria-controls": panelId, class: "sp-tab" }, title);
    const panel = el("div", { class: "sp-content", role: "tabpanel", id: panelId, "aria-labelledby": tabId, tabindex: "0" });
    tab.addEventListener("click", (event) => {
      change(model, { tab: name });
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
    change(model, { tab: name });
    tab.focus();
  });

  // The tab and the step that are in sight, as one text: only when that, or the runs, change is the panel filled anew.
  let filled = "";

  function paint() {
    const now = standing(model);
    const names = shownTabs(model);
    const chosen = names.includes(model.get("tab")) ? model.get("tab") : "request";
    const sight = [now.at, now.position, chosen, model.get("now")].join();
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
        const mark = panel.querySelector(".sp-decided");
        panel.scrollTop = mark ? Math.max(0, mark.offsetTop - panel.clientHeight / 3) : 0;
      }
    }
    filled = sight;
    before = now.runs;
  }

  let before = null;
  return { node: box, paint };
}
