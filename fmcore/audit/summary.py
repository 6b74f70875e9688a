"""What an audit says in a few sentences: how its questions fell, what became of the four-fifths line, what was chosen for the person.

Puts findings into words and counts them; decides nothing. Wherever verdicts are counted they are counted here: the questions, and apart
from them the comparisons with the four-fifths line, which is the law's and nobody's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fmcore.audit.answers import DOUBTFUL, TAKEN, TAKEN_BEFORE
from fmcore.audit.gaps import Question
from fmcore.audit.measures import title
from fmcore.audit.naming import found_within, named
from fmcore.audit.records import Audit, Finding, Verdict
from fmcore.audit.verdict import count
from fmcore.language import gettext, ngettext
from fmcore.records import Sentence, say


@dataclass(frozen=True)
class Tally:
    """How many verdicts fell which way."""

    fail: int
    open: int
    """Not enough evidence."""
    fine: int

    @property
    def asked(self) -> int:
        return self.fail + self.open + self.fine

    def of(self, finding: Finding) -> int:
        return {Finding.FAIL: self.fail, Finding.UNCERTAIN: self.open, Finding.PASS: self.fine}[finding]


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """Return how many of these fell which way: an audit's questions, or its comparisons with the four-fifths line, never both at once."""
    found = [one.verdict for one in verdicts]
    return Tally(found.count(Finding.FAIL), found.count(Finding.UNCERTAIN), found.count(Finding.PASS))


def headline(audit: Audit) -> tuple[Sentence, ...]:
    """Return the whole audit in a sentence, and more where nobody said what people hope for, or the line isn't simply kept."""
    return (counted(audit), *(said for said in (guessed(audit), impact(audit.four_fifths)) if said is not None))


def guessed(audit: Audit) -> Sentence | None:
    """Return which answer was taken for the one that people hope for, where nobody said; None where somebody did."""
    return next((note for note in audit.notes if note.template in (TAKEN, DOUBTFUL, TAKEN_BEFORE)), None)


def counted(audit: Audit) -> Sentence:
    """Return how many questions fell which way; of one, how."""
    many = tally(audit.verdicts)
    if many.asked == 1:
        return Sentence(ONE[audit.verdicts[0].verdict], {})
    if many.asked == many.fine:
        return say("All {asked} questions pass.", asked=many.asked) if many.asked else say("There is no question.")
    if many.asked == many.open:
        return say("None of {asked} questions can be answered with these rows.", asked=many.asked)
    parts = (
        (many.fail, ngettext("{n} fails", "{n} fail", many.fail)),
        (many.open, gettext("{n} can’t be answered with these rows")),
        (many.fine, ngettext("{n} passes", "{n} pass", many.fine)),
    )
    told = ", ".join(part.format(n=n) for n, part in parts if n)
    return say("Of {asked} questions {parts}.", asked=many.asked, parts=told)


ONE = {
    Finding.FAIL: "The gap is wider than what was accepted.",
    Finding.PASS: "The gap is within what was accepted.",
    Finding.UNCERTAIN: "These rows can’t tell whether the gap is within what was accepted.",
}


def counted_line(ratios: Sequence[Verdict]) -> Sentence | None:
    """Return how the comparisons with the four-fifths line fell; None where there is none."""
    many = tally(ratios)
    if not many.asked:
        return None
    return say(
        "The four-fifths line, apart from the questions. Comparisons: {asked}. Missed: {fail}. Not enough evidence: {open}. Kept: {fine}.",
        asked=many.asked, fail=many.fail, open=many.open, fine=many.fine,
    )  # fmt: skip


def answerable(audit: Audit) -> list[Verdict]:
    """Return the verdicts on questions that had something to compare: those that share the level."""
    return [one for one in audit.verdicts if one.gap.value is not None]


def intervals(audit: Audit) -> Sentence | None:
    """Return why the interval of a verdict is wider than the one in a table of gaps; None where it is not."""
    asked = count(answerable(audit))
    if asked < 2 or audit.spec.correction != "holm":
        return None
    return say(
        "The intervals of verdicts are wider than those in the table of gaps: {asked} different comparisons were made at once, and theirs "
        "allow for that (Holm); in the table each stands on its own, at {percent} %.",
        asked=asked, percent=f"{100 * audit.spec.level:g}",
    )  # fmt: skip


