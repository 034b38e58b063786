// Temporary credentials in their holder's hands: a ticket below each actor, with the time that is left.

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 20;
const LETTER = 7;
const LONGEST = 16;

/**
 * The tickets of a step, by actor: of several credentials the newest, and how many more there are.
 * @param {import("./types").Step | null} step
 * @returns {Map<number, { held: import("./types").Held, more: number, left: number, words: string }>}
 */
export function ticketsOf(step) {
  /** @type {ReturnType<typeof ticketsOf>} */
  const tickets = new Map();
  for (const held of step?.held ?? []) {
    const whole = Math.max(1, held.expires_at - held.issued_at);
    const left = Math.max(0, Math.min(1, (held.expires_at - (step?.now ?? held.issued_at)) / whole));
    const words = left === 0 ? "expired" : `${short(held.expires_at - (step?.now ?? held.issued_at))} left`;
    const more = tickets.has(held.actor) ? (tickets.get(held.actor)?.more ?? 0) + 1 : 0;
    tickets.set(held.actor, { held, more, left, words });
  }
  return tickets;
}

/** @param {number} seconds */
function short(seconds) {
  if (seconds >= 5400) return `${Math.round(seconds / 3600)} h`;
  return seconds >= 60 ? `${Math.round(seconds / 60)} min` : `${seconds} s`;
}

/**
 * Puts into each actor's hands what it holds at a step. What was just received comes from the one who gave it.
 * @param {Element[]} actors groups with `data-hand`, the place below them
 * @param {import("./types").Step | null} step
 * @param {boolean} forward whether the step before was shown a moment ago
 */
export function handOver(actors, step, forward) {
  const tickets = ticketsOf(step);
  for (const node of actors) {
    const actor = Number(node.getAttribute("class")?.match(/actor-(\d+)/)?.[1]);
    const ticket = tickets.get(actor);
    const shown = node.querySelector(".ticket");
    if (!ticket) {
      shown?.remove();
      continue;
    }
    const key = [ticket.held.key, ticket.more, ticket.words].join();
    if (shown?.getAttribute("data-key") === key) continue;
    const drawn = draw(ticket, placeOf(node));
    drawn.setAttribute("data-key", key);
    if (shown) shown.replaceWith(drawn);
    else node.append(drawn);
    const [giver, receiver] = step?.between ?? [0, 0];
    if (forward && step?.credentials?.issued && receiver === actor && giver !== actor) arrive(drawn, node, actors, giver);
  }
}

/** @param {Element} node */
function placeOf(node) {
  return (node.getAttribute("data-hand") ?? "0,0").split(",").map(Number);
}

/**
 * @param {Element} drawn
 * @param {Element} node
 * @param {Element[]} actors
 * @param {number} giver
 */
function arrive(drawn, node, actors, giver) {
  const from = actors.find((each) => each.classList.contains(`actor-${giver}`) && each.parentNode === node.parentNode);
  const duration = parseFloat(getComputedStyle(node).getPropertyValue("--stssim-motion")) || 0;
  if (!from || duration === 0) return;
  const [[x, y], [toX, toY]] = [placeOf(from), placeOf(node)];
  drawn.animate([{ transform: `translate(${x - toX}px, ${y - toY}px)` }, { transform: "none" }], { duration, easing: "ease-out" });
}

/**
 * @param {{ held: import("./types").Held, more: number, left: number, words: string }} ticket
 * @param {number[]} place
 */
function draw({ held, more, left, words }, [x, y]) {
  const name = held.name.length > LONGEST ? `${held.name.slice(0, LONGEST - 1)}…` : held.name;
  const text = `${name}${more ? ` +${more}` : ""} · ${left === 0 ? "expired" : words.replace(" left", "")}`;
  const wide = Math.max(text.length, 5) * LETTER + 36;
  const [start, top] = [x - wide / 2, y - 5];
  const ring = { cx: start + 14, cy: top + HIGH / 2, r: 6 };
  return svg(
    "g",
    { class: left === 0 ? "ticket expired" : "ticket" },
    svg("title", {}, `Temporary credentials of ${held.name}, ${held.key}: ${words}`),
    svg("rect", { x: start, y: top, width: wide, height: HIGH, rx: 4 }),
    svg("circle", ring),
    svg("circle", { ...ring, class: "left", r: 3, pathLength: 100, "stroke-dasharray": `${(100 * left).toFixed(1)} 100`, transform: `rotate(-90 ${ring.cx} ${ring.cy})` }),
    svg("text", { x: start + 26, y: top + 14.5, textLength: wide - 34, lengthAdjust: "spacingAndGlyphs" }, text),
  );
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 */
function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}
