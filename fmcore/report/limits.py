"""What the figures of a run can't say, in sentences: found in the evidence, never written by hand."""

from __future__ import annotations

from collections.abc import Iterator

from fmcore.audit.records import Finding
from fmcore.audit.summary import tally
from fmcore.records import Sentence, say
from fmcore.report.evidence import Evidence

FEW = 30
"""Rows of a label below which its figures say little."""
WIDE = 0.1
"""Width of the headline's interval from which it is said that the data is small."""
NAMED = 5  # labels that a sentence lists


def of(evidence: Evidence) -> tuple[Sentence, ...]:
    """Return the limits, the ones that hold for every run last."""
    return (*_figures(evidence), *_audits(evidence), *_swaps(evidence), *_data(evidence), *_trust(evidence), *_always(evidence))


def _figures(evidence: Evidence) -> Iterator[Sentence]:
    judged, answer = evidence.judged, evidence.answer
    if judged is None:
        yield say("There is no row that the model was judged on.")
        return
    if judged.split != "test":
        yield say("There are no test rows: the figures rest on the rows that the best step was chosen by, and are too good.")
    if answer is not None and answer.low is not None and answer.high is not None and answer.high - answer.low > WIDE:
        yield say(
            "{n} rows are few: the interval of the headline figure is {points} points wide.",
            n=answer.n, points=f"{(answer.high - answer.low) * 100:.0f}",
        )  # fmt: skip
    counts = dict(zip(judged.labels, judged.confusion.sum(1).tolist(), strict=True))
    small = sorted((label for label in counts if counts[label] < FEW), key=lambda label: (counts[label], label))
    if small:
        named = ", ".join(f"{label} ({counts[label]})" for label in small[:NAMED])
        yield say(
            "{k} of {labels} labels have fewer than {few} rows, so little can be said about each: {named}.",
            k=len(small), labels=len(counts), few=FEW, named=named + (" …" if len(small) > NAMED else ""),
        )  # fmt: skip


def _audits(evidence: Evidence) -> Iterator[Sentence]:
    if not evidence.audits:
        yield say("No audit was made of these answers, so nothing is known about how they differ between groups of people.")
        return
    asked, line = (
        tally(one for audit in evidence.audits for one in audit.verdicts),
        [one for audit in evidence.audits for one in audit.four_fifths],
    )
    if asked.open:
        yield say(
            "Questions of the audits that there is not enough evidence for: {k} of {n}. That is no pass.", k=asked.open, n=asked.asked
        )
    if tally(line).open:
        yield say("Comparisons with the four-fifths line that there is not enough evidence for: {k} of {n}. That is no pass.",
                  k=tally(line).open, n=len(line))  # fmt: skip
    left = {tuple(one.group.items()) for audit in evidence.audits for one in audit.left_out}
    if left:
        yield say("Groups that were too small to compare: {k}. They are named in the audits.", k=len(left))


def _swaps(evidence: Evidence) -> Iterator[Sentence]:
    if not evidence.swaps:
        yield say("No swap test was made, so nothing is known about answers to the same sentence when only the person in it is another.")
        return
    verdicts = [verdict for test in evidence.swaps for verdict in test.found.verdicts]
    open_ = sum(verdict.verdict is Finding.UNCERTAIN for verdict in verdicts)
    if open_:
        yield say("Questions of the swap tests that there is not enough evidence for: {k}. That is no pass.", k=open_)
    left = sum(len(test.found.left_out) for test in evidence.swaps)
    if left:
        yield say("Pairs of groups with too few sentences to be compared by swaps: {k}. They are named in the tests.", k=left)


def _data(evidence: Evidence) -> Iterator[Sentence]:
    dataset = evidence.dataset
    if dataset.confirmation is not None:
        yield say(
            "The data has problems that can make results meaningless ({kinds}); {who} knew and accepted them.",
            kinds=", ".join(dataset.confirmation.kinds), who=dataset.confirmation.who,
        )  # fmt: skip
    if dataset.source.startswith("sample:"):
        yield say("The data is a synthetic sample that shows how the product works. Figures on it say nothing about real people.")


def _trust(evidence: Evidence) -> Iterator[Sentence]:
    if any(not one.is_recorded for one in evidence.fingerprints if one.what.startswith("predictions/")):
        yield say("The fingerprints of the answers were not recorded when the run ended, so a later change of them would not be seen.")
    if len(evidence.looks) > 1:
        yield say("The test rows were opened {k} times. Choices made after that make the figures too good.", k=len(evidence.looks))


def _always(evidence: Evidence) -> Iterator[Sentence]:
    seed = evidence.run.spec.settings.get("seed")
    if seed is not None:
        yield say("This is one run with one seed ({seed}): the intervals cover the choice of rows, not of the seed.", seed=seed)
    yield say("The figures hold for rows like those of “{data}”. Other people, places, times and ways of writing may differ.",
              data=evidence.dataset.name)  # fmt: skip
    yield say("What the base model {base} learned before, and from whom, is outside this record.", base=evidence.base_title)
