"""The house's one-way rule, read off the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "stssim"
STAGES = {"request", "validate", "issue", "access"}
ORDER = (
    {"policy", "clock", "draws", "safe_xml", "service_names", "service_models", "totp"},
    {"call"},
    {"trace"},
    {"aws_chunked", "cloud", "error_log", "refused"},
    STAGES,
    {"gate"},
    {"transports"},
    {"lab"},
    {"scenarios"},
    {"show"},
    {"lessons"},
    {"demo", "doctor", "explain_command"},
    {"cli"},
)
"""The rooms from the ground up: each may import those below it, and never one beside it."""
NOT_YET = {"transports": {"lab", "show"}}
ONLY_ACCESS_KNOWS = "moto"


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


MODULES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_knows_only_the_rooms_below_it(path: Path) -> None:
    own = path.relative_to(ROOT).with_suffix("").parts[0]
    if own in {"__init__", "__main__"}:
        return
    level = next(level for level, rooms in enumerate(ORDER) if own in rooms)
    known = {_room(name) for name in _imports(path) if name.startswith("stssim.")} - {own}
    assert known - NOT_YET.get(own, set()) <= set().union(*ORDER[:level])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_access_knows_moto(path: Path) -> None:
    inside = path.relative_to(ROOT).parts[0] == "access"
    assert inside or ONLY_ACCESS_KNOWS not in {name.split(".")[0] for name in _imports(path)}


def test_the_policy_engine_imports_nothing_of_ours_but_itself() -> None:
    for path in (ROOT / "policy").rglob("*.py"):
        assert all(name.startswith("stssim.policy") for name in _imports(path) if name.startswith("stssim"))


def test_importing_stssim_loads_neither_boto3_nor_moto_nor_ipython() -> None:
    says = "import stssim, sys; print(*sorted({'boto3', 'botocore', 'moto', 'IPython', 'ipywidgets'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.strip() == ""


def test_an_assume_role_loads_neither_lxml_nor_the_identity_providers() -> None:
    says = """if True:
        import sys
        from stssim import Lab
        lab = Lab()
        own = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        alice = lab.account("a").user("alice", {"Version": "2012-10-17", "Statement": own})
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": alice.arn}}
        role = lab.account("a").role("R", {"Version": "2012-10-17", "Statement": trust})
        alice.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="first")
        print(*sorted({"lxml", "stssim.lab.identity.signing", "stssim.lab.identity.saml"} & {*sys.modules}))"""
    done = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout.strip() == ""
