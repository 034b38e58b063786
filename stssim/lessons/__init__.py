"""Lessons as a notebook shows them: scenarios to watch, attack and fix; questions; tasks; and the progress made."""

from stssim.lessons.capstone import Capstone
from stssim.lessons.comparison import compared
from stssim.lessons.lesson import Lesson
from stssim.lessons.progress import progress
from stssim.lessons.questions import question
from stssim.lessons.task import task

__all__ = ["Capstone", "Lesson", "compared", "progress", "question", "task"]
