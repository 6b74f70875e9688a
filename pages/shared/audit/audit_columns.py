"""Which columns of the answers can hold groups of people, and which are running text or ids. Draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers

NAMES = ("sex", "gender", "race", "ethnic", "age", "religion", "nation", "language", "disab", "region", "group", "origin", "orientation")
HEAD = 10_000
MOST_RANKED = 4_000_000
"""Scores that are ranked before anybody asks for an AUC; more take a second when somebody does."""
MOSTLY = 0.5
"""A column whose first rows are this share different words is text or an id; it is coded only when somebody asks for it."""


def coded(answers: Answers) -> Answers:
    """Return the same answers after turning columns that could hold groups into codes, and ranking scores: each is then there at once."""
    for name in answers.groups:
        if not is_text(answers, name):
            answers.column(name)
    if len(answers) * len(answers.scores) <= MOST_RANKED:
        for label in answers.scores:
            answers.ranking(label)
    return answers


def is_text(answers: Answers, name: str) -> bool:
    """Return whether a column holds running text or ids rather than groups or numbers."""
    import pandas as pd

    if ("text", name) not in answers._made:
        head = answers.groups[name].iloc[:HEAD].dropna()
        few = head.nunique() <= max(20, MOSTLY * len(head))
        answers._made["text", name] = not few and bool(pd.to_numeric(head, errors="coerce").isna().any())
    return answers._made["text", name]


def likely(answers: Answers, most: int = 1) -> tuple[str, ...]:
    """Return the columns whose names say that they hold groups, and that do.

    Example: of ``age_cat``, ``race`` and ``priors``, ``race`` comes first.
    """
    found = []
    for wanted in NAMES:
        for name in answers.groups:
            told = name.casefold()
            if told.startswith(wanted) and name not in found and not is_text(answers, name) and 2 <= len(answers.column(name).values) <= 20:
                found.append(name)
    return tuple(found[:most])
