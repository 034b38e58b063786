// JupyterLab takes a key for a command of its own (x cuts the cell) before the page sees it, unless the very node that
// has the focus says no. With Ctrl, Cmd or Alt it goes on to JupyterLab, which saves the notebook with Ctrl+S.
export function keepKeys(ours) {
  const mark = ({ target, ctrlKey, metaKey, altKey }) => {
    if (ours(target)) target.toggleAttribute("data-lm-suppress-shortcuts", !(ctrlKey || metaKey || altKey));
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}
