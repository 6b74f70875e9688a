"""From answers and a spec to an audit. The same input gives the same bytes; sees no model, no file and no store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

import fmcore
from fmcore.audit import gaps, groups, measures, reference, scored, summary, verdict
from fmcore.audit.answers import Answers
from fmcore.audit.gaps import Question
from fmcore.audit.groups import Grouping
from fmcore.audit.measures import MEASURES, PARTS, SCORED
from fmcore.audit.records import Audit, AuditSpec, Gap, Group, GroupBy, GroupCounts, GroupFigure, LeftOut, ScoreCounts
from fmcore.errors import DataError
from fmcore.records import Sentence, to_json
from fmcore.stats.counts import grouped

MOST_DRAWN = 1_000_000  # resampled cells that take a tenth of a second


def audit(answers: Answers, spec: AuditSpec, *, who: str = "", when: str = "") -> Audit:
    """Return the audit of these answers.

    Raises:
        DataError: no group column can be used, the spec asks for what is not there, or nothing is left to ask.
    """
    found = explored(answers, spec)
    if not found.verdicts:
        raise DataError("There is nothing to compare. {why}", why=" ".join(map(str, found.notes)))
    return replace(found, id=id_of(found), who=who, when=when, version=fmcore.__version__)


def explored(answers: Answers, spec: AuditSpec, *, at_once: bool = False) -> Audit:
    """Return the same without an id: figures to look at, which are not to be stored.

    ``at_once`` is for a view that must not wait: it leaves away each column alone where their combinations can be compared, and resamples
    the calibration of very many groups in a shorter way.

    Raises:
        DataError: as :func:`audit`.
    """
    _check(spec)
    wanted, judged = measures.check(spec.measures, spec.judged)
    favourable, notes = answers.favourable(spec.favourable)
    labels = answers.labels if favourable is None else (favourable,)
    notes = [*answers.notes, *notes, *_without_scores(answers, spec, wanted)]
    groupings, said = groups.sort(answers, spec.groups, intersections=spec.intersections)
    said += reference.check(groupings, spec)
    if at_once and len(groupings[-1].by) > 1:
        groupings = groupings[-1:]
    columns = [by.column for by in spec.groups] + ([spec.control] if spec.control else [])
    nobody_chose = not spec.measures
    spec = replace(spec, measures=wanted, judged=judged, favourable=favourable, fingerprint=answers.fingerprint(columns))
    made = _Made()
    strata, more = _strata(answers, spec)
    for within, rows in strata:
        for grouping in groupings:
            _compare(made, answers, grouping, labels, spec, within=within, rows=rows, most_drawn=MOST_DRAWN if at_once else None)
    if nobody_chose:
        said = [*said, summary.chosen_for_you(verdict.judged(made.questions, spec))]
    verdicts, parts = verdict.verdicts(made.questions, made.left_out, spec)
    return Audit(
        id="",
        spec=spec,
        rows=len(answers),
        labels=answers.labels,
        counts=tuple(made.counts),
        by_group=tuple(made.figures),
        gaps=tuple(_widest_first(gaps.gaps(made.questions, spec))),
        verdicts=verdicts,
        parts=parts,
        four_fifths=verdict.four_fifths(made.whole, made.left_out, spec),
        left_out=tuple(made.left_out),
        notes=_once((*notes, *said, *more)),
        scores=tuple(made.scores),
    )


class _Made:
    """What is found on the way."""

    def __init__(self) -> None:
        self.counts: list[GroupCounts] = []
        self.figures: list[GroupFigure] = []
        self.questions: list[Question] = []
        self.whole: list[Question] = []
        """The same over all groups at once: the four-fifths line is held against the highest rate, whatever the reference."""
        self.left_out: list[LeftOut] = []
        self.scores: list[ScoreCounts] = []

    def ask(self, asked: Question, left: list[LeftOut], against: Group | None) -> None:
        self.whole.append(asked)
        self.questions += reference.apart(asked, against, left)


def _compare(
    made: _Made,
    answers: Answers,
    grouping: Grouping,
    labels: tuple[str, ...],
    spec: AuditSpec,
    *,
    within: Group,
    rows: np.ndarray | None,
    most_drawn: int | None,
) -> None:
    size, against = len(answers.labels), reference.of(grouping, spec)
    codes, targets, answered = grouping.codes, answers.targets, answers.answers
    if rows is not None:
        codes, targets, answered = codes[rows], targets[rows], answered[rows]
    table = grouped(codes, targets, answered, sizes=(len(grouping.groups), size))
    found = gaps.compared(grouping.by, grouping.groups, table, answers.labels, spec, within=within)
    made.counts += _group_counts(table, grouping, answers.labels, within)
    for name in spec.measures:
        if name in SCORED:
            continue
        for label in (None,) if name in MEASURES and not MEASURES[name].per_label else labels:
            place = None if label is None else answers.labels.index(label)
            shown = [name] if name in MEASURES else [part for part in PARTS.get(name, ()) if part not in spec.measures]
            for one in shown:  # of equalized odds its two rates
                made.figures += gaps.figures(found, one, place, spec)
            asked, left = gaps.question(found, name, place, spec)
            made.ask(asked, left, against)
            made.left_out += left
    asked_scored = [name for name in spec.measures if name in SCORED]
    for label in labels:
        if label not in answers.scores:
            continue
        figures, questions, left = scored.scored(
            answers, grouping, label, asked_scored, spec, rows=rows, within=within, most_drawn=most_drawn
        )
        made.figures += figures
        for asked in questions:
            made.ask(asked, [one for one in left if one.measure == asked.measure], against)
        made.left_out += left
        if answers.are_probabilities:
            made.scores += scored.spreads(answers, grouping, label, rows=rows, within=within)


def _strata(answers: Answers, spec: AuditSpec) -> tuple[list[tuple[Group, np.ndarray | None]], list[Sentence]]:
    """Return the strata of the control column with their rows; one of all rows without a control."""
    if spec.control is None:
        return [({}, None)], []
    if any(by.column == spec.control for by in spec.groups):
        raise DataError("{column} can't be the group and the control at once.", column=spec.control)
    (grouping,), notes = groups.sort(answers, [GroupBy(spec.control)])
    return [(group, np.flatnonzero(grouping.codes == place)) for place, group in enumerate(grouping.groups)], notes


def _group_counts(table: np.ndarray, grouping: Grouping, labels: tuple[str, ...], within: Group) -> Iterable[GroupCounts]:
    for group, counts in zip(grouping.groups, table, strict=True):
        targets, answered = counts.sum(1).tolist(), counts.sum(0).tolist()
        yield GroupCounts(
            group, int(counts.sum()), dict(zip(labels, targets, strict=True)), dict(zip(labels, answered, strict=True)), within
        )


def _widest_first(found: list[Gap]) -> list[Gap]:
    def width(gap: Gap) -> float:
        value = gap.estimate.value
        return -1.0 if value is None else 1 - value if gap.kind == "ratio" else value

    return sorted(found, key=lambda gap: (gap.kind, -width(gap)))


def _without_scores(answers: Answers, spec: AuditSpec, wanted: tuple[str, ...]) -> list[Sentence]:
    """Return what can't be answered for want of scores, where it was asked by name."""
    asked = [name for name in spec.measures if name in SCORED and name in wanted]
    lacking = [name for name in asked if not answers.scores or (name == "ece" and not answers.are_probabilities)]
    said = "Without probabilities there is no {measure}." if answers.scores else "Without scores there is no {measure}."
    return [Sentence(said, {"measure": measures.title(name)}) for name in lacking]


