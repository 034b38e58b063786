"""What is installed here, what would stand in the way, and how to mend it. Looks, and changes nothing."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from textwrap import wrap

PINS = Path(__file__).resolve().parents[1] / "requirements.txt"
SERVE_PORT, LAB_PORT = 4570, 8888
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC_BROWSERS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what is so (`says`), whether that will do (`ok`), and what to do about it (`mend`).

    A finding that is ok may have a `mend` too: something works without it, and better with it.
    """

    name: str
    ok: bool
    says: str
    mend: str = ""


def examine(environ: Mapping[str, str] = os.environ) -> tuple[Finding, ...]:
    """Look at everything: Python, packages, renderer, ports, browser and the environment's variables."""
    return (
        python(sys.version_info[:3], sys.executable),
        packages(pinned(), installed),
        renderer(),
        serve_port(SERVE_PORT),
        lab_port(LAB_PORT),
        browser(environ),
        *variables(environ),
    )


def report(findings: Iterable[Finding]) -> str:
    """The findings as text for a terminal, the last line saying how many need mending."""
    findings = tuple(findings)
    margin = max(len(finding.name) for finding in findings) + 2
    lines = []
    for finding in findings:
        mark = "ok  " if finding.ok and not finding.mend else "note" if finding.ok else "MEND"
        lines += [f"{mark}  {finding.name:{margin}}{finding.says}"]
        lines += [f"{'':{margin + 6}}{line}" for line in wrap(finding.mend, 100)]
    broken = sum(not finding.ok for finding in findings)
    return "\n".join([*lines, "", f"{broken} to mend." if broken else "All is well."])


def python(version: tuple[int, int, int], executable: str) -> Finding:
    """Whether this Python is one that stssim runs on."""
    says = f"{'.'.join(map(str, version))}, {executable}"
    if version < (3, 11):
        return Finding("Python", False, says, "stssim needs Python 3.11 or newer.")
    if version >= (3, 15):
        return Finding("Python", True, says, "This is newer than any that stssim is tested with (3.11 to 3.14).")
    return Finding("Python", True, says)


def pinned(pins: Path = PINS) -> dict[str, str]:
    """What should be installed on this machine: the versions that requirements.txt pins, by package.

    Where there is no such file (stssim was installed without its repository), the version ranges of its own metadata.
    """
    from packaging.requirements import Requirement

    if pins.is_file():
        lines = [line.removesuffix("\\") for line in pins.read_text().splitlines() if line[:1].isalnum()]
    else:
        lines = metadata.requires("stssim") or []
    wanted = [Requirement(line) for line in lines]
    return {
        each.name: str(each.specifier) for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})
    }


def installed(package: str) -> str | None:
    """The version of a package that is installed beside this Python, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def packages(wanted: Mapping[str, str], version_of: Callable[[str], str | None]) -> Finding:
    """Whether every package is there in the version that is wanted (`{"boto3": "==1.44.5"}`)."""
    from packaging.specifiers import SpecifierSet

    amiss = []
    for name, specifier in wanted.items():
        version = version_of(name)
        if version is None:
            amiss.append(f"{name} is missing")
        elif version not in SpecifierSet(specifier, prereleases=True):
            amiss.append(f"{name} is {version}, not {specifier.removeprefix('==')}")
    if amiss:
        more = f" and {len(amiss) - 5} more" if len(amiss) > 5 else ""
        return Finding(
            "packages", False, ", ".join(amiss[:5]) + more, "`make venv` installs them all in .venv; run in that."
        )
    return Finding(
        "packages", True, f"all {len(wanted)} as wanted, boto3 {version_of('boto3')}, moto {version_of('moto')}"
    )


def renderer() -> Finding:
    """Which Graphviz engine draws the pictures, and whether it draws one."""
    from stssim.show.render import RenderError, find_renderer, render

    engine = find_renderer()
    if engine is None:
        return Finding("renderer", False, "no Graphviz engine was found", "`pip install graphviz-pure` brings one.")
    try:
        render("digraph { a -> b }")
    except RenderError as error:
        return Finding(
            "renderer", False, str(error), "`pip install --force-reinstall graphviz-pure` brings a working one."
        )
    if not engine.bundled:
        mend = "`pip install graphviz-pure` brings the engine that the committed pictures were drawn with."
        return Finding("renderer", True, f"the system's Graphviz, {engine.path}", mend)
    return Finding("renderer", True, f"graphviz-pure, {engine.path}")


def serve_port(port: int) -> Finding:
    """Whether `python -m stssim serve` can listen where clients expect it."""
    name = f"port {port}"
    if is_free(port):
        return Finding(name, True, "free, for `python -m stssim serve`")
    if is_ours(port):
        return Finding(name, True, f"a Lab is being served at http://127.0.0.1:{port}")
    return Finding(name, False, "another program listens on it", f"Stop that one, or `serve --port {port + 1}`.")


def lab_port(port: int) -> Finding:
    """Whether JupyterLab can listen where it does by default; if not, it takes the next free port by itself."""
    if is_free(port):
        return Finding(f"port {port}", True, "free, for `make lab`")
    return Finding(f"port {port}", True, "taken; `make lab` goes on to the next that is free")


def is_free(port: int) -> bool:
    """Whether a server could listen on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def is_ours(port: int) -> bool:
    """Whether what listens on a port of this machine is `stssim serve`."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/_stssim/health", headers={"Content-Type": "application/json"}
    )
    try:
        with direct.open(asked, timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, ValueError):
        return False


def find_browser(environ: Mapping[str, str] = os.environ) -> Path | None:
    """A Chromium for the browser tests: the one that STSSIM_BROWSER names, or the first that is found, or None."""
    if named := environ.get("STSSIM_BROWSER"):
        found = shutil.which(named)
        return Path(found) if found else None
    path = environ.get("PATH", os.defpath)
    found = next(filter(None, (shutil.which(name, path=path) for name in BROWSERS)), None)
    return Path(found) if found else next(filter(Path.is_file, MAC_BROWSERS), None)


def browser(environ: Mapping[str, str]) -> Finding:
    """Which Chromium the browser tests would drive. Nothing else needs one of these."""
    if found := find_browser(environ):
        return Finding("browser", True, f"{found}, for the browser tests")
    if named := environ.get("STSSIM_BROWSER"):
        return Finding(
            "browser", False, f"STSSIM_BROWSER names {named}, which is no program", "Name another, or unset it."
        )
    mend = "Install Chromium or Chrome, or name one in STSSIM_BROWSER. It is needed for nothing else."
    return Finding("browser", True, "no Chromium was found, so the browser tests are skipped", mend)


def variables(environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """The variables of the environment that disturb, or that look as if they did."""
    found = []
    for name in sorted(environ):
        if name == "MOTO_ACCOUNT_ID":
            found.append(Finding(name, False, "puts every account's things into one", f"`unset {name}`."))
        elif name == "PYTHONPATH":
            found.append(
                Finding(name, True, "comes before what is installed", f"If imports go astray, `unset {name}`.")
            )
        elif name.startswith("AWS_ENDPOINT_URL") or name == "AWS_PROFILE":
            found.append(Finding(name, True, f"{environ[name]} for the AWS CLI; a Lab's own clients overlook it"))
    proxy = environ.get("http_proxy") or environ.get("HTTP_PROXY")
    around = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if proxy and not {"127.0.0.1", "*"} & {host.strip() for host in around.split(",")}:
        says = "clients of `serve` would be sent to the proxy"
        found.append(Finding("http_proxy", False, says, "`export no_proxy=127.0.0.1,localhost`"))
    return tuple(found)
