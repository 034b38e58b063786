/**
 * JupyterLab takes a key for a command of its own (x cuts the cell) before the page sees it, unless the very node that
 * has the focus says no. With Ctrl, Cmd or Alt it goes on to JupyterLab, which saves the notebook with Ctrl+S.
 * @param {(node: Element) => boolean | Element | null} ours
 */
export function keepKeys(ours) {
  /** @param {KeyboardEvent} event */
  const mark = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (ours(target)) target.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey || event.altKey));
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}
