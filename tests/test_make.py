"""The two commands, as far as they can be tried in seconds and without a network."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tools import environment

ROOT = Path(__file__).resolve().parents[1]
MAKE = shutil.which("make") or "make"
SH = "#!/bin/sh\n"

# A build backend of its own, so that nothing is fetched: the package `tiny`, editable, with a script of the old kind.
BACKEND = """
import pathlib, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    files = {
        "tiny.pth": str(pathlib.Path.cwd()),
        "tiny-1.data/scripts/hello": "#!python\\nimport tiny; print(tiny.WORD)\\n",
        "tiny-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n",
        "tiny-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files["tiny-1.dist-info/RECORD"] = "".join(f"{name},,\\n" for name in [*files, "tiny-1.dist-info/RECORD"])
    with zipfile.ZipFile(pathlib.Path(wheel_directory, "tiny-1-py3-none-any.whl"), "w") as wheel:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            wheel.writestr(entry, text)
    return "tiny-1-py3-none-any.whl"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tiny project with our Makefile, in a folder with a space in its name."""
    folder = tmp_path / "my lessons"
    (folder / "tools").mkdir(parents=True)
    for name in ("Makefile", "tools/environment.py"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "requirements.txt").write_text("# nothing\n")
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (folder / "backend.py").write_text(BACKEND)
    (folder / "tiny.py").write_text('WORD = "hello"\n')
    return folder


def make(folder: Path, *arguments: str, path: str = os.defpath) -> subprocess.CompletedProcess[str]:
    if not Path(MAKE).is_file():
        pytest.skip("make is not installed")
    environ = {"PATH": path, "HOME": str(folder), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run([MAKE, *arguments], cwd=folder, env=environ, capture_output=True, check=False, text=True)


def program(folder: Path, name: str, script: str) -> Path:
    """An executable shell script."""
    folder.mkdir(exist_ok=True)
    made = folder / name
    made.write_text(SH + script)
    made.chmod(0o755)
    return made


def real_python(folder: Path, name: str) -> Path:
    return program(folder, name, f'exec "{sys.executable}" "$@"\n')


def python_without_venv(folder: Path, name: str) -> Path:
    return program(folder, name, f'case "$2" in *ensurepip*) exit 1;; esac\nexec "{sys.executable}" "$@"\n')


def test_make_alone_tells_every_target(project: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    told = re.findall(r"^  make ([a-z]+) +\w", make(project).stdout, re.MULTILINE)
    assert told == targets
    assert {"lab", "test"} <= set(told)


def test_lab_opens_the_first_lesson_on_a_port_that_jupyterlab_may_change() -> None:
    told = make(ROOT, "--dry-run", "lab").stdout
    assert "--LabApp.default_url=/lab/tree/00-start-here.ipynb" in told
    assert "--ServerApp.port=8888" in told
    assert "--no-browser" not in told
    assert "port_retries" not in told


def test_lab_takes_the_port_that_it_is_told_and_opens_no_browser_when_told() -> None:
    told = make(ROOT, "--dry-run", "lab", "PORT=9000", "BROWSER=none").stdout
    assert "--ServerApp.port=9000 --ServerApp.port_retries=0" in told
    assert "--no-browser" in told


def test_lab_leaves_a_browser_of_ones_own_choice_to_jupyterlab() -> None:
    assert "--no-browser" not in make(ROOT, "--dry-run", "lab", "BROWSER=firefox").stdout


def test_lab_opens_the_trainers_set_when_told() -> None:
    assert "--ServerApp.root_dir=notebooks" in make(ROOT, "--dry-run", "lab").stdout
    assert "--ServerApp.root_dir=trainer" in make(ROOT, "--dry-run", "lab", "FOLDER=trainer").stdout


def test_demo_takes_the_port_that_it_is_told_and_opens_no_browser_when_told() -> None:
    assert "stssim.demo --port 8866" in make(ROOT, "--dry-run", "demo").stdout
    assert "stssim.demo --port 9000 --no-browser" in make(ROOT, "--dry-run", "demo", "PORT=9000", "BROWSER=none").stdout


def test_a_python_without_venv_is_told_what_to_install(project: Path, tmp_path: Path) -> None:
    bare = python_without_venv(tmp_path / "bin", "python3")
    done = make(project, "venv", f"PYTHON={bare}")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        f"{bare} cannot make a virtual environment; on Debian and Ubuntu, sudo apt install python3-venv mends that."
    )
    assert not (project / ".venv").exists()


def test_a_python_too_old_is_refused_by_name(project: Path, tmp_path: Path) -> None:
    old = program(tmp_path / "bin", "python3.9", "exit 1\n")
    done = make(project, "venv", f"PYTHON={old}")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == f"{old} is not Python 3.11 or newer."


def test_a_machine_without_python_is_told_so(project: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    done = make(project, "venv", path=str(tmp_path / "bin"))
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed, and none was found" in done.stderr
    assert not (project / ".venv").exists()


def test_the_newest_python_that_can_make_an_environment_is_taken(project: Path, tmp_path: Path) -> None:
    binaries = tmp_path / "bin"
    python_without_venv(binaries, "python3.14")
    program(binaries, "python3.13", "exit 1\n")
    real_python(binaries, "python3.12")
    program(binaries, "python3", "echo not this one; exit 0\n")
    (project / "tools/environment.py").write_text("print('made')")
    assert make(project, "venv", path=str(binaries)).stdout == "made\n"


def test_an_install_that_failed_is_started_over_and_a_finished_one_is_left_alone(project: Path, tmp_path: Path) -> None:
    real_python(tmp_path / "bin", "python3")
    (tmp_path / "bin" / "cat").symlink_to(shutil.which("cat") or "/bin/cat")
    path = str(tmp_path / "bin")
    pins = project / "requirements.txt"
    pins.write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    failed = make(project, "venv", path=path)
    assert failed.returncode != 0
    assert "ERROR: No matching distribution found for no-such-package==1.0" in failed.stdout
    assert "it starts over" in failed.stdout

    pins.write_text("# nothing\n")
    left_over = project / ".venv" / "lib" / "left_over.py"
    left_over.touch()
    assert make(project, "venv", path=path).returncode == 0
    assert not left_over.exists()

    hello = subprocess.run([project / ".venv" / "bin" / "hello"], capture_output=True, text=True, check=True)
    assert hello.stdout == "hello\n", "a script starts though the folder's name has a space"
    again = make(project, "venv", path=path)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_an_environment_that_something_else_made_is_not_touched(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = project / ".venv" / "own"
    own.parent.mkdir()
    own.touch()
    assert environment.main(project) == 1
    assert "made by something else" in capsys.readouterr().out
    assert own.exists()


def test_an_interrupted_install_says_so_and_is_known_to_be_unfinished(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(venv, "create", interrupted)
    assert environment.main(project) == 130
    assert "The next `make` starts it over." in capsys.readouterr().out
    assert environment.main(project) == 130, "and the next one does"


@pytest.mark.parametrize("stale", ["requirements", "folder", "python"])
def test_an_environment_is_made_anew_when_what_it_was_made_from_changes(tmp_path: Path, stale: str) -> None:
    version = {"python": "3.2.1"}.get(stale, f"{environment.PYTHON_VERSION}.0")
    (tmp_path / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {version}\n")
    (tmp_path / "made-from").write_text("/here\nboto3==1.0\n")
    wanted = {"requirements": "/here\nboto3==1.1\n", "folder": "/there\nboto3==1.0\n"}.get(stale, "/here\nboto3==1.0\n")
    assert not environment.is_current(tmp_path, wanted)


def test_an_environment_made_from_the_same_is_current(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {environment.PYTHON_VERSION}.0\n")
    (tmp_path / "made-from").write_text("/here\nboto3==1.0\n")
    assert environment.is_current(tmp_path, "/here\nboto3==1.0\n")


def test_every_requirement_is_pinned_in_a_version_that_the_project_wants() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    assert all([specifier.operator for specifier in pin.specifier] == ["=="] for pin in pins())
    for wanted in map(Requirement, named):
        versions = [next(iter(pin.specifier)).version for pin in pins() if pin.name == wanted.name.replace("_", "-")]
        assert versions
        assert all(version in wanted.specifier for version in versions), f"{wanted} does not include {versions}"
        bounds = {specifier.operator: specifier.version for specifier in wanted.specifier}
        assert set(bounds) == {">=", "<"}, f"{wanted} has to have a lower and an upper bound"
        assert min(versions, key=Version).startswith(bounds[">="]), f"{wanted} begins before what is tested: {versions}"


def test_every_pin_has_the_hashes_of_what_may_be_installed() -> None:
    entries = re.split(r"^(?=\w)", (ROOT / "requirements.txt").read_text(), flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins())
    for entry in entries:
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}", entry, re.MULTILINE), entry.splitlines()[0]


def test_the_pins_name_no_index_that_a_machine_might_not_reach() -> None:
    assert "://" not in (ROOT / "requirements.txt").read_text()
    assert not re.search(r"^(-i|--\w*index|--find-links)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    ("hashed", "complaint"),
    [
        ("", "Hashes are required in --require-hashes mode"),
        (f" --hash=sha256:{'0' * 64}", "THESE PACKAGES DO NOT MATCH THE HASHES"),
    ],
)
def test_a_file_is_installed_only_if_its_hash_is_pinned(project: Path, hashed: str, complaint: str) -> None:
    wheel = project / "wheels" / "sealed-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with ZipFile(wheel, "w") as archive:
        archive.writestr("sealed-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: sealed\nVersion: 1.0\n")
        archive.writestr("sealed-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("sealed-1.0.dist-info/RECORD", "")
    requirements = project / "requirements.txt"
    requirements.write_text(f"--find-links wheels\nsealed==1.0{hashed}\n")
    refused = make(project, "venv", f"PYTHON={sys.executable}")
    assert refused.returncode != 0
    assert complaint in refused.stdout
    assert "sealed==1.0" in refused.stdout

    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    requirements.write_text(f"--find-links wheels\nsealed==1.0 --hash=sha256:{digest}\n")
    made = make(project, "venv", f"PYTHON={sys.executable}")
    assert made.returncode == 0, made.stdout


def pins() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [Requirement(line.removesuffix("\\")) for line in lines if line[:1].isalnum()]
