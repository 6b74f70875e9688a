"""Labels that can't be learned or can't be measured: too few, too many, too rare, unseen, contradicting each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from fmcore.data.checks.subject import EXAMPLES, Subject, excerpt, listed, percent
from fmcore.data.normal import normal
from fmcore.records import SPLITS, Problem, Severity, say

FEW_TO_LEARN = 10
"""Labels with fewer train rows are called rare."""
FEW_TO_MEASURE = 30
"""With fewer test rows the 95 % interval of a label's recall is about 35 points wide."""
MANY_SHARE = 0.5
"""Labels as many as half of the rows are not classes."""
MOST_LABELS = 2_000
"""Scores and the confusion table grow with the labels, and the table with their square: with more than these a run would train for
hours and then break off for want of memory."""
MEASUREMENTS = 20
"""A column of more different numbers than this, some with decimals and a tenth of the rows or more, is a measurement."""
CONFLICT_SHARE = 0.05
"""From this share of rows on, contradicting labels block: no model can be right on both, so the figures have a lower ceiling."""
IMBALANCE = 10
"""The largest label has so many times the rows of the smallest."""


def no_choice(subject: Subject) -> Iterator[Problem]:
    """Yield one-class, one-class-test and empty-split: there is nothing to learn, to choose or to judge by."""
    found = sorted(set(subject.taught))
    if len(found) == 1:
        sentence = say(
            "Every row for training has the label {label} (column {column}); a classifier needs at least two labels.",
            label=excerpt(found[0]),
            column=subject.columns.label,
        )
        yield Problem("one-class", Severity.BLOCKING, len(subject.taught), sentence, (excerpt(found[0]),))
    tested = {label for label, name in zip(subject.labels, subject.splits, strict=True) if name == "test"}
    if len(found) > 1 and len(tested) == 1:
        sentence = say(
            "Every test row has the label {label} (column {column}): a model that always answers it would be right on all of them, and how "
            "the other labels are answered is not judged.",
            label=excerpt(*tested),
            column=subject.columns.label,
        )
        yield Problem("one-class-test", Severity.BLOCKING, subject.splits.count("test"), sentence, (excerpt(*tested),))
    for name in SPLITS if subject.split is not None else ("train",):
        if name not in subject.splits:
            sentence = say("The {split} split has no usable rows. Add rows, or let the splits be drawn.", split=name)
            yield Problem("empty-split", Severity.BLOCKING, 1, sentence)


def too_many(subject: Subject) -> Iterator[Problem]:
    """Yield too-many-labels, and more-classes-than-rows: labels that are nearly as many as rows, or measurements."""
    counts, rows = Counter(subject.labels), len(subject.labels)
    if len(counts) > MOST_LABELS:
        sentence = say(
            "The label column {column} holds {count} different labels; at most {limit} can be learned and judged. Is it the right column?",
            column=subject.columns.label,
            count=len(counts),
            limit=MOST_LABELS,
        )
        yield Problem("too-many-labels", Severity.BLOCKING, len(counts), sentence, tuple(excerpt(v) for v in list(counts)[:EXAMPLES]))
    if len(counts) < 3:
        return
    number = all(_is_number(label) for label in counts)
    measured = number and len(counts) > max(MEASUREMENTS, rows / 10) and any(not _is_whole(label) for label in counts)
    if not measured and len(counts) < rows * MANY_SHARE:
        return
    values = {"column": subject.columns.label, "count": len(counts), "rows": rows}
    if number:
        sentence = say(
            "The label column {column} holds {count} different numbers in {rows} rows: it looks like a measurement, not a class. "
            "Choose another label column, or turn the numbers into a few classes.",
            **values,
        )
    else:
        sentence = say(
            "The label column {column} holds {count} different labels in {rows} rows, too few rows of each to learn from. Is it the "
            "right column?",
            **values,
        )
    yield Problem("more-classes-than-rows", Severity.BLOCKING, len(counts), sentence, tuple(excerpt(v) for v in list(counts)[:EXAMPLES]))


def unseen(subject: Subject) -> Iterator[Problem]:
    """Yield unseen-labels: labels of validation or test rows that no train row has."""
    known = set(subject.taught)
    strange = Counter(label for label in subject.labels if label not in known)
    if strange and known:
        sentence = say(
            "Labels that stand in validation or test but never in train: {count} ({labels}), on {rows} rows. A model can't answer "
            "what it was never shown.",
            count=len(strange),
            labels=listed(sorted(strange)),
            rows=strange.total(),
        )
        yield Problem("unseen-labels", Severity.BLOCKING, len(strange), sentence, tuple(excerpt(v) for v in sorted(strange)[:EXAMPLES]))


