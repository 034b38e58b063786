"""How the widgets of a lesson look, in the design tokens."""

from __future__ import annotations

from stssim.show.tokens import tokens

_RULES = """
{it}{font-family:var(--stssim-font);color:var(--stssim-ink);line-height:var(--stssim-leading)}
{it} .widget-html-content,{it} .jupyter-widgets label{font-size:var(--stssim-text);line-height:var(--stssim-leading);
  font-family:var(--stssim-font)}
{it} h4{margin:var(--stssim-space-3) 0 var(--stssim-space-1);font-size:var(--stssim-text-large)}
{it} .jupyter-button{height:auto;min-height:34px;padding:var(--stssim-space-1) var(--stssim-space-3);
  font-size:var(--stssim-text);line-height:1.35;white-space:normal;text-align:left;font-family:var(--stssim-font);
  color:var(--stssim-ink);background:var(--stssim-paper);border:1px solid var(--stssim-line);
  border-radius:var(--stssim-radius);box-shadow:none;
  transition:background-color var(--stssim-motion),border-color var(--stssim-motion)}
{it} .jupyter-button:hover{background:var(--stssim-plate);border-color:var(--stssim-faint);box-shadow:none}
{it} .jupyter-button.mod-primary{color:var(--stssim-paper);background:var(--stssim-now);border-color:var(--stssim-now);
  font-weight:bold}
{it} .jupyter-button.mod-primary:hover{border-color:var(--stssim-ink)}
{it} .jupyter-button:disabled{color:var(--stssim-muted);background:none;border:1px dashed var(--stssim-line);
  opacity:1}
{it} .jupyter-button:focus-visible{outline:3px solid var(--stssim-now);outline-offset:1px}
{it} :is(.jupyter-widget-Collapse-header,.lm-Collapse-header){color:var(--stssim-ink);background:var(--stssim-plate);
  border:1px solid var(--stssim-line);border-radius:var(--stssim-radius);font-size:var(--stssim-text);
  padding:var(--stssim-space-1) var(--stssim-space-3)}
{it} :is(.jupyter-widget-Collapse-contents,.lm-Collapse-contents){color:var(--stssim-ink);background:none;
  border:1px solid var(--stssim-line);border-radius:var(--stssim-radius)}
{it} .widget-textarea>.widget-label{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
{it} .widget-dropdown{flex-wrap:wrap;height:auto}
{it} .widget-dropdown>select{min-width:0;max-width:100%;height:auto;min-height:32px;font-size:var(--stssim-text);
  font-family:var(--stssim-font);color:var(--stssim-ink);background-color:var(--stssim-paper);
  border:1px solid var(--stssim-faint);border-radius:var(--stssim-radius)}
{it} textarea{font-family:var(--stssim-code);font-size:var(--stssim-text-small);line-height:1.5;
  color:var(--stssim-ink);background:var(--stssim-plate);border:1px solid var(--stssim-faint);
  border-radius:var(--stssim-radius)}
{it} pre{font-family:var(--stssim-code);font-size:var(--stssim-text-small);line-height:1.5;
  background:var(--stssim-plate);color:var(--stssim-ink);padding:var(--stssim-space-2) var(--stssim-space-3);
  border-radius:var(--stssim-radius);white-space:pre-wrap;overflow-wrap:anywhere}
{it} table{border-collapse:collapse;margin:var(--stssim-space-2) 0;font-size:var(--stssim-text);color:var(--stssim-ink)}
{it} :is(th,td){text-align:left;vertical-align:top;padding:var(--stssim-space-1) var(--stssim-space-3);
  border-bottom:1px solid var(--stssim-line);background:none;max-width:none;white-space:normal}
{it} th{color:var(--stssim-muted);font-weight:bold}
{it} .verdict{border-left:5px solid var(--stssim-line);border-radius:0 var(--stssim-radius) var(--stssim-radius) 0;
  background:var(--stssim-plate);padding:var(--stssim-space-1) var(--stssim-space-3);margin:var(--stssim-space-2) 0}
{it} .verdict.solved{border-color:var(--stssim-allowed);background:var(--stssim-allowed-plate)}
{it} .verdict.open{border-color:var(--stssim-denied);border-left-style:dashed;background:var(--stssim-denied-plate)}
{it} .verdict p{margin:var(--stssim-space-1) 0}
{it} .yes{color:var(--stssim-allowed-text);font-weight:bold}
{it} .no,{it} .wrong{color:var(--stssim-denied-text)}
{it} .no{font-weight:bold}
"""


def look(selector: str) -> str:
    """The rules for what matches a CSS selector, as a `<style>` element."""
    return f"<style>{tokens(selector)}{_RULES.replace('{it}', selector)}</style>"


def dressed(name: str, markup: str) -> str:
    """HTML of a notebook's own, with the rules for it: `name` is its class, after `stssim-`."""
    return f"{look(f'.stssim-{name}')}<div class='stssim-{name}'>{markup}</div>"
