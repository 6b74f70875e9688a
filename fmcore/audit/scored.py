"""Measures that need scores: AUC within a group, BPSN, BNSP and calibration error, for each label against all others.

AUC stands on DeLong's standard error: a proportion of as many independent trials as would spread alike, so that its interval is
Wilson's and stays inside 0 to 1. Calibration error is resampled from its histogram; chance alone makes it larger than 0, the more so in
small groups, and what resampling adds once more is taken off before groups are compared. Where all rows of a group agree resamples don't
vary; the reach of Wilson's interval for a share of 0 takes their place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fmcore.audit.answers import Answers
from fmcore.audit.gaps import Question
from fmcore.audit.groups import Grouping
from fmcore.audit.measures import title
from fmcore.audit.naming import named
from fmcore.audit.records import AuditSpec, Group, GroupFigure, LeftOut, ScoreCounts
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import areas, histograms, intervals
from fmcore.stats.group_figures import FIXED, PROPORTION, Figures, limits, z_of
from fmcore.stats.histograms import CALIBRATION_BINS
from fmcore.stats.intervals import none

BINS = 20
DELONG, BASIC = "DeLong, Wilson at its effective n", "bootstrap, basic"
Found = tuple[list[GroupFigure], list[Question], list[LeftOut]]


def scored(
    answers: Answers,
    grouping: Grouping,
    label: str,
    wanted: Sequence[str],
    spec: AuditSpec,
    *,
    rows: np.ndarray | None,
    within: Group,
    most_drawn: int | None = None,
) -> Found:
    """Return figures, questions and groups left out of one label's scored measures, over the chosen rows (None: all).

    ``most_drawn`` as in :func:`fmcore.stats.histograms.resampled_errors`.
    """
    scores, positive, codes = answers.scores[label], answers.targets == answers.labels.index(label), grouping.codes
    if rows is not None:
        scores, positive, codes = scores[rows], positive[rows], codes[rows]
    made: Found = ([], [], [])
    chosen = [name for name in areas.KINDS if name in wanted]
    if chosen:
        ranking = answers.ranking(label) if rows is None else areas.Ranking.of(scores, positive)
        found = areas.areas(ranking, codes, n_groups=len(grouping.groups), kinds=chosen)
        for name, area in zip(chosen, found, strict=True):
            _add(made, _areas(area, name, label, grouping, spec, within, len(codes)))
    if "ece" in wanted and answers.are_probabilities:
        _add(made, _calibration(scores, positive, codes, label, grouping, spec, within, most_drawn))
    return made


def spreads(answers: Answers, grouping: Grouping, label: str, *, rows: np.ndarray | None, within: Group) -> list[ScoreCounts]:
    """Return how the scores of one label are spread in each group."""
    scores, positive, codes = answers.scores[label], answers.targets == answers.labels.index(label), grouping.codes
    if rows is not None:
        scores, positive, codes = scores[rows], positive[rows], codes[rows]
    counts = histograms.spread(scores, positive, codes, n_groups=len(grouping.groups), bins=BINS)
    return [
        ScoreCounts(label, group, tuple(found[1].tolist()), tuple(found[0].tolist()), within)
        for group, found in zip(grouping.groups, counts, strict=True)
    ]


def _add(made: Found, more: Found) -> None:
    for ours, theirs in zip(made, more, strict=True):
        ours.extend(theirs)  # type: ignore[arg-type]


def _areas(area: areas.Areas, name: str, label: str, grouping: Grouping, spec: AuditSpec, within: Group, in_all: int) -> Found:
    n = area.effective
    as_figures = Figures(area.value[None, None], n[None, None], np.empty((1, 1, len(n), 0)), np.array([[PROPORTION]]))
    low, high = (ends[0, 0] for ends in limits(as_figures, z_of(spec.level)))
    figures, left = [], []
    enough = (area.positives >= spec.minimum_positives) & (area.negatives >= spec.minimum_negatives) & np.isfinite(area.value)
    for index, group in enumerate(grouping.groups):
        positives, negatives = int(area.positives[index]), int(area.negatives[index])
        if np.isfinite(area.value[index]):
            value = float(area.value[index])
            estimate = Estimate(
                value, min(float(low[index]), value), max(float(high[index]), value), spec.level, positives + negatives, DELONG
            )
        else:
            said = say("{measure} needs rows whose target is {label} and rows whose target is another.", measure=title(name), label=label)
            estimate = none(said, n=positives + negatives, level=spec.level, method=DELONG)
        figures.append(GroupFigure(name, label, group, estimate, within))
        if not enough[index]:
            left.append(_small(group, name, label, positives, negatives, within))
    value = np.where(enough, area.value, np.nan)[None]
    generator = np.random.default_rng(spec.seed + 2)
    errors = generator.standard_normal((1, len(n), spec.replicates), dtype=np.float32)
    rows = min(int((area.positives + area.negatives)[enough].sum()), in_all)  # the background stands in every group's figure
    lacking = None if enough.sum() > 1 else _too_few(grouping, area.positives, area.negatives, label, spec)
    kind, still = np.array([PROPORTION]), np.zeros(value.shape)
    asked = Question(
        name, label, grouping.by, within, grouping.groups, (name,), value, value, n[None], errors, kind, still,
        area.positives + area.negatives, rows, lacking,
    )  # fmt: skip
    return figures, [asked], left


def _calibration(
    scores: np.ndarray,
    positive: np.ndarray,
    codes: np.ndarray,
    label: str,
    grouping: Grouping,
    spec: AuditSpec,
    within: Group,
    most_drawn: int | None,
) -> Found:
    counts, means = histograms.mean_scores(scores, positive, codes, n_groups=len(grouping.groups), bins=CALIBRATION_BINS)
    value = histograms.calibration_error(counts, means)
    drawn = histograms.resampled_errors(counts, means, replicates=spec.replicates, seed=spec.seed + 3, most_drawn=most_drawn)
    rows, positives = counts.sum((1, 2)), counts[:, 1].sum(-1)
    enough = (rows >= spec.minimum_rows) & (positives >= spec.minimum_positives) & (rows - positives >= spec.minimum_negatives)
    centre, spread = drawn.mean(-1), drawn.std(-1)
    reach = intervals.reach_at_edge(rows, spec.level)
    blank = ~(spread > intervals.ALIKE)  # all rows of one kind: resampling says nothing about chance
    spread = np.where(blank, reach / z_of(spec.level), spread)
    errors = ((drawn - centre[:, None]) / spread[:, None]).astype(np.float32)
    errors[blank] = np.random.default_rng(spec.seed + 4).standard_normal((int(blank.sum()), drawn.shape[1]), dtype=np.float32)
    figures, left = [], []
    tails = np.quantile(drawn, ((1 + spec.level) / 2, (1 - spec.level) / 2), axis=-1) + np.where(blank, [reach, -reach], 0)
    for index, group in enumerate(grouping.groups):
        n = int(rows[index])
        if n:
            at, ends = float(value[index]), np.clip(2 * value[index] - tails[:, index], 0, 1)
            estimate = Estimate(at, min(float(ends[0]), at), max(float(ends[1]), at), spec.level, n, BASIC)
        else:
            estimate = none(say("The group has no rows."), n=0, level=spec.level, method=BASIC)
        figures.append(GroupFigure("ece", label, group, estimate, within))
        if not enough[index]:
            left.append(_small(group, "ece", label, int(positives[index]), n - int(positives[index]), within))
    seen = np.where(enough, value, np.nan)
    corrected = np.where(enough, np.clip(2 * value - centre, 0, 1), np.nan)
    lacking = None if enough.sum() > 1 else _too_few(grouping, positives, rows - positives, label, spec)
    asked = Question(
        "ece", label, grouping.by, within, grouping.groups, ("ece",), seen[None], corrected[None], rows[None].astype(float), errors[None],
        np.array([FIXED]), np.nan_to_num(spread)[None], rows, int(rows[enough].sum()), lacking,
    )  # fmt: skip
    return figures, [asked], left


def _small(group: Group, name: str, label: str, positives: int, negatives: int, within: Group) -> LeftOut:
    sentence = say(
        "{group} was left out of {measure}: too few rows to compare ({rows}, of them {positives} positive and {negatives} negative).",
        group=named(group), measure=title(name), rows=positives + negatives, positives=positives, negatives=negatives,
    )  # fmt: skip
    return LeftOut(group, name, label, positives + negatives, positives, negatives, sentence, within)


def _too_few(grouping: Grouping, positives: np.ndarray, negatives: np.ndarray, label: str, spec: AuditSpec) -> Sentence:
    largest = np.argsort(-np.minimum(positives, negatives), kind="stable")[:5].tolist()
    seen = ", ".join(f"{named(grouping.groups[i])} ({int(positives[i])}, {int(negatives[i])})" for i in largest)
    return say(
        "Need two groups with {positives} or more rows whose target is {label} and {negatives} or more others; found {seen}.",
        positives=spec.minimum_positives, negatives=spec.minimum_negatives, label=label, seen=seen,
    )  # fmt: skip
