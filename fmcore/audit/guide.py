"""From what follows from an answer, and who is harmed when it is wrong, to what should be alike between groups, with the reasons.

Knows no data. What is "the answer" here is the favourable one: the one that people hope for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fmcore.audit.measures import EQUALIZED_ODDS
from fmcore.audit.situation import Decision, Harmed, Situation
from fmcore.records import Sentence, say


@dataclass(frozen=True)
class Advice:
    """One measure to compare, and why."""

    measure: str
    reason: Sentence


def advise(told: Situation, *, label: str | None, has_probabilities: bool = False) -> tuple[Advice, ...]:
    """Return what to compare, the most telling first: few, because each further question asks for more evidence.

    Nothing while something is not said yet. ``label`` is the favourable answer; None: each answer is asked in turn.

    Example:
        >>> told = Situation(Decision.CHANCE, Harmed.NOBODY, Harmed.PERSON, True)
        >>> [one.measure for one in advise(told, label="approve")]
        ['tpr', 'selection-rate']
    """
    if not told.is_told:
        return ()
    found = [*_by_harm(told, label or "the answer"), *_by_decision(told, label or "the answer", has_probabilities)]
    if not told.trusts_targets:
        found.insert(0, Advice("selection-rate", say(UNTRUSTED, label=label or "the answer")))
    if not found:
        found.append(
            Advice(
                "accuracy",
                say("Nobody in particular is harmed by one error more than by another: every group should get right answers as often."),
            )
        )
    return _once(found)


UNTRUSTED = (
    "What counts as right may itself be unfair. Rates of errors would take it for the truth, so how often each group gets {label}, "
    "rightly or not, is compared first (demographic parity)."
)


def _by_harm(told: Situation, label: str) -> Iterable[Advice]:
    if told.by_alarm is Harmed.PERSON and told.by_miss is Harmed.PERSON:
        yield Advice(
            EQUALIZED_ODDS,
            say(
                "The person is harmed both by getting {label} wrongly and by wrongly not getting it: of those who should get it, and of "
                "those who should not, as many should get it in every group (equalized odds).",
                label=label,
            ),
        )
        return
    if told.by_miss is Harmed.PERSON:
        yield Advice(
            "tpr",
            say(
                "Who should get {label} and does not is harmed: of those who should, as many should get it in every group "
                "(equal opportunity).",
                label=label,
            ),
        )
    if told.by_alarm is Harmed.PERSON:
        yield Advice(
            "fpr",
            say("Who gets {label} wrongly is harmed: of those who should not, as many should be spared in every group.", label=label),
        )
    if told.by_alarm is Harmed.OTHERS:
        yield Advice(
            "ppv",
            say("Others rely on {label} where it is given: it should be right as often for every group (predictive parity).", label=label),
        )
    if told.by_miss is Harmed.OTHERS:
        yield Advice(
            "for",
            say("Others rely on it where {label} is not given: that should be wrong as rarely for every group.", label=label),
        )


def _by_decision(told: Situation, label: str, has_probabilities: bool) -> Iterable[Advice]:
    if told.decision is Decision.CHANCE:
        reason = "Where people get a chance or not, rules and courts look at how often each group gets {label}: the four-fifths line."
        yield Advice("selection-rate", say(reason, label=label))
    if told.decision is Decision.SORTING:
        yield Advice("accuracy", say("A case that is sent to the wrong place loses time: it should be sent right as often in every group."))
    if told.decision is Decision.ADVICE and has_probabilities:
        yield Advice("ece", say("Who decides reads how sure the system is: 80 % should mean 80 % for every group (calibration)."))


def _once(found: Iterable[Advice]) -> tuple[Advice, ...]:
    kept: dict[str, Advice] = {}
    for one in found:
        kept.setdefault(one.measure, one)
    return tuple(kept.values())
