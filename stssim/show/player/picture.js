// The picture: an SVG laid out once by Graphviz, in which a step only switches classes.

import { el } from "./dom.js";
import { goTo, standing } from "./steps.js";

// Half of an actor's head, in CSS pixels: an arrow that comes into sight brings the one that it goes to.
const ASIDE = 56;

// A row is drawn twice in the same place: as it is before anybody knows, and as it went. One of the two is on the page,
// so that nothing there tells what is still to come.
function rowsOf(svg, undecided) {
  const before = new Map([...undecided.querySelectorAll("[data-row]")].map((node) => [node.dataset.row, node]));
  const inOrder = [...svg.querySelectorAll("[data-row]")].sort((one, other) => one.dataset.row - other.dataset.row);
  return inOrder.map((after) => {
    const veil = before.get(after.dataset.row);
    veil.setAttribute("class", veil.getAttribute("class").replace(/step-\d+/, "sp-veil"));
    after.replaceWith(veil);
    const ghost = after.classList.contains("ghost");
    return { after, veil, ghost, figure: veil.querySelector(".number"), step: Number(after.getAttribute("class").match(/(?:step|after)-(\d+)/)[1]) };
  });
}

// The line where two runs diverge, and what holds its place until they do.
function divergencesOf(svg) {
  return [...svg.querySelectorAll(".divergence")].map((node) => {
    const place = document.createComment("");
    node.replaceWith(place);
    return { node, place, step: Number(node.getAttribute("class").match(/before-(\d+)/)[1]) };
  });
}

function parsed(text) {
  // Ours: drawn by stssim.show, which escapes every name in it.
  const holder = el("div");
  holder.innerHTML = text;
  return holder.firstElementChild;
}

// The actors of a sequence once more, in a strip that stays on top while the rest is scrolled.
function banner(svg) {
  if (!svg.classList.contains("sequence")) return null;
  const strip = svg.cloneNode(false);
  const [left, top, width] = svg.getAttribute("viewBox").split(" ").map(Number);
  // The heads' middle is at 0 (plan.py), and as much paper below them as above.
  strip.setAttribute("viewBox", `${left} ${top} ${width} ${-2 * top}`);
  strip.classList.add("sp-banner");
  strip.removeAttribute("role");
  strip.setAttribute("aria-hidden", "true");
  strip.append(...[...svg.querySelectorAll(".paper, .actor")].map((node) => node.cloneNode(true)));
  return strip;
}

export function picture(model) {
  const frame = el("div", {
    class: "sp-picture",
    tabindex: "0",
    role: "group",
    "aria-label": "Picture of the calls. Arrow keys step, Home and End go to the ends, Space plays.",
  });
  let drawn = null;
  let rows = [];
  let actors = [];
  let heads = [];
  let divergences = [];
  let here = null;

  function draw(pictures) {
    const svg = parsed(pictures.decided);
    const undecided = parsed(pictures.undecided);
    rows = rowsOf(svg, undecided);
    // What the picture says of itself gives nothing away either; the sentence below is what is read out.
    svg.querySelector("desc")?.replaceWith(undecided.querySelector("desc") ?? "");
    divergences = divergencesOf(svg);
    const top = banner(svg);
    actors = [...svg.querySelectorAll(".actor")];
    heads = top ? [...top.querySelectorAll(".actor")] : [];
    for (const { after, veil, step } of rows) {
      for (const node of [after, veil]) node.addEventListener("click", () => goTo(model, step + 1));
    }
    frame.style.setProperty("--sp-natural", svg.getAttribute("viewBox").split(" ")[2]);
    frame.replaceChildren(...[top, svg].filter(Boolean));
    drawn = pictures;
  }

  function paint() {
    const { run, position, step } = standing(model);
    const pictures = run.pictures[model.get("view")] ?? run.pictures.sequence;
    if (pictures !== drawn) draw(pictures);
    let missed = 0;
    here = null;
    for (const [nth, { after, veil, figure, step: at, ghost }] of rows.entries()) {
      const reached = at < position;
      // What a refusal has left out is no longer counted.
      if (ghost && reached) missed += 1;
      else if (figure) figure.textContent = String(nth + 1 - missed);
      const [shown, away] = reached ? [after, veil] : [veil, after];
      if (!shown.isConnected) away.replaceWith(shown);
      after.classList.toggle("settled", at + 1 < position || (ghost && reached));
      after.classList.toggle("now", at + 1 === position && !ghost);
      if (at + 1 === position && !ghost) here = after;
    }
    for (const { node, place, step: at } of divergences) {
      const [shown, away] = at < position ? [node, place] : [place, node];
      if (!shown.isConnected) away.replaceWith(shown);
    }
    for (const node of [...actors, ...heads]) {
      const nth = Number(node.getAttribute("class").match(/actor-(\d+)/)[1]);
      node.classList.toggle("now", step !== null && step.between.includes(nth));
    }
    if (here) reveal();
    else frame.scrollTop = frame.scrollLeft = 0;
  }

  // Scrolls the frame alone, and only when the step is out of its sight.
  function reveal() {
    if (!here) return;
    const inner = here.getBoundingClientRect();
    const outer = frame.getBoundingClientRect();
    const top = outer.top + (frame.querySelector(".sp-banner")?.getBoundingClientRect().height ?? 0);
    if (inner.top < top) frame.scrollTop -= top - inner.top + outer.height / 3;
    else if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom + outer.height / 3;
    if (inner.right > outer.right - ASIDE) frame.scrollLeft += inner.right - outer.right + ASIDE;
    else if (inner.left < outer.left + ASIDE) frame.scrollLeft -= outer.left - inner.left + ASIDE;
  }

  return { node: frame, paint, reveal };
}
