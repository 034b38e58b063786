"""Lessons: a story to watch, to break and to mend, as a notebook shows it."""

from stssim.lessons.lesson import Lesson

__all__ = ["Lesson"]
