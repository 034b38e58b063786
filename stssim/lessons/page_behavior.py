"""What a lesson's widgets do on the page: keep their keys from JupyterLab, and bring their verdict into sight."""

from __future__ import annotations

from importlib.resources import files

import anywidget
import ipywidgets as widgets
import traitlets

_KEEP = (files("stssim.show") / "player" / "shortcuts.js").read_text(encoding="utf-8")
_RENDER = """
const OURS = ".stssim-fix, .stssim-task";

function render({ model, el }) {
  model.on("change:verdicts", () => el.closest(OURS)?.querySelector(".verdict")?.scrollIntoView({ block: "nearest" }));
  return keepKeys((node) => node.closest(OURS));
}

export default { render };
"""


class OnPage(anywidget.AnyWidget):
    """Shows nothing. `verdicts` counts what was `said`; each is brought into sight."""

    _esm = f"{_KEEP}{_RENDER}"
    verdicts = traitlets.Int(0).tag(sync=True)

    def __init__(self, said: widgets.HTML | None = None) -> None:
        super().__init__(layout=widgets.Layout(display="none"))
        if said is not None:
            said.observe(lambda _: self._count(), "value")

    def _count(self) -> None:
        self.verdicts += 1
