"""How often an audit fails what has no bias: the sample sets written anew without the planted one, seed after seed.

Three ways to look at each file, all with the measures of somebody who chose none:

- its labels, at a tolerance of 0: by construction no group differs in anything;
- the answers of a bag of words that learned from half of the rows, at the usual tolerance, on the other half;
- the same answers at a tolerance of 0, after the groups were drawn anew among the rows: nothing but chance tells them apart.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from fmcore.audit.audit import audit
from fmcore.audit.records import Audit, AuditSpec, Finding, GroupBy, Verdict
from fmcore.audit.table import from_table
from fmcore.data import make_samples
from fmcore.data.samples import SAMPLES

WORDS = 2000


def wrong_fails(seed: int, *, name: str) -> dict[str, tuple[int, int]]:
    """Return title → (failed, did not): of a whole audit for each way to look, and of each measure for the last of them."""
    rows = pd.DataFrame(make_samples.rows(name, seed=seed, is_biased=False))
    groups = list(SAMPLES[name].columns.groups)
    half = len(rows) // 2
    judged = rows[half:].assign(answer=_answers(rows[:half], rows[half:]))
    shuffled = judged.copy()
    for column in groups:
        shuffled[column] = np.random.default_rng(seed).permutation(judged[column].to_numpy())
    ways = {
        "labels, tolerance 0": _audited(rows.assign(answer=rows["label"]), name, 0.0),
        "a model, tolerance 10": _audited(judged, name, 0.1),
        "a model, groups drawn anew, tolerance 0": _audited(shuffled, name, 0.0),
    }
    found = {f"fail: {name}, {way}": _wrong(any(one.verdict is Finding.FAIL for one in _told(made))) for way, made in ways.items()}
    way, made = list(ways.items())[-1]
    for measure in dict.fromkeys(one.measure for one in (*made.verdicts, *made.parts)):
        failed = any(one.verdict is Finding.FAIL and one.measure == measure for one in _told(made))
        found[f"  of these: {name}, {measure}"] = _wrong(failed)
    return found


@functools.cache
def _columns(name: str) -> tuple[GroupBy, ...]:
    return tuple(map(GroupBy, SAMPLES[name].columns.groups))


def _audited(rows: pd.DataFrame, name: str, tolerance: float) -> Audit:
    favourable = SAMPLES[name].bias.true
    spec = AuditSpec(_columns(name), favourable=favourable, tolerance=tolerance, intersections=True)
    return audit(from_table(rows, target="label", answer="answer", favourable=favourable), spec)


def _answers(learn: pd.DataFrame, answer: pd.DataFrame) -> np.ndarray:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    words = TfidfVectorizer(max_features=WORDS)
    model = LogisticRegression(C=10, max_iter=200).fit(words.fit_transform(learn["text"]), learn["label"])
    return model.predict(words.transform(answer["text"]))


def _told(found: Audit) -> tuple[Verdict, ...]:
    return (*found.verdicts, *found.parts, *found.four_fifths)


def _wrong(is_wrong: bool) -> tuple[int, int]:
    return (int(is_wrong), int(not is_wrong))