def _check(spec: AuditSpec) -> None:
    if not 0 <= spec.tolerance < 1:
        raise DataError("The tolerance must be 0 or more and less than 1; found {tolerance}.", tolerance=spec.tolerance)
    if not 0 < spec.level < 1:
        raise DataError("The level of an interval must lie between 0 and 1; found {level}.", level=spec.level)
    if not 200 <= spec.replicates <= 100_000:
        raise DataError("Between 200 and 100,000 replicates are needed; found {found}.", found=spec.replicates)
    least = min(spec.minimum_rows, spec.minimum_positives, spec.minimum_negatives)
    if least < 1 or spec.seed < 0:
        raise DataError("The smallest group is 1 or more and the seed 0 or more; found {least} and {seed}.", least=least, seed=spec.seed)
    if spec.correction not in ("holm", "none"):
        raise DataError("The correction is holm or none; found {found}.", found=spec.correction)


def _once(notes: Iterable[Sentence]) -> tuple[Sentence, ...]:
    return tuple({str(note): note for note in notes}.values())


def id_of(audit: Audit) -> str:
    """Return the id that an audit of this content has, whoever made it, when and with which version."""
    fields = to_json(replace(audit, id="", who="", when=""))
    del fields["version"]
    if not audit.spec.judged:  # where these say nothing the id is the one of audits that were made before they were there
        del fields["spec"]["judged"]
    if audit.spec.told is None:
        del fields["spec"]["told"]
    if not audit.parts:
        del fields["parts"]
    for by in fields["spec"]["groups"]:
        if by["reference"] is None:
            del by["reference"]
    verdicts = (*fields["verdicts"], *fields.get("parts", ()), *fields["four_fifths"])
    for one in (*verdicts, *fields["gaps"]):
        if not one["pair"]:
            del one["pair"]
    for one in verdicts:
        if one["narrower"] is None:
            del one["narrower"]
    content = json.dumps(fields, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return "a-" + hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:12]
