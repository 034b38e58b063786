"""What a learner has tried and solved, kept in a JSON file of theirs, so that they can go on tomorrow.

The file is `my-progress.json` in the folder of the notebooks; `STSSIM_PROGRESS` names another, or says `off`. Two
notebooks may write it at the same time. A file that is none of ours is set aside under another name, never lost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Literal

import traitlets

from stssim.call import NOTHING

FILE, VARIABLE, OFF = "my-progress.json", "STSSIM_PROGRESS", "off"
_FORMAT = "stssim progress, version 1"
_LARGEST = 1_000_000
_MOST_HINTS = 100

Kind = Literal["scenario", "task"]


class Foreign(ValueError):
    """A text that is no record of a learner's work."""


@dataclass(frozen=True, slots=True)
class Work:
    """What was done on one scenario or task: each try by name with whether it held, and how many hints were opened."""

    tried: Mapping[str, bool] = field(default_factory=lambda: NOTHING)
    hints: int = 0

    @property
    def solved(self) -> bool:
        return any(self.tried.values())

    def and_also(self, other: Work) -> Work:
        """What was done here or there: nothing that was reached is taken back."""
        names = {**self.tried, **other.tried}
        held = {name: self.tried.get(name, False) or other.tried.get(name, False) for name in names}
        return Work(held, max(self.hints, other.hints))


Record = Mapping[str, Work]
"""What was done, by `scenario:NAME` and `task:NAME`."""


def merged(one: Record, other: Record) -> Record:
    """What is in one record or in the other."""
    return {name: one.get(name, Work()).and_also(other.get(name, Work())) for name in {**one, **other}}


def to_text(record: Record) -> str:
    """The record as the text of its file."""
    told = {name: {**asdict(work), "tried": dict(work.tried)} for name, work in sorted(record.items())}
    return json.dumps({"format": _FORMAT, "done": told}, indent=2, ensure_ascii=False) + "\n"


def of_text(text: str) -> Record:
    """The record in the text of a file. Raises `Foreign` for any other text, and says what is wrong with it."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Foreign(f"it is not JSON ({str(error).partition(':')[0]})") from None
    if not isinstance(told, dict) or told.get("format") != _FORMAT or not isinstance(told.get("done"), dict):
        raise Foreign("it is no record of these lessons")
    found: Record = {}
    for name, work in told["done"].items():
        found = merged(found, {_today(name): _work(name, work)})
    return found


def _today(name: str) -> str:
    """The name of a scenario or task as it is written today: files of earlier versions say `story:` for `scenario:`."""
    return f"scenario:{name.removeprefix('story:')}" if name.startswith("story:") else name


def _work(name: str, told: Any) -> Work:
    tried, hints = (told.get("tried"), told.get("hints")) if isinstance(told, dict) else (None, None)
    if not isinstance(tried, dict) or not all(isinstance(held, bool) for held in tried.values()):
        raise Foreign(f"what it says was tried of {name[:40]!r} is not what these lessons write")
    if not isinstance(hints, int) or not 0 <= hints <= _MOST_HINTS:
        raise Foreign(f"its count of hints of {name[:40]!r} is none")
    return Work(tried, hints)


class Progress(traitlets.HasTraits):
    """The record of one learner, in a file or (`path` None) only as long as the kernel runs.

    `done` is the whole record. `notice` is one sentence for the learner where the file was not as it should be.
    """

    done: Any = traitlets.Dict()
    notice = traitlets.Unicode("")

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._said = ""
        self.path = None if path is None else Path(os.path.realpath(path))
        if self.path is not None and self.path.exists():
            self._at_file(self._learn)

    def news(self) -> str:
        """The notice, if it has not been asked for since it came up."""
        said, self._said = self._said, self.notice
        return "" if said == self.notice else self.notice

    def of(self, kind: Kind, name: str) -> Work:
        """What was done on this scenario or task so far."""
        found: Work = self.done.get(f"{kind}:{name}", Work())
        return found

    def tried(self, kind: Kind, name: str, what: str, *, held: bool) -> None:
        """Records a try, and whether it held."""
        self._record(kind, name, Work({what: held}))

    def opened(self, kind: Kind, name: str, hints: int) -> None:
        """Records that so many hints are open."""
        self._record(kind, name, Work(hints=hints))

    def _record(self, kind: Kind, name: str, work: Work) -> None:
        grown = merged(self.done, {f"{kind}:{name}": work})
        if grown == self.done:
            return
        self.done = grown
        self._at_file(self._write)

    def _write(self, path: Path) -> None:
        self._learn(path)
        _replace(path, to_text(self.done))

    def _learn(self, path: Path) -> None:
        """Takes in what the file says by now; a file that says something else is set aside."""
        if not path.exists():
            return
        try:
            if path.stat().st_size > _LARGEST:
                raise Foreign("it is too large")
            self.done = merged(self.done, of_text(path.read_text(encoding="utf-8")))
        except (Foreign, UnicodeDecodeError) as wrong:
            why = wrong if isinstance(wrong, Foreign) else "it is not text"
            aside = _free(path)
            path.rename(aside)
            self.notice = f"{path.name} was set aside as {aside.name}, for {why}; a new one is begun."

    def _at_file(self, does: Callable[[Path], None]) -> None:
        """Does something with the file, alone. If it cannot be read or written, that is said, and all goes on."""
        if self.path is None:
            return
        try:
            with _locked(self.path.parent):
                does(self.path)
        except OSError as error:
            lasts = f"({error.strerror}), so what you do here lasts as long as the kernel."
            self.notice = f"{self.path.name} cannot be kept {lasts}"
            self.path = None


@cache
def ours() -> Progress:
    """The progress of whoever runs this kernel."""
    named = os.environ.get(VARIABLE) or FILE
    return Progress(None if named == OFF else Path(named))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder to oneself, where locks are to be had: two kernels must not write over each other."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", delete=False) as new:
        try:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(new.name).unlink()
            raise


def _free(path: Path) -> Path:
    """A name beside this one that nothing has yet."""
    names = (path.with_name(f"{path.stem}.set-aside-{nth}{path.suffix}") for nth in range(1, 10_000))
    return next(name for name in names if not os.path.lexists(name))
