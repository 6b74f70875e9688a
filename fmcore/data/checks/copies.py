"""The same text, or nearly the same, more than once: inside a split it wastes rows, across splits it makes figures too good."""

from __future__ import annotations

from collections.abc import Iterator

from fmcore.data.checks.subject import Subject, percent
from fmcore.records import Problem, Severity, say

OVERLAP_SHARE = 0.01
"""From this share of a split's rows on, texts that also stand in train block: they can lift the split's accuracy by as much, a point or
more."""
NEAR_OVERLAP_SHARE = 0.1
"""From this share on, texts that are nearly the same as one in train block too: what differs in them may be what decides, so fewer of them
count as remembered."""
COPIES_SHARE = 0.01
"""Below this share of all rows, repeated texts inside a split are a note, from it on a warning."""


def exact_duplicates(subject: Subject) -> Iterator[Problem]:
    """Yield exact-duplicates: rows that repeat an earlier text of the same split, in normal form."""
    seen: set[tuple[str, str]] = set()
    again = []
    for row, place in enumerate(zip(subject.splits, subject.keys, strict=True)):
        again.extend([row] if place in seen else [])
        seen.add(place)
    if again:
        sentence = say(
            "Rows that repeat an earlier text of their split: {count} of {rows} ({percent} %); capitals, spaces and Unicode forms aside.",
            count=len(again),
            rows=len(subject.keys),
            percent=percent(len(again), len(subject.keys)),
        )
        yield Problem("exact-duplicates", _how_bad(len(again), subject), len(again), sentence, subject.excerpts(again))


def near_duplicates(subject: Subject) -> Iterator[Problem]:
    """Yield near-duplicates: rows nearly the same as another, different text of the same split."""
    splits_of = {key: {subject.splits[row] for row in rows} for key, rows in subject.rows_of.items()}
    near: dict[str, str] = {}
    for one, other, _ in subject.near:
        if splits_of[one] & splits_of[other]:
            near.setdefault(one, other), near.setdefault(other, one)
    count = sum(len(subject.rows_of[key]) for key in near)
    if count:
        sentence = say(
            "Rows that are nearly the same as another text of their split (about one word in fifteen differs): {count} of {rows} "
            "({percent} %).",
            count=count,
            rows=len(subject.keys),
            percent=percent(count, len(subject.keys)),
        )
        examples = subject.excerpts(subject.rows_of[key][0] for key in near)
        yield Problem("near-duplicates", _how_bad(count, subject), count, sentence, examples)
    if subject.neighbours.skipped:
        sentence = say(
            "Near duplicates were looked for among {looked} texts only; {count} more were left out to save time.",
            looked=len(subject.neighbours.texts),
            count=subject.neighbours.skipped,
        )
        yield Problem("near-duplicates-sampled", Severity.NOTE, subject.neighbours.skipped, sentence)


def overlap(subject: Subject) -> Iterator[Problem]:
    """Yield train-test-overlap and train-validation-overlap, exact in normal form, and the near kinds of both."""
    taught = {key for key, name in zip(subject.keys, subject.splits, strict=True) if name == "train"}
    close = {one: other for a, b, _ in reversed(subject.near) for one, other in ((a, b), (b, a)) if other in taught and one not in taught}
    for name in ("test", "validation"):
        rows = [row for row, split in enumerate(subject.splits) if split == name]
        same = [row for row in rows if subject.keys[row] in taught]
        alike = [row for row in rows if subject.keys[row] in close]
        values = {"split": name, "rows": len(rows)}
        if same:
            sentence = say(
                "Texts of the {split} split that also stand in train: {count} of {rows} rows ({percent} %). "
                "They are remembered, not judged, and make its figures too good.",
                count=len(same),
                percent=percent(len(same), len(rows)),
                **values,
            )
            severity = Severity.BLOCKING if len(same) >= OVERLAP_SHARE * len(rows) else Severity.WARNING
            yield Problem(f"train-{name}-overlap", severity, len(same), sentence, subject.excerpts(same))
        if alike:
            sentence = say(
                "Texts of the {split} split that are nearly the same as one in train (about one word in fifteen differs): {count} "
                "of {rows} rows ({percent} %). They are partly remembered and make its figures too good.",
                count=len(alike),
                percent=percent(len(alike), len(rows)),
                **values,
            )
            severity = Severity.BLOCKING if len(alike) >= NEAR_OVERLAP_SHARE * len(rows) else Severity.WARNING
            yield Problem(f"train-{name}-near-overlap", severity, len(alike), sentence, subject.excerpts(alike))


def chosen_by_test(subject: Subject) -> Iterator[Problem]:
    """Yield validation-test-overlap: texts that choose the best checkpoint and then judge it."""
    place = {
        name: {key for key, split in zip(subject.keys, subject.splits, strict=True) if split == name} for name in ("validation", "test")
    }
    both = place["validation"] & place["test"]
    rows = [row for row, key in enumerate(subject.keys) if key in both and subject.splits[row] == "test"]
    if rows:
        sentence = say(
            "Texts of the test split that also stand in validation: {count} of {rows} rows ({percent} %). They help to choose the "
            "model that they judge.",
            count=len(rows),
            rows=subject.splits.count("test"),
            percent=percent(len(rows), subject.splits.count("test")),
        )
        yield Problem("validation-test-overlap", Severity.WARNING, len(rows), sentence, subject.excerpts(rows))


def units(subject: Subject) -> Iterator[Problem]:
    """Yield unit-overlap: a person or source with rows on both sides of a given split."""
    if subject.columns.unit is None or subject.split is None:
        return
    sides: dict[str, set[str]] = {}
    for unit, name in zip(subject.frame[subject.columns.unit], subject.splits, strict=True):
        if isinstance(unit, str) and unit.strip():
            sides.setdefault(unit, set()).add(name)
    torn = [unit for unit, names in sides.items() if "train" in names and len(names) > 1]
    if torn:
        sentence = say(
            "Values of {column} with rows in train and in validation or test: {count} of {units}. What is learned about them is not "
            "judged on others.",
            column=subject.columns.unit,
            count=len(torn),
            units=len(sides),
        )
        yield Problem("unit-overlap", Severity.BLOCKING, len(torn), sentence, tuple(torn[:5]))


def _how_bad(count: int, subject: Subject) -> Severity:
    return Severity.WARNING if count >= COPIES_SHARE * len(subject.keys) else Severity.NOTE
