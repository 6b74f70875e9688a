"""What kind of problem: one file per task, one protocol. The only place that knows modalities.

Importing this package brings in neither torch nor transformers; a task imports them inside the functions that need them.
"""

from __future__ import annotations

from fmcore.errors import SettingsError
from fmcore.tasks.protocol import Encoded, Parts, Task
from fmcore.tasks.text_classification import TextClassification

TASKS: dict[str, Task] = {"text-classification": TextClassification()}


def get_task(name: str) -> Task:
    """Return the task of this id.

    Raises:
        SettingsError: there is none; the sentence lists the known ones.
    """
    if name not in TASKS:
        raise SettingsError("There is no task called {name}. Known: {known}.", name=name, known=", ".join(sorted(TASKS)))
    return TASKS[name]


__all__ = ["TASKS", "Encoded", "Parts", "Task", "get_task"]
