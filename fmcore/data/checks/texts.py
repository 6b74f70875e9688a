"""What the texts are like: too long for a model, in several languages, with people's data in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fmcore.data import personal
from fmcore.data.checks.subject import EXAMPLES, Subject, percent
from fmcore.data.language import languages
from fmcore.data.lengths import n_words
from fmcore.records import Problem, Severity, say

LONG_SHARE = 0.1
"""From this share of cut texts on, a warning; below, a note."""
SECOND_SHARE = 0.05
"""A second language counts from this share of the sample on: guesses on single short texts go wrong about so often."""

NAMES = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "iban": "IBANs",
    "card": "card numbers",
    "identity": "identity numbers",
    "ip": "IP addresses",
    "url": "web addresses that name a user",
}
"""What :mod:`fmcore.data.personal` looks for, as a sentence tells it."""


def long_texts(subject: Subject) -> Iterator[Problem]:
    """Yield long-texts: texts of which a model will read only the beginning. Words are an estimate; tokens are the model's business."""
    sizes = n_words(subject.frame, subject.columns)
    rows = np.flatnonzero(sizes > subject.max_length_words)
    if len(rows):
        sentence = say(
            "Texts longer than about {limit} words: about {count} of {rows} ({percent} %), the longest about {longest}. "
            "Only their beginning will be read.",
            limit=subject.max_length_words,
            count=len(rows),
            rows=len(sizes),
            percent=percent(len(rows), len(sizes)),
            longest=int(sizes.max()),
        )
        severity = Severity.WARNING if len(rows) >= LONG_SHARE * len(sizes) else Severity.NOTE
        yield Problem("long-texts", severity, len(rows), sentence, subject.excerpts(rows.tolist()))


def mixed_language(subject: Subject) -> Iterator[Problem]:
    """Yield mixed-language: a seeded sample holds a second language often enough not to be a wrong guess."""
    found = languages(subject.frame, subject.columns)
    codes = list(found.counts)
    often = [code for code in codes if found.counts[code] >= SECOND_SHARE * found.sampled]
    if len(often) > 1:
        others = found.sampled - found.counts[codes[0]]
        sentence = say(
            "Of {sampled} sampled texts about {count} are not in the most frequent language {main}: {languages}. "
            "Does the base model know them all?",
            sampled=found.sampled,
            count=others,
            main=codes[0],
            languages=", ".join(f"{code} {percent(found.counts[code], found.sampled)} %" for code in often),
        )
        examples = subject.excerpts(found.rows[code] for code in often[1:])
        yield Problem("mixed-language", Severity.WARNING, others, sentence, examples)


def personal_data(subject: Subject) -> Iterator[Problem]:
    """Yield personal-data: what looks like e-mail addresses, phone numbers, account numbers … in any column but label and split."""
    left_out = {subject.columns.label, subject.columns.split}
    names = [name for name in subject.frame.columns if name not in left_out and not name.startswith("fmc_")]
    counts, rows, where, examples = dict.fromkeys(personal.KINDS, 0), set(), [], []
    for name in names:
        before = len(rows), sum(counts.values())
        for row, cell in enumerate(subject.frame[name]):
            for find in personal.find(cell) if isinstance(cell, str) else ():
                counts[find.kind] += 1
                rows.add(row)
                examples.extend([f"{find.kind}: {find.masked}"] if len(examples) < EXAMPLES else [])
        if before != (len(rows), sum(counts.values())):
            where.append(name)
    if rows:
        sentence = say(
            "Rows with likely personal data: {count} of {rows} (columns {columns}). Found: {found}. Make sure that you may use it, or "
            "remove it.",
            count=len(rows),
            rows=len(subject.frame),
            columns=", ".join(where),
            found=", ".join(f"{NAMES[kind]} {counts[kind]}" for kind in NAMES if counts[kind]),
            **counts,
        )
        yield Problem("personal-data", Severity.WARNING, len(rows), sentence, tuple(examples))
