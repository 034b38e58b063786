"""Stories as data: one TOML file each, with its actors, policies, moves, attack, defences, hints and solution."""

from stssim.scenarios.library import ScenarioError, load, load_all, names
from stssim.scenarios.story import Application, Bucket, Edit, Goal, Move, Person, Role, Scenario

__all__ = [
    "Application",
    "Bucket",
    "Edit",
    "Goal",
    "Move",
    "Person",
    "Role",
    "Scenario",
    "ScenarioError",
    "load",
    "load_all",
    "names",
]
