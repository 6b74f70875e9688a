"""Errors that are shown to people as they are: what was asked, what was found, what to do."""

from __future__ import annotations

from fmcore.records import Sentence, say


class FmcoreError(Exception):
    """The one kind of error that reaches a person. Carries a :class:`Sentence`, never a traceback.

    Example:
        >>> print(DataError("{file} is empty. Choose a file with a header and rows.", file="a.csv"))
        a.csv is empty. Choose a file with a header and rows.
    """

    def __init__(self, template: str, **values: str | int | float) -> None:
        self.sentence: Sentence = say(template, **values)
        super().__init__(template, values)

    def __str__(self) -> str:
        return str(self.sentence)


class SettingsError(FmcoreError):
    """A setting can't be used as it is."""


class DataError(FmcoreError):
    """A file or a data set can't be used as it is."""


class ModelError(FmcoreError):
    """A base model or a checkpoint can't be used as it is."""


class TrainingError(FmcoreError):
    """A run can't go on: a non-finite loss, out of memory, a full disk."""


class StoreError(FmcoreError):
    """The store refuses: unknown id, an edit of an old version, a write without the current token."""


class DamagedError(StoreError):
    """A record is in the store and can't be read; the sentence names it."""


class InferenceError(FmcoreError):
    """The process that answers can't be started, or does not answer."""


class JobError(FmcoreError):
    """A run can't be started, stopped or found."""


def unknown(what: str, name: str, known: object) -> str:
    """Return the plain text that every registry answers an unknown name with.

    Example:
        >>> unknown("task", "poetry", {"text-classification": 1})
        'There is no task called poetry. Known: text-classification.'
    """
    names = ", ".join(sorted(str(k) for k in known)) or "none"  # type: ignore[attr-defined]
    return f"There is no {what} called {name}. Known: {names}."
