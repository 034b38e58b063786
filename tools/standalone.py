"""A player on a page by itself, without a notebook and without a kernel: for tests of how it is drawn, and for pictures
of it.

The page's `model` is what anywidget's would be: `model.set(name, value)` paints the player anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stssim.show.player import Player, front_end, style

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Player</title>
<style>body { margin: 0; background: Canvas; color-scheme: light dark }
%(style)s</style></head>
<body><main id="here"></main>
<script type="module">
const held = %(state)s;
const heard = {};
window.model = {
  get: (name) => held[name],
  set(name, value) {
    held[name] = value;
    for (const listener of heard[`change:${name}`] ?? []) listener();
  },
  save_changes() {},
  on: (event, listener) => (heard[event] ??= []).push(listener),
  off: (event, listener) => (heard[event] = (heard[event] ?? []).filter((each) => each !== listener)),
};
const player = (() => {
%(front_end)s
})();
player.render({ model: window.model, el: document.getElementById("here") });
</script></body></html>
"""
_NOT_OURS = frozenset({"_esm", "_css", "layout", "tooltip", "tabbable"})


def state_of(player: Player) -> dict[str, Any]:
    """The traits of a player that the front end reads."""
    synced = player.traits(sync=True)
    return {name: getattr(player, name) for name in synced if name not in _NOT_OURS and not name.startswith("_")}


def page(state: Mapping[str, Any]) -> str:
    """The page of a player in this state, as HTML."""
    # A policy may say `</script>`.
    written = json.dumps(state).replace("</", "<\\/")
    run = front_end().replace("export default", "return")
    return _PAGE % {"style": style(), "state": written, "front_end": run}
