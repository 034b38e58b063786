"""What the doctor says of machines that are well, and of machines that are not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from stssim import doctor
from stssim.doctor import Finding
from stssim.show import render


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2)])
def test_a_tested_python_is_well(version: tuple[int, int, int]) -> None:
    assert doctor.python(version, "/usr/bin/python3") == Finding(
        "Python", True, f"{'.'.join(map(str, version))}, /usr/bin/python3"
    )


def test_an_old_python_is_to_be_replaced() -> None:
    assert not doctor.python((3, 10, 9), "python3").ok


def test_a_python_from_the_future_gets_a_note() -> None:
    finding = doctor.python((3, 15, 0), "python3")
    assert finding.ok
    assert "newer than any" in finding.mend


def test_packages_as_pinned_are_well() -> None:
    versions = {"boto3": "1.44.5", "moto": "5.2.5"}
    finding = doctor.packages({"boto3": "==1.44.5", "moto": ">=5"}, versions.get)
    assert finding == Finding("packages", True, "all 2 as wanted, boto3 1.44.5, moto 5.2.5")


def test_a_missing_and_a_strange_package_are_named() -> None:
    finding = doctor.packages({"boto3": "==1.44.5", "moto": "==5.2.5"}, {"boto3": "1.2.3"}.get)
    assert not finding.ok
    assert finding.says == "boto3 is 1.2.3, not 1.44.5, moto is missing"
    assert "make venv" in finding.mend


def test_a_long_list_of_missing_packages_is_cut_short() -> None:
    finding = doctor.packages(dict.fromkeys([f"package-{n}" for n in range(9)], ""), lambda _: None)
    assert finding.says.endswith("package-4 is missing and 4 more")


def test_pins_for_other_systems_are_left_out(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text(
        "# pinned\nboto3==1.44.5 \\\n    --hash=sha256:00\n    # via moto\n"
        "elsewhere==1.0 ; sys_platform == 'no-such-system' \\\n    --hash=sha256:01\n"
    )
    assert doctor.pinned(pins) == {"boto3": "==1.44.5"}


def test_without_the_repository_the_package_itself_says_what_it_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ["boto3==1.44.5", "moto[s3]>=5", "pytest ; extra == 'dev'"]
    monkeypatch.setattr(metadata, "requires", {"stssim": said}.__getitem__)
    assert doctor.pinned(tmp_path / "absent") == {"boto3": "==1.44.5", "moto": ">=5"}


def test_the_renderer_of_the_wheel_is_used_and_draws() -> None:
    finding = doctor.renderer()
    assert finding.ok
    assert "graphviz-pure" in finding.says
    assert not finding.mend


def test_the_renderer_of_the_system_gets_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    used = render.find_renderer()
    assert used is not None
    monkeypatch.setattr(render, "find_renderer", lambda: render.Renderer(used.path, bundled=False))
    finding = doctor.renderer()
    assert finding.ok
    assert "graphviz-pure" in finding.mend


def test_no_renderer_is_to_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "find_renderer", lambda: None)
    assert doctor.renderer() == Finding(
        "renderer", False, "no Graphviz engine was found", "`pip install graphviz-pure` brings one."
    )


def test_a_free_port_is_free() -> None:
    assert doctor.serve_port(free_port()).says.startswith("free")
    assert doctor.lab_port(free_port()).says.startswith("free")


def test_a_taken_port_does_not_stop_jupyterlab_which_takes_the_next(taken_port: int) -> None:
    finding = doctor.lab_port(taken_port)
    assert finding.ok
    assert finding.says.startswith("taken")


def test_a_taken_port_stops_serve(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "is_ours", lambda _: False)
    finding = doctor.serve_port(taken_port)
    assert not finding.ok
    assert f"`serve --port {taken_port + 1}`" in finding.mend


def test_a_served_lab_on_the_port_is_well() -> None:
    from stssim import Lab

    with Lab(seed=1).serve() as url:
        finding = doctor.serve_port(int(url.rpartition(":")[2]))
    assert finding.ok
    assert url in finding.says


def test_the_browser_that_is_named_wins_over_those_on_path(tmp_path: Path) -> None:
    named, found = tmp_path / "own", tmp_path / "chromium"
    for browser in (named, found):
        browser.write_text("#!/bin/sh\n")
        browser.chmod(0o755)
    assert doctor.find_browser({"PATH": str(tmp_path)}) == found
    assert doctor.find_browser({"PATH": str(tmp_path), "STSSIM_BROWSER": str(named)}) == named


def test_a_named_browser_that_is_not_there_is_to_be_mended(tmp_path: Path) -> None:
    environ = {"STSSIM_BROWSER": str(tmp_path / "gone")}
    assert doctor.find_browser(environ) is None
    assert not doctor.browser(environ).ok


def test_no_browser_is_only_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MAC_BROWSERS", ())
    finding = doctor.browser({"PATH": str(tmp_path)})
    assert finding.ok
    assert "skipped" in finding.says
    assert finding.mend


@pytest.mark.parametrize(
    ("environ", "ok"),
    [
        ({"MOTO_ACCOUNT_ID": "111122223333"}, False),
        ({"http_proxy": "http://proxy.example.com"}, False),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4570"}, True),
        ({"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:4570"}, True),
        ({"AWS_PROFILE": "work"}, True),
        ({"PYTHONPATH": "/elsewhere"}, True),
    ],
)
def test_variables_that_disturb_are_told_from_those_that_do_not(environ: dict[str, str], ok: bool) -> None:
    (finding,) = doctor.variables(environ)
    assert finding.name == next(iter(environ))
    assert finding.ok is ok
    assert bool(finding.mend) or ok


@pytest.mark.parametrize("around", ["127.0.0.1", "localhost, 127.0.0.1", "*"])
def test_a_proxy_that_leaves_this_machine_alone_is_well(around: str) -> None:
    assert doctor.variables({"HTTP_PROXY": "http://proxy.example.com", "NO_PROXY": around}) == ()


def test_a_report_marks_what_is_well_what_is_noted_and_what_is_to_be_mended() -> None:
    told = doctor.report(
        [
            Finding("Python", True, "3.13.0"),
            Finding("browser", True, "none", "Install one."),
            Finding("port 4570", False, "taken", "Stop it."),
        ]
    )
    assert told.splitlines() == [
        "ok    Python     3.13.0",
        "note  browser    none",
        "                 Install one.",
        "MEND  port 4570  taken",
        "                 Stop it.",
        "",
        "1 to mend.",
    ]


def test_a_report_of_nothing_amiss_says_so() -> None:
    assert doctor.report([Finding("Python", True, "3.13.0")]).endswith("All is well.")
