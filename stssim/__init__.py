"""Learn AWS's Security Token Service on a mock cloud that validates every call for real, and shows why."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stssim.lab.lab import Lab
    from stssim.trace import Step, Trace

__all__ = ["Lab", "Step", "Trace"]

_HOMES = {"Lab": "stssim.lab.lab", "Step": "stssim.trace", "Trace": "stssim.trace"}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'stssim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
