"""Figures that others published or compute, to the last digit."""

from __future__ import annotations

import math
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fmcore.audit import gaps
from fmcore.audit.answers import Answers
from fmcore.audit.audit import audit
from fmcore.audit.measures import MEASURES
from fmcore.audit.records import AuditSpec, GroupBy
from fmcore.audit.table import from_table
from fmcore.stats.counts import grouped

TABLES = int(os.environ.get("FMCORE_RANDOM_TABLES", "40"))
"""fairlearn takes two minutes for 1,000 of them; ``FMCORE_RANDOM_TABLES=1000`` does that."""
SPEC = AuditSpec((GroupBy("group"),), replicates=200, minimum_rows=1, minimum_positives=1, minimum_negatives=1)


def by_value(answers: Answers, column: str, measures: tuple[str, ...]) -> dict[str, dict[str, float | None]]:
    """Return measure → group → figure."""
    coded = answers.column(column)
    table = grouped(coded.codes, answers.targets, answers.answers, sizes=(len(coded.values), len(answers.labels)))
    found = gaps.compared((column,), tuple({column: value} for value in coded.values), table, answers.labels, SPEC)
    label = answers.labels.index(str(answers.favourable(None)[0]))
    return {
        name: {f.group[column]: f.estimate.value for f in gaps.figures(found, name, label if MEASURES[name].per_label else None, SPEC)}
        for name in measures
    }


def test_compas_rates_are_those_that_propublica_published(public_data: Path):
    frame = pd.read_csv(public_data / "compas" / "test.csv", dtype=str, keep_default_na=False)
    found = audit(
        from_table(frame, target="label", answer="pred_medium_or_high"),
        AuditSpec((GroupBy("race"),), measures=("fpr", "fnr"), replicates=200),
    )
    percent = {(f.measure, f.group["race"]): round(100 * (f.estimate.value or 0), 2) for f in found.by_group}
    assert percent["fpr", "African-American"] == 44.85
    assert percent["fpr", "Caucasian"] == 23.45
    assert percent["fnr", "African-American"] == 27.99
    assert percent["fnr", "Caucasian"] == 47.72
    assert {left.group["race"] for left in found.left_out} == {"Asian", "Native American"}


AEQUITAS = {"pprev": "selection-rate", "fpr": "fpr", "fnr": "fnr", "for": "for", "fdr": "fdr"}
FURTHER = {"tpr": "tpr", "tnr": "tnr", "npv": "npv", "precision": "ppv"}


@pytest.mark.parametrize("number", ["1", "2", "3", "4", "5", "6", "7", "8", "10"])
def test_every_figure_that_aequitas_expects(public_data: Path, number: str):
    folder = public_data / "aequitas_oracles" / "original" / "bias_report"
    frame = pd.read_csv(folder / f"test_{number}.csv", dtype=str)
    answers = from_table(frame, target="label_value", answer="score")
    assert answers.labels == ("0", "1")
    names = [f"expected_output_test_{number}.csv"]
    if number == "1":
        names += [f"expected_output_{kind}_test_1.csv" for kind in ("bias", "fairness", "group")] + ["test_1_aequitas_20180501-114554.csv"]
    checked = 0
    for name in names:
        expected = pd.read_csv(folder / name)
        for _, row in expected.iterrows():
            column, group = str(row["attribute_name"]), str(row["attribute_value"])
            wanted = {theirs: ours for theirs, ours in {**AEQUITAS, **FURTHER}.items() if theirs in expected.columns}
            figures = by_value(answers, column, tuple(wanted.values()))
            for theirs, ours in wanted.items():
                checked += same(figures[ours][group], row[theirs], (name, column, group, theirs))
            checked += disparities(answers, expected, row, column, group)
            # Older reports sum the answered rows over all attributes, so that every row counts once for each
            times = expected["attribute_name"].nunique() if "reference_group" in expected else 1
            checked += counts(answers, row, column, group, times)
        # No column of an oracle goes unread, but for Aequitas' own verdicts, which hold disparities against a threshold
        assert not {name for name in expected.columns if "Parity" not in name and "Fairness" not in name} - KNOWN
    assert checked > 60


