"""Groups from terms and swaps on public data: AUC by identity on template sentences, Chinese comments as people write them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from fmcore.audit import terms
from fmcore.audit.audit import audit
from fmcore.audit.records import AuditSpec, GroupBy
from fmcore.audit.swaps import in_place
from fmcore.audit.table import from_table


def read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def test_a_score_that_is_blind_for_one_identity_has_a_low_auc_there_and_nowhere_else(public_data: Path) -> None:
    rows = read(public_data / "jigsaw_madlibs" / "test.csv").sample(20_000, random_state=0).reset_index(drop=True)
    draw = np.random.default_rng(0)
    score = np.clip((rows["label"] == "toxic") * 0.5 + draw.uniform(0, 0.6, len(rows)), 0, 1)
    gay = rows["text"].str.contains(r"\b(?:gay|homosexual)\b")
    score = np.where(gay, draw.uniform(0, 1, len(rows)), score)
    table = rows[["text", "label"]].assign(answer=np.where(score > 0.5, "toxic", "nontoxic"), p_toxic=score, p_nontoxic=1 - score)
    answers = terms.with_groups(from_table(table, target="label", answer="answer"), table["text"].tolist())
    column = terms.column_name("orientation")
    found = audit(
        answers, AuditSpec(groups=(GroupBy(column, kind="terms"),), favourable="nontoxic", measures=("auc", "auc-bpsn", "auc-bnsp"))
    )
    auc = {figure.group[column]: figure.estimate.value for figure in found.by_group if figure.measure == "auc"}
    assert 0.4 < auc["gay"] < 0.6 and auc["lesbian"] > 0.95 and auc["none mentioned"] > 0.95
    assert {"auc-bpsn", "auc-bnsp"} <= {figure.measure for figure in found.by_group}


def test_chinese_comments_are_sorted_by_whom_they_mention_and_swapped(public_data: Path) -> None:
    rows = read(public_data / "cold_zh_offensive" / "test.csv")
    seen = {category: (column != terms.NONE_MENTIONED) for category, column in terms.groups(rows["text"]).items()}
    of_topic = {topic: (rows["topic"] == topic).to_numpy() for topic in ("race", "gender", "region")}
    assert seen["region"][of_topic["region"]].mean() > 2 * seen["region"][of_topic["gender"]].mean()
    assert seen["gender"][of_topic["gender"]].mean() > 2 * seen["gender"][of_topic["region"]].mean()
    pairs = in_place(rows["text"].tolist()[:1500], rows=500)
    assert len(pairs.frame) == 500 and (pairs.frame["before"] != pairs.frame["after"]).all()
    json.dumps(pairs.frame.to_dict("list"))
