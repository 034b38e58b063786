"""Scenarios as data: one TOML file each, with actors, policies, legitimate tasks, the attack, fixes and hints."""

from stssim.scenarios.library import activities_of, load, load_all, names, read, scenario_of
from stssim.scenarios.question import Question
from stssim.scenarios.scenario import (
    Activity,
    Application,
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
    "Bucket",
    "Edit",
    "Goal",
    "Issuer",
    "ManagedPolicy",
    "Person",
    "Question",
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
