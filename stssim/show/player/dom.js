// Elements, built so that nothing a learner typed can become markup: children are nodes or text, never HTML.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [attributes] `on...` is a listener; false, null and undefined are left out
 * @param {(Node | string | null | undefined)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 */
export function button(name, attributes) {
  return el("button", { type: "button", ...attributes }, name);
}

/**
 * @param {Element} node
 * @param {boolean} on
 */
export function switchedOn(node, on) {
  node.setAttribute("aria-pressed", String(on));
}

/**
 * A disabled button would lose the focus that a key is pressed in, so it stays focusable and says that it is disabled.
 * @param {Element} node
 * @param {boolean} yes
 */
export function usable(node, yes) {
  node.setAttribute("aria-disabled", String(!yes));
}

let numbered = 0;
/** @param {string} word */
export function freshId(word) {
  numbered += 1;
  return `sp-${word}-${numbered}`;
}