KNOWN = {
    *(f"{name}{end}" for end in ("", "_ref") for name in (
        "tn", "fp", "fn", "tp", "group_size", "pp", "pn", "group_label_pos", "group_label_neg", "prev", "ppr", "pprev", "k",
        "total_entities", "group_size_pct", "fpr", "fnr", "for", "fdr", "tpr", "tnr", "npv", "precision",
    )),
    *(f"{name}_disparity" for name in ("fpr", "fnr", "for", "fdr", "ppr", "pprev")),
    *(f"{name}_ref_group_value" for name in ("fpr", "fnr", "for", "fdr", "ppr", "pprev")),
    "attribute_name", "attribute_value", "reference_group", "model_id", "score_threshold", "Unnamed: 0",
}  # fmt: skip


def over(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def same(ours: float | None, theirs: float, where: object) -> int:
    if math.isnan(theirs):
        assert ours is None, where  # undefined is no value, never 0, 1 or NaN
    else:
        assert ours == pytest.approx(theirs, abs=1e-12), where
    return 1


def disparities(answers: Answers, expected: pd.DataFrame, row: pd.Series, column: str, group: str) -> int:
    """Each disparity is a figure over the reference group's."""
    reference = row.get("reference_group", row.get("fpr_ref_group_value", "High"))
    done = 0
    for theirs, ours in AEQUITAS.items():
        if f"{theirs}_disparity" not in expected.columns:
            continue
        figures = by_value(answers, column, (ours,))[ours]
        here, there, wanted = figures[group], figures[str(reference)], row[f"{theirs}_disparity"]
        if here is None or not there:
            assert math.isnan(wanted) or there == 0
        else:
            assert here / there == pytest.approx(wanted, abs=1e-12)
        done += 1
    return done


def counts(answers: Answers, row: pd.Series, column: str, group: str, times: int) -> int:
    """Check what is counted, in the group and, under names in _ref, in the reference group; and the shares of counts."""
    coded, done = answers.column(column), 0
    tables = grouped(coded.codes, answers.targets, answers.answers, sizes=(len(coded.values), 2))
    everywhere = times * int(tables[..., 1].sum())
    for end, name in (("", group), ("_ref", str(row.get("reference_group", group)))):
        table = tables[coded.values.index(name)]
        (tn, fp), (fn, tp) = table.tolist()
        n, answered, positive = tn + fp + fn + tp, fp + tp, fn + tp
        wanted = {
            "tn": tn, "fp": fp, "fn": fn, "tp": tp, "group_size": n, "pp": answered, "pn": n - answered, "group_label_pos": positive,
            "group_label_neg": n - positive, "prev": over(positive, n), "ppr": over(answered, everywhere), "k": everywhere,
            "total_entities": len(answers), "group_size_pct": over(n, len(answers)), "fpr": over(fp, n - positive),
            "fnr": over(fn, positive), "for": over(fn, n - answered), "fdr": over(fp, answered), "pprev": over(answered, n),
        }  # fmt: skip
        for known in {f"{what}{end}" for what in wanted} & set(row.index):
            done += same(wanted[known.removesuffix(end)], row[known], (column, name, known))
    if "ppr_disparity" in row:
        reference = str(row.get("reference_group", row.get("ppr_ref_group_value", "High")))
        here, there = (int(tables[coded.values.index(name), :, 1].sum()) for name in (group, reference))
        done += same(over(here, there), row["ppr_disparity"], (column, group, "ppr_disparity"))
    return done


@pytest.mark.parametrize(("table", "column"), [("compas", "race"), ("adult_rf", "gender"), ("nyc_sqf", "race")])
def test_aequitas_tables_agree_with_pandas(public_data: Path, table: str, column: str):
    frame = pd.read_csv(public_data / "aequitas_oracles" / f"{table}.csv", dtype=str)
    figures = by_value(from_table(frame, target="label", answer="pred"), column, ("fpr", "fnr", "ppv", "selection-rate", "accuracy"))
    for group, rows in frame.groupby(column):
        y, p = rows["label"].astype(int), rows["pred"].astype(int)
        wanted = {
            "fpr": p[y == 0].mean(),
            "fnr": (1 - p[y == 1]).mean(),
            "selection-rate": p.mean(),
            "accuracy": (y == p).mean(),
            "ppv": y[p == 1].mean(),
        }
        for name, value in wanted.items():
            same(figures[name][str(group)], value, (group, name))


def test_random_tables_agree_with_fairlearn_and_scikit_learn():
    from functools import partial

    from fairlearn import metrics as fairlearn
    from sklearn.metrics import accuracy_score, f1_score, precision_score

    theirs = {
        "selection-rate": fairlearn.selection_rate,
        "tpr": fairlearn.true_positive_rate,
        "fpr": fairlearn.false_positive_rate,
        "fnr": fairlearn.false_negative_rate,
        "tnr": fairlearn.true_negative_rate,
        "ppv": precision_score,
        "npv": partial(precision_score, pos_label=0),
        "fdr": lambda y, a: 1 - precision_score(y, a),
        "for": lambda y, a: 1 - precision_score(y, a, pos_label=0),
        "accuracy": accuracy_score,
        "f1": f1_score,
    }
    number, group, target, answer = random_tables(TABLES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = fairlearn.MetricFrame(metrics=theirs, y_true=target, y_pred=answer, sensitive_features=group, control_features=number)
        by_group, difference, ratio = frame.by_group, frame.difference(), frame.ratio()
    for table in range(TABLES):
        here = number == table
        n_groups = int(group[here].max()) + 1
        counted = grouped(group[here], target[here], answer[here], sizes=(n_groups, 2))
        groups = tuple({"group": str(g)} for g in range(n_groups))
        found = gaps.compared(("group",), groups, counted, ("0", "1"), SPEC)
        for name in theirs:
            label = 1 if MEASURES[name].per_label else None
            ours = [f.estimate.value for f in gaps.figures(found, name, label, SPEC)]
            assert ours == pytest.approx(by_group[name].loc[table].tolist()[:n_groups], abs=1e-12)
            asked, _ = gaps.question(found, name, label, SPEC)
            assert gaps.extremes(asked, "difference")[0] == pytest.approx(difference[name].loc[table], abs=1e-12)
            smallest = gaps.extremes(asked, "ratio")[0]
            assert (math.nan if smallest is None else smallest) == pytest.approx(ratio[name].loc[table], abs=1e-12, nan_ok=True)
        odds, _ = gaps.question(found, "equalized-odds", 1, SPEC)
        rows = {"y_true": target[here], "y_pred": answer[here], "sensitive_features": group[here]}
        assert gaps.extremes(odds)[0] == pytest.approx(fairlearn.equalized_odds_difference(**rows), abs=1e-12)
        assert gaps.extremes(odds, "ratio")[0] == pytest.approx(fairlearn.equalized_odds_ratio(**rows), abs=1e-12)


def test_random_tables_of_many_labels_agree_with_scikit_learn_label_by_label():
    from sklearn.metrics import precision_recall_fscore_support

    rng = np.random.default_rng(11)
    for _ in range(TABLES):
        size, n = int(rng.integers(3, 6)), int(rng.integers(20, 120))
        group, target, answer = rng.integers(0, 2, n), rng.integers(0, size, n), rng.integers(0, size, n)
        counted = grouped(group, target, answer, sizes=(2, size))
        found = gaps.compared(("group",), ({"group": "0"}, {"group": "1"}), counted, tuple(map(str, range(size))), SPEC)
        for one in range(2):
            theirs = precision_recall_fscore_support(
                target[group == one], answer[group == one], labels=range(size), zero_division=np.nan, average=None
            )
            for label in range(size):
                either = counted[one, label].sum() + counted[one, :, label].sum()
                for name, values in zip(("ppv", "tpr", "f1"), theirs, strict=False):
                    wanted = math.nan if name == "f1" and not either else values[label]
                    same(gaps.figures(found, name, label, SPEC)[one].estimate.value, wanted, (name, label))


def random_tables(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return table number, group, target and answer of each row; every group has both targets and both answers."""
    rng = np.random.default_rng(7)
    parts = []
    for number in range(count):
        n_groups, n = int(rng.integers(2, 4)), int(rng.integers(10, 60))
        group = np.concatenate([np.repeat(np.arange(n_groups), 4), rng.integers(0, n_groups, n)])
        target = np.concatenate([np.tile([0, 0, 1, 1], n_groups), rng.random(n) < rng.random()]).astype(int)
        answer = np.concatenate([np.tile([0, 1, 0, 1], n_groups), rng.random(n) < rng.random()]).astype(int)
        parts.append(np.stack([np.full(len(group), number), group, target, answer]))
    number, group, target, answer = np.concatenate(parts, axis=1)
    return number, group, target, answer
