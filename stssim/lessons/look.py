"""How the widgets of a lesson look: the one visual language, in large letters."""

from __future__ import annotations

from stssim.show.style import FONT, palette

_RULES = """
{it}{font-family:{font};color:var(--stssim-ink)}
{it} .widget-html-content,{it} .jupyter-widgets label{font-size:15px;line-height:1.45;font-family:{font}}
{it} h4{margin:.8em 0 .2em;font-size:16px}
{it} .jupyter-button{height:auto;min-height:34px;padding:6px 12px;font-size:15px;line-height:1.35;
  white-space:normal;text-align:left;font-family:{font}}
{it} .jupyter-button:focus-visible{outline:3px solid var(--stssim-now);outline-offset:1px}
{it} .widget-textarea>.widget-label{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
{it} .widget-dropdown{flex-wrap:wrap;height:auto}
{it} .widget-dropdown>select{min-width:0;max-width:100%;height:auto;min-height:32px;font-size:15px;font-family:{font}}
{it} textarea{font-family:var(--jp-code-font-family,monospace);font-size:14px;line-height:1.4}
{it} pre{font-family:var(--jp-code-font-family,monospace);font-size:14px;line-height:1.4;background:var(--stssim-plate);
  color:var(--stssim-ink);padding:8px 12px;overflow:auto}
{it} .verdict{border-left:5px solid var(--stssim-line);padding:2px 12px;margin:8px 0}
{it} .verdict.solved{border-color:var(--stssim-allowed)}
{it} .verdict.open{border-color:var(--stssim-denied)}
{it} .verdict p{margin:.25em 0}
{it} .yes{color:var(--stssim-allowed-text);font-weight:bold}
{it} .no,{it} .wrong{color:var(--stssim-denied-text)}
{it} .no{font-weight:bold}
"""


def look(selector: str) -> str:
    """The rules for what matches a CSS selector, as a `<style>` element."""
    return f"<style>{palette(selector)}{_RULES.replace('{it}', selector).replace('{font}', FONT)}</style>"
