"""What an audit says in a few sentences: how its questions fell, what became of the four-fifths line, what was chosen for the person.

Puts findings into words and counts them; decides nothing. Wherever verdicts are counted they are counted here: the questions, and apart
from them the comparisons with the four-fifths line, which is the law's and nobody's question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fmcore.audit.answers import DOUBTFUL, TAKEN, TAKEN_BEFORE
from fmcore.audit.gaps import Question, named, title
from fmcore.audit.records import Audit, Finding, Verdict
from fmcore.audit.verdict import count
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
    """Return how many questions fell which way."""
    many = tally(audit.verdicts)
    return say(
        "Questions: {asked}. Fail: {fail}. Not enough evidence: {open}. Pass: {fine}.",
        asked=many.asked, fail=many.fail, open=many.open, fine=many.fine,
    )  # fmt: skip


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
        "The intervals of verdicts are wider than those in the table of gaps: {asked} different questions were asked at once, and theirs "
        "allow for that (Holm); in the table each stands on its own, at {percent} %.",
        asked=asked, percent=f"{100 * audit.spec.level:g}",
    )  # fmt: skip


def impact(ratios: Sequence[Verdict]) -> Sentence | None:
    """Return what became of the four-fifths line, from its verdicts with the worst first; None where it is kept or nobody asked."""
    failed = [one for one in ratios if one.verdict is Finding.FAIL]
    worst = next((one for one in (*failed, *ratios) if one.verdict is not Finding.PASS and one.groups), None)
    if worst is None or worst.gap.value is None:
        return None
    template = MISSED if failed else BELOW if worst.gap.value < worst.tolerance else OPEN
    low, high = (_percent(end) for end in (worst.gap.low, worst.gap.high))
    behind, ahead = (named({**worst.within, **group}) for group in worst.groups)
    more = {"more": len(failed) - 1} if len(failed) > 1 else {}
    return say(
        template if not more else f"{template} {MORE}",
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
