"""What an audit says in a few sentences: how its questions fell, what became of the four-fifths line, what was chosen for the person.

Puts findings into words; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fmcore.audit.gaps import Question, named, title
from fmcore.audit.records import Audit, Finding, Verdict
from fmcore.records import Sentence, say


def headline(audit: Audit) -> tuple[Sentence, ...]:
    """Return the whole audit in one sentence, or two where the four-fifths line is missed or can't be told."""
    line = impact(audit.four_fifths)
    return (counted(audit), *(() if line is None else (line,)))


def counted(audit: Audit) -> Sentence:
    """Return how many questions fell which way."""
    many = {finding: sum(one.verdict is finding for one in audit.verdicts) for finding in Finding}
    return say(
        "Questions: {asked}. Fail: {fail}. Not enough evidence: {open}. Pass: {fine}.",
        asked=len(audit.verdicts), fail=many[Finding.FAIL], open=many[Finding.UNCERTAIN], fine=many[Finding.PASS],
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
