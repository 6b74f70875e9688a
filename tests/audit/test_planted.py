"""The samples' planted bias, audited in the labels as they ship and in a quick model that learned from them.

Found, named, its size inside.
"""

from __future__ import annotations

import functools

import pandas as pd
import pytest

from fmcore.audit.audit import audit
from fmcore.audit.records import Audit, AuditSpec, Finding, GroupBy
from fmcore.audit.table import from_table
from fmcore.data.samples import SAMPLES

TRUE = "label_without_bias"


@functools.cache
def frame(name: str) -> pd.DataFrame:
    return pd.read_csv(SAMPLES[name].path, dtype=str, keep_default_na=False)


@functools.cache
def answered(name: str, learned_from: str) -> pd.DataFrame:
    """Return the rows with the answers of a bag of words that learned from the other two thirds of the file."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline

    rows = frame(name)
    words = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), max_features=5000), LogisticRegression(C=10))
    return rows.assign(answer=cross_val_predict(words, rows["text"], rows[learned_from], cv=3))


def audited(rows: pd.DataFrame, name: str, answer: str, *measures: str, groups: tuple[str, ...] = (), **options: object) -> Audit:
    bias = SAMPLES[name].bias
    spec = AuditSpec(tuple(map(GroupBy, groups or (bias.column,))), favourable=bias.true, measures=measures, **options)  # type: ignore[arg-type]
    return audit(from_table(rows, target=TRUE, answer=answer, favourable=bias.true), spec)


def planted_share(name: str) -> float:
    """Return how many of all the group's answers the bias changed: its share among the rows that it could hit."""
    bias, rows = SAMPLES[name].bias, frame(name)
    mine = rows[rows[bias.column] == bias.group]
    return bias.share * float((mine[TRUE] == bias.true).mean())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_bias_in_the_labels_fails_names_its_group_and_lies_in_the_interval(name: str):
    bias = SAMPLES[name].bias
    half = frame(name).sample(frac=0.5, random_state=0)  # on the whole file the gap is exact
    (verdict,) = audited(half, name, "label", "tpr").verdicts
    assert verdict.verdict is Finding.FAIL
    assert verdict.groups[0] == {bias.column: bias.group}
    assert verdict.gap.low <= bias.share <= verdict.gap.high


# A bag of words learns too little of the bias in customer-messages (2 of 6 points) to be told from chance
@pytest.mark.parametrize("name", ["triage-notes", "loan-messages"])
def test_the_bias_that_a_model_learned_is_found_and_named_and_its_size_lies_in_the_interval(name: str):
    bias = SAMPLES[name].bias
    (verdict,) = audited(answered(name, "label"), name, "answer", "selection-rate", tolerance=0.0).verdicts
    assert verdict.verdict is Finding.FAIL and verdict.gap.low > 0
    assert verdict.groups[0] == {bias.column: bias.group}
    assert verdict.gap.low <= planted_share(name) <= verdict.gap.high


@pytest.mark.parametrize("name", SAMPLES)
def test_a_copy_without_the_bias_does_not_fail(name: str):
    groups = SAMPLES[name].columns.groups
    found = audited(answered(name, TRUE), name, "answer", groups=groups)
    assert {verdict.verdict for verdict in (*found.verdicts, *found.four_fifths)} <= {Finding.PASS, Finding.UNCERTAIN}
    of_labels = audited(frame(name), name, TRUE, groups=groups)
    assert not any(verdict.verdict is Finding.FAIL for verdict in of_labels.verdicts)
