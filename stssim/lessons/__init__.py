"""Lessons: a story to watch, to break and to mend, as a notebook shows it; and tasks to do in a Lab."""

from stssim.lessons.lesson import Lesson
from stssim.lessons.task import task

__all__ = ["Lesson", "task"]
