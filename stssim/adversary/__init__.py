"""The adversary: somebody with declared means and a goal, who really tries to get in."""

from stssim.adversary.findings import Attempt, Blocked, Found, StillOpen, TooTight, Undecided, Verdict, Walk
from stssim.adversary.means import Customer, Goal, Means, Tokens, Want
from stssim.adversary.stage import Stage

__all__ = [
    "Attempt",
    "Blocked",
    "Customer",
    "Found",
    "Goal",
    "Means",
    "Stage",
    "StillOpen",
    "Tokens",
    "TooTight",
    "Undecided",
    "Verdict",
    "Walk",
    "Want",
]
