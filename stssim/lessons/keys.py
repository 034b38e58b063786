"""Keeps the keys pressed in the buttons and switches of a lesson from JupyterLab's shortcuts, as the player does."""

from __future__ import annotations

from importlib.resources import files

import anywidget
import ipywidgets as widgets

_WITHIN = ".stssim-fix, .stssim-task"
_KEEP = (files("stssim.show") / "player" / "shortcuts.js").read_text(encoding="utf-8")


class Keys(anywidget.AnyWidget):
    """Shows nothing, and keeps the keys as long as it is on the page."""

    _esm = f"{_KEEP}\nexport default {{ render: () => keepKeys((node) => node.closest('{_WITHIN}')) }};\n"

    def __init__(self) -> None:
        super().__init__(layout=widgets.Layout(display="none"))
