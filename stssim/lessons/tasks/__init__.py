"""The tasks of the notebooks: what is to be brought about in a Lab, a module a lesson."""

from __future__ import annotations

from stssim.lessons.task_checks import Task
from stssim.lessons.tasks import api, deputy, endpoints, flow, saml, services

_LESSONS = (flow, api, deputy, services, saml, endpoints)
TASKS: dict[str, Task] = {task.name: task for lesson in _LESSONS for task in lesson.TASKS}
