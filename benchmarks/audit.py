"""Audits with intervals: this engine against fairlearn's bootstrap and against resampled rows in numpy, in one run, of the same measures.

Selection rate, true and false positive rate and accuracy in each of six groups, their widest difference and smallest ratio, all with 95 %
intervals from 1,000 replicates.

- ours, from the same arrays: one counting pass, then ``Multinomial(n, T / n)`` on the counts table; also the whole audit of a table of
  words, with its verdicts, the levels that are corrected for many questions, and its fingerprint;
- fairlearn ``MetricFrame(n_boot=…)``, 100,000 rows: timed at two small numbers of replicates; what each further one costs is scaled to
  1,000, and what does not grow with them is left out, to its favour;
- numpy, 1,000,000 rows: row numbers drawn at random, cells looked up and counted, figures of all replicates in one go; every replicate
  at 100,000 rows (its intervals are shown beside ours), some of them at 1,000,000, scaled;
- 10,000,000 rows in 1,000 cells (250 groups), after the counting pass.

Values must agree within 1e-12. Intervals need not: ours are Wilson's for a rate, and for a gap the true gaps that a test keeps
(:mod:`fmcore.stats.widest`), which on data as clear as these come out close to the percentiles of both peers.

CPU time decides, because wall time on a busy machine is mostly waiting; both are shown.

    python benchmarks/audit.py [--fairlearn-replicates 10] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # one core on either side

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from fmcore.audit import gaps  # noqa: E402
from fmcore.audit.audit import audit  # noqa: E402
from fmcore.audit.measures import MEASURES  # noqa: E402
from fmcore.audit.records import AuditSpec, GroupBy  # noqa: E402
from fmcore.audit.table import from_table  # noqa: E402
from fmcore.stats.counts import grouped  # noqa: E402

ASKED = ("selection-rate", "tpr", "fpr", "accuracy")
SPEC = AuditSpec((GroupBy("group"),), measures=ASKED)
REPLICATES = SPEC.replicates
GROUPS = 6
AIMS = {"fairlearn": 10_000, "numpy": 500, "large_seconds": 1.0}


def rows(n: int, *, n_groups: int = GROUPS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return groups, targets and answers of n rows; the groups differ in size and in their rates."""
    rng = np.random.default_rng(0)
    share = 0.8 ** np.arange(n_groups) if n_groups < 20 else np.ones(n_groups)
    group = rng.choice(n_groups, n, p=share / share.sum())
    target = (rng.random(n) < 0.4).astype(np.int64)
    tpr, fpr = np.linspace(0.8, 0.6, n_groups)[group], np.linspace(0.25, 0.15, n_groups)[group]
    return group, target, (rng.random(n) < np.where(target == 1, tpr, fpr)).astype(np.int64)


def ours(table: np.ndarray) -> dict[str, Any]:
    """Return (measure, group) and (measure, difference or ratio) → estimate, from a counts table."""
    groups = tuple({"group": str(k)} for k in range(len(table)))
    found = gaps.compared(("group",), groups, table, ("0", "1"), SPEC)
    figures, questions = {}, []
    for measure in ASKED:
        label = 1 if MEASURES[measure].per_label else None
        figures |= {(measure, f.group["group"]): f.estimate for f in gaps.figures(found, measure, label, SPEC)}
        questions.append(gaps.question(found, measure, label, SPEC)[0])
    return figures | {(gap.measure, gap.kind): gap.estimate for gap in gaps.gaps(questions, SPEC)}


def of_rows(group: np.ndarray, target: np.ndarray, answer: np.ndarray) -> dict[str, Any]:
    return ours(grouped(group, target, answer, sizes=(int(group.max()) + 1, 2)))


def by_fairlearn(group: np.ndarray, target: np.ndarray, answer: np.ndarray, replicates: int) -> Any:
    from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
    from sklearn.metrics import accuracy_score

    asked = dict(zip(ASKED, (selection_rate, true_positive_rate, false_positive_rate, accuracy_score), strict=True))
    return MetricFrame(
        metrics=asked,
        y_true=target,
        y_pred=answer,
        sensitive_features=group,
        n_boot=replicates,
        ci_quantiles=[0.025, 0.975],
        random_state=0,
    )


