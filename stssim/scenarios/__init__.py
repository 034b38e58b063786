"""Stories as data: one TOML file each, with its actors, policies, moves, attack, defences, hints and solution."""

from stssim.scenarios.library import load, load_all, moves_of, names, read, story_of
from stssim.scenarios.shape import ScenarioError
from stssim.scenarios.story import (
    Application,
    Asked,
    Bucket,
    Edit,
    Goal,
    Issuer,
    ManagedPolicy,
    Move,
    Person,
    Role,
    Scenario,
    Service,
)

__all__ = [
    "Application",
    "Asked",
    "Bucket",
    "Edit",
    "Goal",
    "Issuer",
    "ManagedPolicy",
    "Move",
    "Person",
    "Role",
    "Scenario",
    "ScenarioError",
    "Service",
    "load",
    "load_all",
    "moves_of",
    "names",
    "read",
    "story_of",
]
