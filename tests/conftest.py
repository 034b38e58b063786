"""What every test can count on: how hard hypothesis tries, both doors of a Lab, and a Chromium for those that need
one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from stssim.doctor import find_browser
from tests.through import Door, Servers

# A learner's own progress is neither read nor written by a test, nor by the notebooks that tests run.
os.environ["STSSIM_PROGRESS"] = "off"

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "short", max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=_CALM
)
settings.register_profile("long", max_examples=10_000, deadline=None, database=None, suppress_health_check=_CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

# As root, and on a machine without a network, Chromium starts only with these.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """A Chromium to drive. Without one the test is skipped, or fails if STSSIM_REQUIRE_BROWSER is set."""
    if found := find_browser():
        return found
    if os.environ.get("STSSIM_REQUIRE_BROWSER"):
        pytest.fail("No Chromium was found, and STSSIM_REQUIRE_BROWSER wants one. STSSIM_BROWSER may name it.")
    pytest.skip("no Chromium was found: install one, or name it in STSSIM_BROWSER")


@pytest.fixture(scope="session")
def browser_arguments() -> list[str]:
    """What to launch that Chromium with."""
    return list(CHROMIUM_ARGUMENTS)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """HTTP servers for Labs, shared by all tests."""
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(params=["in process", "over HTTP"])
def door(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Door]:
    """Runs a test twice, once through each door of its Lab.

    `door(alice, "sts")` is a boto3 client that signs as alice (any handle: account, user, temporary credentials), and
    `door(lab, "sts")` one that does not sign; `region` and `config` are boto3's. Credentials from an STS reply go in
    by the same door with `door(lab.session(reply), "s3")`.
    """
    with ExitStack() as stack:
        yield Door(request.param, servers, stack)
