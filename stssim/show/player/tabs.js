// The tabs and their panel. Only the panel in sight is filled.

import { el, freshId } from "./dom.js";
import { CONTENTS } from "./contents.js";
import { change, standing } from "./steps.js";

export const TABS = ["request", "response", "policy", "credentials", "log"];

export function tabs(model, focusPicture) {
  const list = el("div", { class: "sp-tabs", role: "tablist", "aria-label": "Evidence of this beat" });
  const box = el("div", { class: "sp-panel" }, list);
  const parts = TABS.map((name) => {
    const [tabId, panelId] = [freshId("tab"), freshId("panel")];
    const tab = el("button", { type: "button", role: "tab", id: tabId, "aria-controls": panelId, class: "sp-tab" }, title(name));
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
    const at = parts.findIndex(({ tab }) => tab === event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: parts.length - 1 }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { name, tab } = parts[(to + parts.length) % parts.length];
    change(model, { tab: name });
    tab.focus();
  });

  function paint() {
    const now = standing(model);
    const chosen = model.get("tab");
    for (const { name, tab, panel } of parts) {
      const selected = name === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.setAttribute("tabindex", selected ? "0" : "-1");
      tab.classList.toggle("sp-has", CONTENTS[name].has(now));
      panel.hidden = !selected;
      if (!selected) panel.replaceChildren();
      else {
        panel.replaceChildren(...CONTENTS[name].fill(now));
        const mark = panel.querySelector(".sp-decided");
        panel.scrollTop = mark ? Math.max(0, mark.offsetTop - panel.clientHeight / 3) : 0;
      }
    }
  }

  return { node: box, paint };
}

function title(name) {
  return name[0].toUpperCase() + name.slice(1);
}