def conflicting(subject: Subject) -> Iterator[Problem]:
    """Yield conflicting-labels: the same text in normal form with different labels."""
    texts = [rows for rows in subject.rows_of.values() if len(rows) > 1 and len({subject.labels[row] for row in rows}) > 1]
    count = sum(map(len, texts))
    if not count:
        return
    sentence = say(
        "Rows whose text stands elsewhere with another label: {count} of {rows} ({percent} %), {texts} texts. No model can be right "
        "on all of them.",
        count=count,
        rows=len(subject.labels),
        percent=percent(count, len(subject.labels)),
        texts=len(texts),
    )
    shown = texts[:EXAMPLES]
    answers = [" / ".join(sorted({subject.labels[row] for row in rows})) for rows in shown]
    examples = tuple(
        f"{text} → {excerpt(answer)}" for text, answer in zip(subject.excerpts(rows[0] for rows in shown), answers, strict=True)
    )
    severity = Severity.BLOCKING if count >= CONFLICT_SHARE * len(subject.labels) else Severity.WARNING
    yield Problem("conflicting-labels", severity, count, sentence, examples)


def rare(subject: Subject) -> Iterator[Problem]:
    """Yield rare-labels: labels with few rows to learn from."""
    few = [(label, n) for label, n in Counter(subject.taught).most_common() if n < FEW_TO_LEARN]
    if few:
        label, n = few[-1]
        sentence = say(
            "Labels with fewer than {enough} rows for training: {count} of {labels} (fewest: {label} with {n}). They will hardly be "
            "learned.",
            enough=FEW_TO_LEARN,
            count=len(few),
            labels=len(set(subject.taught)),
            label=excerpt(label),
            n=n,
        )
        yield Problem("rare-labels", Severity.WARNING, len(few), sentence, tuple(f"{excerpt(v)}: {k}" for v, k in few[::-1][:EXAMPLES]))


def small_test(subject: Subject) -> Iterator[Problem]:
    """Yield small-test: labels with too few test rows for a narrow interval."""
    if subject.split is None or "test" not in subject.splits:
        return
    tested = Counter({label: 0 for label in subject.taught})
    tested.update(label for label, name in zip(subject.labels, subject.splits, strict=True) if name == "test")
    few = [(label, n) for label, n in tested.most_common() if n < FEW_TO_MEASURE]
    if few:
        label, n = few[-1]
        sentence = say(
            "Labels with fewer than {enough} test rows: {count} of {labels} (fewest: {label} with {n}). Their figures will have "
            "wide intervals.",
            enough=FEW_TO_MEASURE,
            count=len(few),
            labels=len(tested),
            label=excerpt(label),
            n=n,
        )
        yield Problem("small-test", Severity.WARNING, len(few), sentence, tuple(f"{excerpt(v)}: {k}" for v, k in few[::-1][:EXAMPLES]))


def imbalance(subject: Subject) -> Iterator[Problem]:
    """Yield class-imbalance: one label is many times as frequent as another."""
    counts = Counter(subject.taught).most_common()
    if len(counts) > 1 and counts[0][1] >= IMBALANCE * counts[-1][1]:
        (most, n), (least, m) = counts[0], counts[-1]
        sentence = say(
            "The label {most} has {n} rows for training, {least} only {m}. Always answering {most} would be right {percent} % of the time: "
            "read macro-F1, not accuracy.",
            most=excerpt(most),
            n=n,
            least=excerpt(least),
            m=m,
            percent=percent(n, len(subject.taught)),
        )
        yield Problem("class-imbalance", Severity.WARNING, n, sentence, tuple(f"{excerpt(v)}: {k}" for v, k in counts[:EXAMPLES]))


def look_alike(subject: Subject) -> Iterator[Problem]:
    """Yield look-alike-labels: labels that differ only in case, white space or Unicode form."""
    forms: dict[str, list[str]] = {}
    for label in sorted(set(subject.labels)):
        forms.setdefault(normal(label), []).append(label)
    twins = [labels for labels in forms.values() if len(labels) > 1]
    if twins:
        sentence = say(
            "Labels that differ only in capitals or spaces and count as different classes: {count} ({labels}). Write them alike if "
            "they mean the same.",
            count=sum(map(len, twins)),
            labels=listed(f"«{label}»" for labels in twins for label in labels),
        )
        yield Problem("look-alike-labels", Severity.WARNING, sum(map(len, twins)), sentence, tuple(" / ".join(t) for t in twins[:EXAMPLES]))


def _is_number(label: str) -> bool:
    try:
        return math.isfinite(float(label))
    except ValueError:
        return False


def _is_whole(label: str) -> bool:
    return float(label).is_integer()
