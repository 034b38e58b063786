"""The command line: `python -m stssim`. An error is one sentence on stderr and exit code 2."""

from __future__ import annotations

import errno
import json
import socket
from pathlib import Path
from secrets import token_hex
from typing import Annotated, NoReturn

import typer

from stssim.explain_command import explain
from stssim.printable import say

app = typer.Typer(
    name="stssim",
    help="Learn AWS's Security Token Service on a mock cloud that validates every call for real.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
_SHORTEST_SECRET = 16
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version
        from platform import python_version

        parts = ", ".join(f"{name} {version(name)}" for name in ("boto3", "moto"))
        say(f"stssim {_own_version()} ({parts}, Python {python_version()})")
        raise typer.Exit


def _own_version() -> str:
    """The version of the installed package; in a clone, the one in pyproject.toml."""
    import tomllib
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("stssim")
    except PackageNotFoundError:
        return str(tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]["version"])


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 4570,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    seed: Annotated[
        str | None, typer.Option(help="Make ids, keys and tokens repeatable (for tests and lessons).")
    ] = None,
    allow_remote: Annotated[
        bool, typer.Option(help="Accept connections from other machines; requires your own root secret.")
    ] = False,
    root_secret: Annotated[
        str, typer.Option(envvar="STSSIM_ROOT_SECRET", help="The secret access key of root users.", show_default=True)
    ] = "test",
    oidc_issuer: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUER=ADDRESS", help="Fetch an OIDC issuer's keys from this address; may be repeated."),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Let web pages of this origin call the server; may be repeated."),
    ] = None,
) -> None:
    """Serve a Lab over HTTP for the AWS CLI and any SDK, until interrupted."""
    from stssim.clock import Clock
    from stssim.lab.lab import Lab
    from stssim.transports.http import serving
    from stssim.transports.origins import is_loopback, origins

    _require_address(host)
    remote = not is_loopback(host)
    if remote and not allow_remote:
        _fail(f"{host} can be reached from other machines; add --allow-remote if that is meant, or use 127.0.0.1.")
    if remote and (root_secret == "test" or len(root_secret) < _SHORTEST_SECRET):
        _fail(
            "Whoever knows the root secret owns every account, and others can reach this server: "
            f"put a secret of your own, {_SHORTEST_SECRET} characters or more, into STSSIM_ROOT_SECRET."
        )
    lab = Lab(seed or token_hex(), clock=Clock.running(), root_secret=root_secret)
    try:
        lab.reach_issuers(_addresses(oidc_issuer or []))
        allowed = origins(allow_origin or (), on_loopback=not remote)
    except ValueError as error:
        _fail(str(error))
    secret = root_secret if remote else None
    try:
        with (
            lab.recording("http", keep=2000),
            serving(lab, host=host, port=port, secret=secret, allowed=allowed) as url,
        ):
            say(f"stssim answers at {url}. Root of account 111111111111 signs with:")
            say(f"  export AWS_ENDPOINT_URL={url} AWS_DEFAULT_REGION=us-east-1")
            known = root_secret if root_secret == "test" else "(your root secret)"
            say(f"  export AWS_ACCESS_KEY_ID=111111111111 AWS_SECRET_ACCESS_KEY={known}")
            say("  aws sts get-caller-identity")
            say("Ctrl-C ends it.")
            _until_interrupted()
    except OSError as error:
        _fail(_no_listening(host, port, error))


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that can be played."""
    from stssim.scenarios import load_all

    scenarios = load_all()
    if as_json:
        say(
            json.dumps(
                [{key: getattr(s, key) for key in ("name", "title", "lesson", "source")} for s in scenarios], indent=2
            )
        )
        return
    width = max(len(scenario.name) for scenario in scenarios)
    for scenario in scenarios:
        say(f"{scenario.name:{width}}  lesson {scenario.lesson}  {scenario.title}")


@app.command()
def play(
    name: Annotated[str, typer.Argument(help="A scenario's name; `scenarios` lists them.")], as_json: AsJson = False
) -> None:
    """Play a scenario twice, without its fix and with it. The exit code is 0 only if both went as expected."""
    from botocore.exceptions import ClientError
    from rich.console import Console

    from stssim.scenarios import ScenarioError, load
    from stssim.show.narration import as_expected, both_runs, print_scenario, scenario_data

    try:
        scenario = load(name)
        without, with_fix = both_runs(scenario)
    except ScenarioError as error:
        _fail(str(error))
    except (LookupError, ClientError) as error:
        _fail(f"{name} cannot be played: {error.args[0]}")
    if as_json:
        say(json.dumps(scenario_data(scenario, without, with_fix), indent=2))
    else:
        print_scenario(scenario, without, with_fix, Console(highlight=False))
    raise typer.Exit(0 if as_expected(without, with_fix) else 1)


@app.command()
def doctor() -> None:
    """Check what is installed and what is missing, and say how to fix it."""
    from stssim.doctor import examine, report

    findings = examine()
    say(report(findings))
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


app.command()(explain)


def main() -> None:
    """Runs the command line."""
    app()


def _addresses(issuers: list[str]) -> dict[str, str]:
    """Each ISSUER=ADDRESS, split. Raises `ValueError` for one without an address."""
    found = dict(issuer.partition("=")[::2] for issuer in issuers)
    for issuer, address in found.items():
        if not address:
            raise ValueError(
                f"--oidc-issuer {issuer} lacks an address; write ISSUER=ADDRESS, e.g. "
                "https://ci.example.com=http://127.0.0.1:9001"
            )
    return found


def _require_address(host: str) -> None:
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        _fail(f"There is no host {host!r} that this machine knows of; --host takes an address of its own: 127.0.0.1.")


def _no_listening(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} of {host} is in use, perhaps by another stssim; choose another with --port (0: any free)."
            )
        case errno.EACCES:
            return f"Port {port} is not for every user to take; choose one above 1023 with --port."
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine; --host takes one that is, such as 127.0.0.1."
    return f"Cannot listen on port {port} of {host}: {error}"


def _until_interrupted() -> None:
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say()


def _fail(sentence: str) -> NoReturn:
    say(sentence, error=True)
    raise typer.Exit(2)
