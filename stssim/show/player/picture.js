// The picture: an SVG laid out once, in which a step only switches classes.

import { el } from "./dom.js";
import { handOver } from "./hands.js";
import { goTo, standing } from "./steps.js";

// Half of an actor's head, in CSS pixels: an arrow that comes into sight brings the one that it goes to.
const ASIDE = 56;
// Narrower than this, a map goes down instead of across.
const NARROW = 520;

/** @typedef {{ after: Element, veil: Element, ghost: boolean, figure: Element | null, step: number }} Row */

/**
 * A row is drawn twice in the same place: as it is before anybody knows, and as it went. One of the two is on the page,
 * so that nothing there tells what is still to come.
 * @param {Element} svg
 * @param {Element} undecided
 * @returns {Row[]}
 */
function rowsOf(svg, undecided) {
  /** @param {Element} drawing @returns {SVGElement[]} */
  const every = (drawing) => [...drawing.querySelectorAll(/** @type {"g"} */ ("[data-row]"))];
  const before = new Map(every(undecided).map((node) => [node.dataset.row, node]));
  const inOrder = every(svg).sort((one, other) => Number(one.dataset.row) - Number(other.dataset.row));
  return inOrder.map((after) => {
    const veil = /** @type {SVGElement} */ (before.get(after.dataset.row));
    veil.setAttribute("class", classOf(veil).replace(/step-\d+/, "sp-veil"));
    after.replaceWith(veil);
    const ghost = after.classList.contains("ghost");
    return { after, veil, ghost, figure: veil.querySelector(".number"), step: nthOf(after, /(?:step|after)-(\d+)/) };
  });
}

/**
 * The line where two runs diverge, and what holds its place until they do.
 * @param {Element} svg
 */
function divergencesOf(svg) {
  return [...svg.querySelectorAll(".divergence")].map((node) => {
    const place = document.createComment("");
    node.replaceWith(place);
    return { node, place, step: nthOf(node, /before-(\d+)/) };
  });
}

/** @param {Element} node */
function classOf(node) {
  return node.getAttribute("class") ?? "";
}

/**
 * @param {Element} node
 * @param {RegExp} pattern
 */
function nthOf(node, pattern) {
  return Number(classOf(node).match(pattern)?.[1]);
}

/**
 * @param {string} text
 * @returns {Element}
 */
function parsed(text) {
  // Ours: drawn by stssim.show, which escapes every name in it.
  const holder = el("div");
  holder.innerHTML = text;
  return /** @type {Element} */ (holder.firstElementChild);
}

/** @param {Element} svg */
function boxOf(svg) {
  return (svg.getAttribute("viewBox") ?? "0 0 1 1").split(" ").map(Number);
}

/**
 * The actors of a sequence once more, in a strip that stays on top while the rest is scrolled.
 * @param {Element} svg
 */
function banner(svg) {
  if (!svg.classList.contains("sequence")) return null;
  const strip = /** @type {Element} */ (svg.cloneNode(false));
  const [left, top, width] = boxOf(svg);
  // The heads' middle is at 0 (plan.py), and as much paper below them as above.
  strip.setAttribute("viewBox", `${left} ${top} ${width} ${-2 * top}`);
  strip.classList.add("sp-banner");
  strip.removeAttribute("role");
  strip.setAttribute("aria-hidden", "true");
  strip.append(...[...svg.querySelectorAll(".paper, .actor")].map((node) => node.cloneNode(true)));
  return strip;
}

