"""One whole piece of evidence with names of strangers everywhere, made by hand: what the tests of page, JSON and model card stand on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from fmcore.audit.records import Audit, AuditSpec, Finding, Gap, GroupBy, GroupFigure, LeftOut, Verdict
from fmcore.audit.swaps import SwapSpec, judge
from fmcore.evaluation.report import evaluate
from fmcore.records import (
    BaseModel,
    Columns,
    Confirmation,
    Dataset,
    Estimate,
    Problem,
    Progress,
    Run,
    RunSpec,
    Severity,
    Status,
    say,
)
from fmcore.report.evidence import Evidence, Fingerprint, SwapTest
from fmcore.store import Look

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
QUOTES = "\"'`{{ 7*7 }}{% raw %} &amp; --> <!-- \u202eevil\u2066"
LABELS = ("bad", HOSTILE, QUOTES)
AT = "2026-03-01T09:05:59.123456+00:00"


def answers(n: int = 60, *, seed: int = 0) -> pd.DataFrame:
    """Return predictions over :data:`LABELS`: about four of five right."""
    random = np.random.default_rng(seed)
    target = np.arange(n) % len(LABELS)
    answer = np.where(random.random(n) < 0.8, target, (target + 1) % len(LABELS))
    scores = np.full((n, len(LABELS)), 0.1)
    scores[np.arange(n), answer] = 0.8
    table = {"id": [f"row-{i}" for i in range(n)], "target": [LABELS[i] for i in target], "answer": [LABELS[i] for i in answer]}
    table |= {f"p_{label}": scores[:, place] for place, label in enumerate(LABELS)}
    return pd.DataFrame(table | {"loss": -np.log(scores[np.arange(n), target])})


def dataset() -> Dataset:
    problem = Problem(
        "exact-duplicates", Severity.BLOCKING, 2, say("Found {text} twice.", text=HOSTILE), ("an excerpt that stays at home",)
    )
    return Dataset(
        id="d-0123456789ab", name=HOSTILE, version=2, task="text-classification", columns=Columns("text", "label", groups=(HOSTILE,)),
        labels=LABELS, rows={"train": 200, "validation": 30, "test": 60}, fingerprint="d" * 64, split_seed=0, source="file.csv",
        problems=(problem,), confirmation=Confirmation("ann", AT, ("exact-duplicates",)), who="ann", when=AT,
    )  # fmt: skip


def run(name: str = HOSTILE) -> Run:
    base = BaseModel("embedded", "bert", "b" * 64, 22_713_216, 512, "embedded")
    spec = RunSpec(
        "finetune", "text-classification", "d-0123456789ab", "d" * 64, 0, base, {"epochs": 3, "learning_rate": 1e-4, "seed": 0}, "0.1.0"
    )
    return Run(
        "r-0123456789ab", name, spec, Status.DONE, "ann", AT, device="cpu", started=AT, ended=AT, seconds=61.5, step=10, steps=10,
        tags=("good",), notes=QUOTES,
    )  # fmt: skip


def audit() -> Audit:
    """Return an audit of two groups and a third that was too small, one question failed and one undecided."""
    spec = AuditSpec((GroupBy(HOSTILE),), source="r-0123456789ab", split="test", fingerprint="a" * 64, favourable=HOSTILE)
    north, south, rare = ({HOSTILE: value} for value in (HOSTILE, "south", QUOTES))
    figures = tuple(
        GroupFigure("tpr", HOSTILE, group, Estimate(value, value - 0.1, value + 0.1, 0.95, 30, "wilson"))
        for group, value in ((north, 0.4), (south, 0.8))
    )
    nothing = GroupFigure("tpr", HOSTILE, rare, Estimate(None, None, None, 0.95, 0, "wilson", say("No row of {g}.", g=QUOTES)))
    gap = Estimate(0.4, 0.2, 0.6, 0.95, 60, "bootstrap")
    failed = Verdict(
        "tpr", HOSTILE, (HOSTILE,), Finding.FAIL, say("{worst} is served worse than south.", worst=HOSTILE), 0.1, gap, (north, south)
    )
    open_ = Verdict("accuracy", None, (HOSTILE,), Finding.UNCERTAIN, say("Too few rows to say."), 0.1, gap)
    left = LeftOut(rare, "tpr", HOSTILE, 3, 1, 2, say("{group} has 3 rows.", group=QUOTES))
    widest = Gap("tpr", HOSTILE, (HOSTILE,), "difference", (north, south), gap)
    return Audit(
        "a-0123456789ab", spec, 60, LABELS, (), (*figures, nothing), (widest,), (failed, open_), left_out=(left,), notes=(say("A note."),),
        who=QUOTES, when=AT,
    )  # fmt: skip


def swap_test() -> SwapTest:
    """Return a swap test of groups with hostile names: 10 of 40 answers flip, the score for the favourable answer falls by 0.6 there."""
    scores = {f"{side}_p_{label}": 0.1 for side in ("before", "after") for label in LABELS}
    rows = [
        {"item": f"row-{n}", "before": "an excerpt that stays at home", "after": "an excerpt that stays at home, turned",
         "category": HOSTILE, "from": QUOTES, "to": "south", **scores, f"before_p_{HOSTILE}": 0.8, f"before_p_{LABELS[0]}": 0.1,
         f"after_p_{HOSTILE}": 0.2 if n < 10 else 0.8, f"after_p_{LABELS[0]}": 0.7 if n < 10 else 0.1}
        for n in range(40)
    ]  # fmt: skip
    found = judge(pd.DataFrame(rows), LABELS, SwapSpec("r-0123456789ab", HOSTILE), notes=(say("{n} texts say {what}.", n=3, what=HOSTILE),))
    settings = {"of": "r-0123456789ab", "split": "test", "in_place": True, "templates": True, "categories": HOSTILE, "words": QUOTES}
    own = run()
    made = replace(own, id="r-ba9876543210", spec=replace(own.spec, stage="swaps", settings=settings), parents=(own.id,), who=QUOTES)
    return SwapTest(made, found)


def evidence(**changes: object) -> Evidence:
    """Return a whole piece of evidence with these fields instead."""
    progress = [Progress(step, step / 5, 1000.0 + step, {"train_loss": 1 / step, "validation_loss": 1.1 / step}) for step in range(1, 11)]
    counts = {split: {label: 7 for label in LABELS} for split in ("train", "validation", "test")}
    whole: dict = {
        "run": run(),
        "dataset": dataset(),
        "profile": {"labels": counts, "languages": {"sampled": 5, "counts": {"en": 4, "zh": 1}}},
        "evaluations": (evaluate(answers(30, seed=1), LABELS, "validation"), evaluate(answers(), LABELS, "test")),
        "headline": "macro-f1",
        "progress": progress,
        "audits": (audit(),),
        "swaps": (swap_test(),),
        "looks": (Look(QUOTES, AT, "report page"), Look("ann", AT, "command line")),
        "fingerprints": (
            Fingerprint("spec", "e" * 64, True),
            Fingerprint("predictions/test", "f" * 64, False),
            Fingerprint("swaps/r-ba9876543210", "9" * 64, True),
        ),
    }
    return Evidence(**whole | changes)
