"""How often answers change and how far scores move when only the person is another. Takes answered pairs, never asks for an answer.

Several swaps of one sentence are not independent: they become one figure per sentence, and sentences are what is counted. A verdict
compares one pair of groups with the tolerance; Holm's steps over the questions of a category keep the chance that any of them is wrong at
1 - level. Flips are rare, so theirs are decided by the exact binomial test and its interval (Clopper and Pearson); figures show Wilson's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from fmcore.audit.answers import TAKEN_BEFORE, taken
from fmcore.audit.records import Finding, Group, Verdict
from fmcore.audit.swaps.records import FLIP_RATE, SCORE_DISTANCE, SCORE_MOVE, Moved, SwapAudit, SwapFigure, SwapLeftOut, SwapSpec
from fmcore.audit.swaps.verdicts import Question, order, verdicts
from fmcore.errors import DataError
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals

_OF_EACH = 5  # sentences of a category that are listed at least
BEFORE, AFTER = "before_p_", "after_p_"


def judge(answered: pd.DataFrame, labels: Sequence[str], spec: SwapSpec, *, notes: Sequence[Sentence] = ()) -> SwapAudit:
    """Return figures and verdicts of answered pairs: the columns of pairs, and ``before_p_<label>`` and ``after_p_<label>`` for each label.

    Raises:
        DataError: a column is missing, a score is no number, the favourable answer is no label, or there is no pair.
    """
    labels = tuple(labels)
    before, after = _checked(answered, labels)
    favourable, said = _favourable(labels, spec.favourable)
    work = answered[["item", "category", "from", "to"]].reset_index(drop=True)
    work["flip"] = (before.argmax(1) != after.argmax(1)).astype(float)
    moved = after - before
    work["move"] = moved[:, labels.index(favourable)] if favourable is not None else np.abs(moved).sum(1) / 2
    measure = SCORE_DISTANCE if favourable is None else SCORE_MOVE
    questions, left_out = _questions(work, spec, measure)
    categories = dict.fromkeys(question.category for question in questions)
    found = [verdict for c in categories for verdict in verdicts([one for one in questions if one.category == c], spec, favourable)]
    return SwapAudit(
        spec=replace(spec, favourable=favourable),
        labels=labels,
        pairs=len(work),
        sentences=int(work["item"].nunique()),
        figures=(*_of_categories(work, spec, measure, favourable), *(_figure(q, favourable) for q in questions)),
        verdicts=tuple(sorted(found, key=order)),
        by_category=_by_category(work, found, left_out),
        left_out=tuple(left_out),
        worst=_worst(answered, work, labels, before, after, spec.worst),
        notes=(*notes, *said),
    )


def _checked(answered: pd.DataFrame, labels: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    needed = ["item", "before", "after", "category", "from", "to", *(p + label for p in (BEFORE, AFTER) for label in labels)]
    lacking = [name for name in needed if name not in answered.columns]
    if lacking:
        raise DataError("The answered pairs lack the column {column}.", column=lacking[0][:80])
    if answered.empty:
        raise DataError("There is no pair of texts: no text mentions exactly one group that can be swapped.")
    before, after = (answered[[p + label for label in labels]].to_numpy(float, na_value=np.nan) for p in (BEFORE, AFTER))
    bad = int((~np.isfinite(before) | ~np.isfinite(after)).any(axis=1).sum())
    if bad:
        raise DataError("{bad} of {rows} pairs have scores that are no finite numbers.", bad=bad, rows=len(answered))
    return before, after


def _favourable(labels: tuple[str, ...], chosen: str | None) -> tuple[str | None, tuple[Sentence, ...]]:
    if chosen is not None:
        if chosen not in labels:
            raise DataError("{label} is none of the answers. There are: {known}.", label=chosen[:80], known=", ".join(labels)[:400])
        return chosen, ()
    if len(labels) != 2:
        return None, (
            say("Nobody said which answer is favourable, so scores have no direction: the distance between all scores is shown."),
        )
    label, _ = taken(labels)
    return label, (Sentence(TAKEN_BEFORE, {"label": label}),)


def _questions(work: pd.DataFrame, spec: SwapSpec, measure: str) -> tuple[list[Question], list[SwapLeftOut]]:
    found, left_out = [], []
    keys = ["category", "from", "to"]
    means = work.groupby([*keys, "item"], sort=False)[["flip", "move"]].mean().reset_index()
    flips, moved = means["flip"].to_numpy(), means["move"].to_numpy()
    for (category, one, other), rows in means.groupby(keys, sort=False).indices.items():
        groups: tuple[Group, Group] = ({str(category): str(one)}, {str(category): str(other)})
        n = len(rows)
        if n < spec.minimum_sentences:
            sentence = say(
                "{category}, {one} to {other}: {n} sentences, {minimum} are needed for a verdict.",
                category=str(category), one=str(one), other=str(other), n=n, minimum=spec.minimum_sentences,
            )  # fmt: skip
            left_out.append(SwapLeftOut(str(category), groups, n, sentence))
            continue
        rate, moves = _flip_rate(flips[rows], spec.level), moved[rows]
        share = rate.value or 0.0
        spread = math.sqrt(max(share * (1 - share), spec.tolerance * (1 - spec.tolerance)) / n)
        found.append(Question(FLIP_RATE, str(category), groups, rate, spread))
        found.append(Question(measure, str(category), groups, intervals.mean(moves, spec.level), float(moves.std(ddof=1)) / math.sqrt(n)))
    return found, left_out


def _flip_rate(shares: np.ndarray, level: float) -> Estimate:
    """Return how many sentences change their answer in at least half of their swaps: one yes or no per sentence, so Wilson holds."""
    return intervals.wilson(int((shares >= 0.5).sum()), len(shares), level)


def _of_categories(work: pd.DataFrame, spec: SwapSpec, measure: str, favourable: str | None) -> Iterator[SwapFigure]:
    """Yield of each category how many sentences flip in any of their swaps, and how far they move on average without regard to the side."""
    size = work.assign(move=work["move"].abs())
    for category, part in size.groupby("category", sort=False):
        by_sentence = part.groupby("item", sort=False).agg(flip=("flip", "max"), move=("move", "mean"))
        flips = intervals.wilson(int(by_sentence["flip"].sum()), len(by_sentence), spec.level)
        yield SwapFigure(FLIP_RATE, str(category), (), flips)
        yield SwapFigure(SCORE_DISTANCE, str(category), (), intervals.mean(by_sentence["move"].to_numpy(), spec.level), favourable)


def _figure(question: Question, favourable: str | None) -> SwapFigure:
    label = favourable if question.measure == SCORE_MOVE else None
    return SwapFigure(question.measure, question.category, question.groups, question.estimate, label)


def _by_category(work: pd.DataFrame, verdicts: Sequence[Verdict], left_out: Sequence[SwapLeftOut]) -> dict[str, str]:
    found = {}
    for category in work["category"].astype(str).unique():
        findings = {verdict.verdict for verdict in verdicts if verdict.by == (category,)}
        is_whole = not any(one.category == category for one in left_out)
        if Finding.FAIL in findings:
            found[category] = Finding.FAIL.value
        else:
            found[category] = (Finding.PASS if findings == {Finding.PASS} and is_whole else Finding.UNCERTAIN).value
    return found


def _farthest(work: pd.DataFrame, count: int) -> list[int]:
    """Return the places of so many swaps that move farthest, each sentence once; and of some more, where a category has few of these."""
    order = np.argsort(-work["move"].abs().to_numpy(), kind="stable")
    ahead = work.iloc[order][["category", "item"]].assign(place=order)
    chosen = ahead.drop_duplicates("item")[:count]
    of_each = ahead.drop_duplicates(["category", "item"]).groupby("category", sort=False).head(_OF_EACH)
    have = chosen["category"].value_counts()
    lacking = of_each[of_each["category"].map(lambda category: have.get(category, 0) < _OF_EACH)]
    wanted = {*chosen["place"], *lacking["place"]}
    return [place for place in order.tolist() if place in wanted]


def _worst(
    answered: pd.DataFrame, work: pd.DataFrame, labels: tuple[str, ...], before: np.ndarray, after: np.ndarray, count: int
) -> tuple[Moved, ...]:
    order = _farthest(work, count)
    return tuple(
        Moved(
            item=str(row["item"]), category=str(row["category"]),
            groups=({str(row["category"]): str(row["from"])}, {str(row["category"]): str(row["to"])}),
            before=str(row["before"]), after=str(row["after"]),
            answer_before=labels[int(before[place].argmax())], answer_after=labels[int(after[place].argmax())],
            move=float(work["move"].iloc[place]),
        )
        for place, row in ((place, answered.iloc[place]) for place in order)
    )  # fmt: skip
