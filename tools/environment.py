"""Make `.venv`, where everything runs: what `make lab` and `make test` do first. Needs the standard library alone.

It is made when there is none, and made anew, from nothing, when requirements.txt, the place of this folder or the
version of Python has changed, or an earlier install was cut short. `.venv/made-from` says what it was made from. It is
completed last, so that a `.venv` without the right one is known to be unfinished.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON_VERSION = "{}.{}".format(*sys.version_info)


class Stopped(Exception):
    """The install failed. Carries what pip, or the system, said of it."""


def main(root: Path) -> int:
    """Make the environment of the project in `root`, unless it is there and right. Returns an exit code."""
    folder, stamp = root / ".venv", root / ".venv" / "made-from"
    wanted = f"{root}\n{(root / 'requirements.txt').read_text()}"
    if is_current(folder, wanted):
        return 0
    if folder.exists() and not stamp.exists() and any(folder.iterdir()):
        say(f"{folder} was made by something else. Move it away, or remove it with `make clean`, and try again.")
        return 1

    began = time.monotonic()
    packages = sum(line[:1].isalnum() for line in wanted.splitlines())
    say(f"Making .venv with Python {PYTHON_VERSION} and {packages} packages. About a minute, and only the first time.")
    try:
        folder.mkdir(exist_ok=True)
        stamp.write_text("unfinished\n")
        clear(folder, but=stamp)
        venv.create(folder, with_pip=True, symlinks=True, prompt="stssim")
        install(root, folder / "bin" / "python", packages)
        mend_scripts(folder / "bin")
        stamp.write_text(wanted)
    except KeyboardInterrupt:
        say("\nStopped half-way. The next `make` starts it over.")
        return 130
    except (Stopped, OSError, subprocess.CalledProcessError) as error:
        say(f"The install did not finish:\n\n{error}\n\nMend that and run the same command again: it starts over.")
        return 1
    say(f"Made in {time.monotonic() - began:.0f} s.")
    return 0


def is_current(folder: Path, wanted: str) -> bool:
    """Whether `folder` is a finished environment, made from `wanted` and for the version of Python that runs this."""
    try:
        settings = (folder / "pyvenv.cfg").read_text().splitlines()
        made_from = (folder / "made-from").read_text()
    except OSError:
        return False
    return made_from == wanted and any(line.startswith(f"version = {PYTHON_VERSION}.") for line in settings)


def clear(folder: Path, *, but: Path) -> None:
    """Delete everything in `folder`, but not the file `but`."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != but:
            entry.unlink()


def install(root: Path, python: Path, packages: int) -> None:
    """Install what requirements.txt pins, each file only if its hash is there, then the project itself, editable.

    Raises Stopped.
    """
    pip = [str(python), "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    follow([*pip, "--require-hashes", "-r", "requirements.txt"], root, packages)
    follow([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], root, 0)


def mend_scripts(scripts: Path) -> None:
    """Give scripts a first line that works where the folder's name has a space: pip does so for most, not for all."""
    python = f"{scripts / 'python'}"
    for script in scripts.iterdir():
        if " " in python and script.is_file() and script.read_bytes().startswith(f"#!{python}\n".encode()):
            _, _, rest = script.read_text().partition("\n")
            script.write_text(f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n{rest}")


def follow(command: list[str], root: Path, packages: int) -> None:
    """Run pip, and on a terminal say in one line how far it is. Raises Stopped with its complaints."""
    said: list[str] = []
    fetched = 0
    environment = os.environ | {"PIP_PROGRESS_BAR": "off", "PIP_USER": "0"}
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            said.append(line.rstrip())
            match line.split():
                case ["Collecting", package, *_]:
                    fetched += 1
                    progress(f"  fetching {fetched} of {packages}: {package.partition('==')[0]}")
                case ["Installing", "collected", "packages:", *_]:
                    progress("  unpacking")
    progress("")
    if pip.returncode:
        raise Stopped("\n".join(complaints(said) or said[-12:]) or f"pip ended with exit code {pip.returncode}.")


def complaints(said: list[str]) -> list[str]:
    """The errors among the lines that pip printed, with the indented lines below each, which name the package."""
    kept: list[str] = []
    complaining = False
    for line in said:
        complaining = line.lstrip().startswith("ERROR") or (complaining and line.startswith(" "))
        if complaining:
            kept.append(line)
    return kept


def progress(line: str) -> None:
    """Show `line` in place of the last one, where somebody is looking."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K{line[:78]}")
        sys.stdout.flush()


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(ROOT))
