"""Lessons: stories to watch, to break and to mend, as a notebook shows them; questions; tasks; what is done of both."""

from stssim.lessons.asked import question
from stssim.lessons.capstone import Capstone
from stssim.lessons.comparison import compared
from stssim.lessons.lesson import Lesson
from stssim.lessons.progress import progress
from stssim.lessons.task import task

__all__ = ["Capstone", "Lesson", "compared", "progress", "question", "task"]
