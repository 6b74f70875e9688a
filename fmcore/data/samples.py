"""The data sets that ship: three synthetic ones of our own, each with groups and one planted bias of a known size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fmcore.records import Columns, Sentence, say
from fmcore.settings import ROOT

FOLDER = ROOT / "data" / "samples"


@dataclass(frozen=True)
class Bias:
    """A share of labels of one group that were changed in one direction, the same in every part of the file."""

    column: str
    group: str
    """Whose labels were changed."""
    true: str
    """What their label should be …"""
    given: str
    """… and what it says instead."""
    share: float
    """Of the rows of this group with this true label, 0 to 1."""


@dataclass(frozen=True)
class Sample:
    """One data set that ships."""

    name: str
    title: str
    path: Path
    columns: Columns
    about: Sentence
    bias: Bias


def _sample(name: str, title: str, groups: tuple[str, ...], about: Sentence, bias: Bias) -> Sample:
    return Sample(name, title, FOLDER / f"{name}.csv", Columns(text="text", label="label", groups=groups, id="id"), about, bias)


SAMPLES: Mapping[str, Sample] = {
    sample.name: sample
    for sample in (
        _sample(
            "customer-messages",
            "Customer service: what does the writer want?",
            ("first_language", "age_band"),
            say(
                "2,800 messages to a shop, seven intents. Refund requests of people who learned English late are often filed as questions."
            ),
            Bias("first_language", "other", "refund", "question", 0.40),
        ),
        _sample(
            "triage-notes",
            "Health: how soon must somebody be seen?",
            ("sex", "age_band"),
            say("2,400 notes of a telephone nurse, four levels. Urgent notes about women are often filed as routine."),
            Bias("sex", "female", "urgent", "routine", 0.30),
        ),
        _sample(
            "loan-messages",
            "Finance: should a small loan be approved?",
            ("town", "age_band"),
            say("2,000 messages of applicants, two decisions. Good applications from the town Eastmere are often declined."),
            Bias("town", "Eastmere", "approve", "decline", 0.30),
        ),
    )
}
"""Name → sample. Besides the columns of their roles, the files have ``label_without_bias``: the label before the bias was planted."""
