"""Scenarios as data: one TOML file each, with its actors, policies, moves, attack, fixes, hints and solution."""

from stssim.scenarios.library import activities_of, load, load_all, names, read, scenario_of
from stssim.scenarios.scenario import (
    Activity,
    Application,
    Asked,
    Bucket,
    Edit,
    Goal,
    Issuer,
    ManagedPolicy,
    Person,
    Role,
    Scenario,
    Service,
)
from stssim.scenarios.shape import ScenarioError

__all__ = [
    "Activity",
    "Application",
    "Asked",
    "Bucket",
    "Edit",
    "Goal",
    "Issuer",
    "ManagedPolicy",
    "Person",
    "Role",
    "Scenario",
    "ScenarioError",
    "Service",
    "activities_of",
    "load",
    "load_all",
    "names",
    "read",
    "scenario_of",
]
