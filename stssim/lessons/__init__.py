"""Lessons: a story to watch, to break and to mend, as a notebook shows it; tasks; and what is done of both."""

from stssim.lessons.lesson import Lesson
from stssim.lessons.progress import progress
from stssim.lessons.task import task

__all__ = ["Lesson", "progress", "task"]