def by_numpy(group: np.ndarray, target: np.ndarray, answer: np.ndarray, replicates: int) -> dict[Any, np.ndarray]:
    """Return the percentiles of the same figures over resampled rows: a cell per row, drawn, looked up and counted."""
    n_groups, n = int(group.max()) + 1, len(group)
    cell = ((group * 2 + target) * 2 + answer).astype(np.int16)
    rng, tables = np.random.default_rng(0), np.empty((replicates, n_groups * 4))
    for replicate in range(replicates):
        tables[replicate] = np.bincount(cell[rng.integers(0, n, n, dtype=np.int32)], minlength=n_groups * 4)
    (tn, fp), (fn, tp) = np.moveaxis(tables.reshape(replicates, n_groups, 2, 2), (2, 3), (0, 1))
    drawn = {
        "selection-rate": (tp + fp) / (tn + fp + fn + tp), "tpr": tp / (tp + fn),
        "fpr": fp / (fp + tn), "accuracy": (tp + tn) / (tn + fp + fn + tp),
    }  # fmt: skip
    found = {}
    for measure, rates in drawn.items():
        low, high = np.quantile(rates, (0.025, 0.975), axis=0)
        found |= {(measure, str(k)): (low[k], high[k]) for k in range(n_groups)}
        found[measure, "difference"] = np.quantile(rates.max(1) - rates.min(1), (0.025, 0.975))
        found[measure, "ratio"] = np.quantile(rates.min(1) / rates.max(1), (0.025, 0.975))
    return found


def timed(act: Callable[[], Any], times: int = 1) -> tuple[dict[str, float], Any]:
    """Return the medians of CPU and wall seconds, and what the act returned."""
    cpu, wall, found = [], [], None
    for _ in range(times):
        began = time.process_time(), time.perf_counter()
        found = act()
        cpu.append(time.process_time() - began[0])
        wall.append(time.perf_counter() - began[1])
    return {"cpu": statistics.median(cpu), "wall": statistics.median(wall)}, found