def together(audit: Audit, verdicts: Sequence[Verdict]) -> list[tuple[list[Verdict], Sentence | None]]:
    """Return the verdicts in their order, each alone; those that have nothing to compare for one and the same reason together with it."""
    found: dict[str, tuple[list[Verdict], Sentence | None]] = {}
    for place, one in enumerate(verdicts):
        if one.gap.value is not None or one.gap.reason is None:
            found[str(place)] = [one], None
        else:
            why = _too_few_rows(audit, one) or one.gap.reason
            found.setdefault(str((one.by, tuple(one.within.items()), str(why))), ([], why))[0].append(one)
    return [(alike, why if len(alike) > 1 else None) for alike, why in found.values()]


def _too_few_rows(audit: Audit, question: Verdict) -> Sentence | None:
    """Return that groups lack rows, whatever is asked of them; None where at least two have enough, and so something else is lacking."""
    asked = [
        one
        for one in audit.counts
        if set(one.group) == set(question.by) and one.within == question.within and (not question.pair or one.group in question.pair)
    ]
    least = audit.spec.minimum_rows
    if sum(one.rows >= least for one in asked) > 1:
        return None
    seen = ", ".join(f"{named(one.group)} ({one.rows:,})" for one in sorted(asked, key=lambda one: -one.rows)[:5])
    return say("Need two groups of {least} rows or more to compare; found {seen}.", least=least, seen=seen)


def mirrored(audit: Audit) -> Sentence | None:
    """Return which rates of the other answer tell the same, where there are two answers and rates of one are asked; None elsewhere.

    Who knows one of them from elsewhere looks for it here, and finds it under another name.
    """
    asked = {one.measure for one in audit.verdicts if one.label is not None} & {"tpr", "fpr", "fnr", "tnr", "equalized-odds"}
    label = next((one.label for one in audit.verdicts if one.measure in asked), None)
    if len(audit.labels) != 2 or label not in audit.labels or any(one.label not in (None, label) for one in audit.verdicts):
        return None
    other = next(one for one in audit.labels if one != label)
    return say(MIRRORED, label=label, other=other)


MIRRORED = (
    "With two answers, the false positive rate of “{other}” is 1 minus the true positive rate of “{label}”, and its false negative rate is "
    "the false positive rate of “{label}”: the gaps are the same."
)


def impact(ratios: Sequence[Verdict]) -> Sentence | None:
    """Return what became of the four-fifths line, from its verdicts with the worst first; None where it is kept or nobody asked."""
    failed = [one for one in ratios if one.verdict is Finding.FAIL]
    worst = next((one for one in (*failed, *ratios) if one.verdict is not Finding.PASS and one.groups), None)
    if worst is None or worst.gap.value is None:
        return None
    template = MISSED if failed else BELOW if worst.gap.value < worst.tolerance else OPEN
    low, high = (_percent(end) for end in (worst.gap.low, worst.gap.high))
    behind, ahead = map(named, worst.groups)
    more = {"more": len(failed) - 1} if len(failed) > 1 else {}
    return found_within(
        template if not more else f"{template} {MORE}", worst.within,
        worst=behind, best=ahead, label=worst.label or "", ratio=_percent(worst.gap.value), low=low, high=high,
        line=f"{100 * worst.tolerance:g}", **more,
    )  # fmt: skip


MISSED = (
    "The four-fifths line is missed: {worst} gets “{label}” {ratio} % as often as {best} ({low} to {high} %), and {line} % is the line."
)
BELOW = (
    "Whether the four-fifths line is missed can't be told: {worst} gets “{label}” {ratio} % as often as {best}, which is below {line} %, "
    "but chance allows {low} to {high} %."
)
OPEN = (
    "Whether the four-fifths line is kept can't be told: {worst} gets “{label}” {ratio} % as often as {best}, "
    "but chance allows {low} to {high} %, and {line} % is the line."
)
MORE = "Further comparisons that miss it: {more}."


def chosen_for_you(judged: Iterable[Question]) -> Sentence:
    """Return which measures are questions when nobody chose, and why the others are none."""
    names = ", ".join(dict.fromkeys(title(one.measure) for one in judged))
    return say(
        "Nobody chose measures, so these are the questions: {names}; each another one. True and false positive rate are the two parts of "
        "equalized odds and no questions of their own, or they would tell the same once more (one of them steps in where there are too few "
        "rows for both), and a false negative rate is 1 minus the true positive rate.",
        names=names,
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"