/** @param {import("./types").Model} model */
export function picture(model) {
  const frame = el("div", {
    class: "sp-picture",
    tabindex: "0",
    role: "group",
    "aria-label": "Picture of the calls. Arrow keys step, Home and End go to the ends, Space plays.",
  });
  /** @type {import("./types").Picture | null} */
  let drawn = null;
  /** @type {Row[]} */
  let rows = [];
  /** @type {Element[]} */
  let actors = [];
  /** @type {ReturnType<typeof divergencesOf>} */
  let divergences = [];
  /** @type {Element | null} */
  let here = null;
  let shown = 0;

  /** @param {import("./types").Picture} pictures */
  function draw(pictures) {
    const svg = parsed(pictures.decided);
    const undecided = parsed(pictures.undecided);
    rows = rowsOf(svg, undecided);
    // What the picture says of itself gives nothing away either; the sentence below is what is read out.
    svg.querySelector("desc")?.replaceWith(undecided.querySelector("desc") ?? "");
    divergences = divergencesOf(svg);
    const top = banner(svg);
    actors = [svg, top].flatMap((each) => (each ? [...each.querySelectorAll(".actor")] : []));
    for (const { after, veil, step } of rows) {
      for (const node of [after, veil]) node.addEventListener("click", () => goTo(model, step + 1));
    }
    frame.style.setProperty("--sp-natural", String(boxOf(svg)[2]));
    frame.classList.toggle("sp-map", svg.classList.contains("map"));
    frame.replaceChildren(...[top, svg].filter((each) => each !== null));
    drawn = pictures;
  }

  /** @param {import("./types").Run} run */
  function wanted({ pictures }) {
    if (model.get("view") !== "map") return pictures.sequence;
    return frame.clientWidth > 0 && frame.clientWidth < NARROW ? pictures["map-down"] : pictures.map;
  }

  function paint() {
    const { run, position, step } = standing(model);
    const pictures = wanted(run);
    if (pictures !== drawn) draw(pictures);
    let missed = 0;
    here = null;
    for (const [nth, { after, veil, figure, step: at, ghost }] of rows.entries()) {
      const reached = at < position;
      // What a refusal has left out is no longer counted.
      if (ghost && reached) missed += 1;
      else if (figure) figure.textContent = String(nth + 1 - missed);
      const [seen, away] = reached ? [after, veil] : [veil, after];
      if (!seen.isConnected) away.replaceWith(seen);
      after.classList.toggle("settled", at + 1 < position || (ghost && reached));
      after.classList.toggle("now", at + 1 === position && !ghost);
      if (at + 1 === position && !ghost) here = after;
    }
    for (const { node, place, step: at } of divergences) {
      const [shown, away] = at < position ? [node, place] : [place, node];
      if (!shown.isConnected) away.replaceWith(shown);
    }
    for (const node of actors) node.classList.toggle("now", step !== null && step.between.includes(nthOf(node, /actor-(\d+)/)));
    handOver(actors, step, position === shown + 1);
    shown = position;
  }

  // Measures, and so comes after everything has been painted.
  function settle() {
    if (here) reveal();
    else if (frame.scrollTop || frame.scrollLeft) frame.scrollTop = frame.scrollLeft = 0;
  }

  // Scrolls the frame alone, so that the step is in its sight with the one before and the one after.
  function reveal() {
    if (!here) return;
    const inner = here.getBoundingClientRect();
    const outer = frame.getBoundingClientRect();
    const at = rows.findIndex(({ after }) => after === here);
    /** @param {Row | undefined} row */
    const boxed = (row) => (row ? [row.after, row.veil].find((node) => node.isConnected)?.getBoundingClientRect() : undefined) ?? inner;
    const top = outer.top + (frame.querySelector(".sp-banner")?.getBoundingClientRect().height ?? 0);
    const [above, below] = frame.classList.contains("sp-map") ? [inner, inner] : [boxed(rows[at - 1]), boxed(rows[at + 1])];
    if (above.top < top + 4) frame.scrollTop -= top + 4 - above.top;
    else if (below.bottom > outer.bottom - 4) frame.scrollTop += Math.min(below.bottom - outer.bottom + 4, above.top - top - 4);
    if (inner.right > outer.right - ASIDE) frame.scrollLeft += inner.right - outer.right + ASIDE;
    else if (inner.left < outer.left + ASIDE) frame.scrollLeft -= outer.left - inner.left + ASIDE;
  }

  function resized() {
    if (drawn !== null && wanted(standing(model).run) !== drawn) paint();
    settle();
  }

  return { node: frame, paint, settle, resized };
}