def measure(fairlearn_replicates: int) -> dict[str, Any]:
    small, large = rows(100_000), rows(1_000_000)
    of_rows(*small)
    seconds: dict[str, dict[str, float]] = {}
    seconds["ours_100k"], found = timed(lambda: of_rows(*small), 9)
    table = pd.DataFrame(dict(zip(("group", "target", "answer"), (values.astype(str) for values in small), strict=True)))
    seconds["whole_audit_100k"], _ = timed(lambda: audit(from_table(table, target="target", answer="answer"), SPEC), 5)
    few = max(1, fairlearn_replicates // 5)
    first, _ = timed(lambda: by_fairlearn(*small, few))
    second, theirs = timed(lambda: by_fairlearn(*small, few + fairlearn_replicates))
    seconds["fairlearn_100k"] = {k: (second[k] - first[k]) / fairlearn_replicates * REPLICATES for k in first}
    seconds["numpy_100k"], percentiles = timed(lambda: by_numpy(*small, REPLICATES))
    seconds["ours_1m"], _ = timed(lambda: of_rows(*large), 9)
    scaled, _ = timed(lambda: by_numpy(*large, 50))
    seconds["numpy_1m"] = {k: value * REPLICATES / 50 for k, value in scaled.items()}
    many = rows(10_000_000, n_groups=250)
    seconds["counting_10m"], table = timed(lambda: grouped(*many, sizes=(250, 2)), 3)
    seconds["ours_10m"], _ = timed(lambda: ours(table), 3)
    return {
        "seconds": seconds,
        "ratios": {
            kind: {
                "fairlearn": seconds["fairlearn_100k"][kind] / seconds["ours_100k"][kind],
                "fairlearn_whole_audit": seconds["fairlearn_100k"][kind] / seconds["whole_audit_100k"][kind],
                "numpy": seconds["numpy_1m"][kind] / seconds["ours_1m"][kind],
            }
            for kind in ("cpu", "wall")
        },
        "fairlearn_replicates": fairlearn_replicates,
        "cells": int((table > 0).sum()),
        "furthest_value": furthest(found, theirs),
        "intervals": beside(found, percentiles, theirs),
    }


def furthest(found: dict, theirs: Any) -> float:
    """Return how far any of our values is from fairlearn's."""
    difference, ratio = theirs.difference(), theirs.ratio()
    off = [abs(found[m, str(k)].value - value) for m in ASKED for k, value in theirs.by_group[m].items()]
    off += [abs(found[m, kind].value - values[m]) for kind, values in (("difference", difference), ("ratio", ratio)) for m in ASKED]
    return float(max(off))


def beside(found: dict, percentiles: dict, theirs: Any) -> list[dict[str, Any]]:
    low, high = theirs.by_group_ci
    rough = {(m, str(k)): (low[m][k], high[m][k]) for m in ASKED for k in low.index}
    for kind, ends in (("difference", theirs.difference_ci()), ("ratio", theirs.ratio_ci())):
        rough |= {(m, kind): (ends[0][m], ends[1][m]) for m in ASKED}
    shown = [(m, what) for m in ASKED for what in ("0", str(GROUPS - 1), "difference", "ratio")]
    return [
        {
            "figure": f"{m}, {what if what.isalpha() else 'group ' + what}", "value": found[m, what].value,
            "ours": [found[m, what].low, found[m, what].high], "numpy": [float(end) for end in percentiles[m, what]],
            "fairlearn": [float(end) for end in rough[m, what]],
        }
        for m, what in shown
    ]  # fmt: skip


def show(found: dict[str, Any]) -> bool:
    """Print everything; return whether every aim is reached."""
    seconds, ratios, many = found["seconds"], found["ratios"], found["fairlearn_replicates"]
    titles = {
        "ours_100k": "ours, 100,000 rows × 1,000 replicates", "whole_audit_100k": "  the whole audit, from a table of words",
        "fairlearn_100k": f"fairlearn, the same ({many} replicates, scaled)", "numpy_100k": "numpy rows, the same",
        "ours_1m": "ours, 1,000,000 rows × 1,000", "numpy_1m": "numpy rows, the same (50 replicates, scaled)",
        "counting_10m": "counting 10,000,000 rows once", "ours_10m": f"ours on their {found['cells']:,} cells × 1,000",
    }  # fmt: skip
    print(f"{'':52} {'CPU s':>10} {'wall s':>10}")
    for key, title in titles.items():
        print(f"{title:52} {seconds[key]['cpu']:10.4f} {seconds[key]['wall']:10.4f}")
    aims = [
        (f"against fairlearn, aim {AIMS['fairlearn']:,}×", "fairlearn"), ("  the whole audit", "fairlearn_whole_audit"),
        (f"against numpy rows, aim {AIMS['numpy']}×", "numpy"),
    ]  # fmt: skip
    for title, key in aims:
        print(f"{title:52} {ratios['cpu'][key]:9,.0f}× {ratios['wall'][key]:9,.0f}×")
    print(f"\nvalues: at most {found['furthest_value']:.1e} from fairlearn's\n")
    print(f"{'95 % intervals, 100,000 rows':28} {'value':>8}   {'ours':18}   {'numpy, 1,000':18}   fairlearn, {many + max(1, many // 5)}")
    for row in found["intervals"]:
        ends = "   ".join(f"{row[side][0]:.4f} to {row[side][1]:.4f}  " for side in ("ours", "numpy", "fairlearn"))
        print(f"{row['figure']:28} {row['value']:8.4f}   {ends}")
    reached = [
        ratios["cpu"]["fairlearn"] >= AIMS["fairlearn"], ratios["cpu"]["numpy"] >= AIMS["numpy"],
        seconds["ours_10m"]["cpu"] < AIMS["large_seconds"], found["furthest_value"] <= 1e-12,
    ]  # fmt: skip
    return all(reached)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fairlearn-replicates", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.fairlearn_replicates)
    if options.json:
        print(json.dumps(found))
        return
    if not show(found):
        sys.exit("An aim is not reached.")


if __name__ == "__main__":
    main()
