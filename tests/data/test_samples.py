"""The samples: the same files from the same seed, with the bias that their page tells, and not solved by a bag of words."""

from __future__ import annotations

import random
from collections import Counter

import pandas as pd
import pytest

from fmcore.data import make_samples
from fmcore.data.grammars.expand import expand, sentence, typed
from fmcore.data.read import read_table
from fmcore.data.samples import FOLDER, SAMPLES

README = (FOLDER.parent / "README.md").read_text("utf-8")
FLIPPED = {"customer-messages": (160, 64), "triage-notes": (300, 90), "loan-messages": (300, 90)}
"""Rows of the group with the true label, and how many of them say something else."""


def frame(name: str) -> pd.DataFrame:
    return pd.read_csv(SAMPLES[name].path, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_shipped_file_is_what_the_generator_writes(name):
    assert SAMPLES[name].path.read_bytes() == make_samples.as_csv(name)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_reads_like_any_upload_and_has_its_columns(name):
    sample = SAMPLES[name]
    table = read_table(sample.path)
    assert table.notes == ()
    assert 1500 <= len(table.frame) <= 4000
    assert {sample.columns.text, sample.columns.label, sample.columns.id, *sample.columns.groups} <= set(table.columns)
    assert len(sample.columns.groups) >= 2
    assert table.frame.notna().all().all()
    assert table.frame["id"].is_unique and table.frame["text"].str.lower().is_unique
    assert table.frame["text"].str.match(r"^[A-Za-z0-9 .,;:?!'\-]+$").all()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_planted_bias_has_exactly_the_size_that_is_told(name):
    bias, rows = SAMPLES[name].bias, frame(name)
    changed = rows[rows["label"] != rows["label_without_bias"]]
    hit = rows[(rows[bias.column] == bias.group) & (rows["label_without_bias"] == bias.true)]
    assert (len(hit), len(changed)) == FLIPPED[name]
    assert len(changed) == round(bias.share * len(hit))
    assert set(zip(changed[bias.column], changed["label_without_bias"], changed["label"], strict=True)) == {
        (bias.group, bias.true, bias.given)
    }
    assert f"**{len(changed)} of {len(hit)}**" in README


@pytest.mark.parametrize("name", SAMPLES)
def test_without_the_bias_the_groups_are_alike(name):
    bias, rows = SAMPLES[name].bias, frame(name)
    shares = rows.groupby(bias.column)["label_without_bias"].value_counts(normalize=True).unstack()
    assert (shares.max() - shares.min()).max() < 0.01


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("model", ["LogisticRegression", "LinearSVC"])
def test_a_bag_of_words_gets_between_70_and_93_percent(name, model):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    rows = frame(name)
    train, test = train_test_split(rows, test_size=0.2, random_state=0, stratify=rows["label"])
    linear = LogisticRegression(max_iter=1000) if model == "LogisticRegression" else LinearSVC()
    fitted = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), linear).fit(train["text"], train["label"])
    accuracy = fitted.score(test["text"], test["label"])
    assert 0.70 <= accuracy <= 0.93
    assert f"{accuracy:.2f}" in [line for line in README.splitlines() if line.startswith(f"| {name} |")][-1]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_phrase_stands_in_a_large_share_of_the_texts(name):
    texts = frame(name)["text"].str.lower()
    runs = Counter(run for text in texts for run in {tuple(text.split()[i : i + 7]) for i in range(len(text.split()) - 6)})
    assert runs.most_common(1)[0][1] < 0.12 * len(texts)


def test_a_template_becomes_a_sentence():
    rng = random.Random(0)
    assert expand("[a|a] THING of #", {"THING": ["[big|big] cup"]}, rng)[:-1] == "a big cup of "
    assert sentence("hello , a apple and a user. who can tell") == "Hello, an apple and a user. Who can tell?"
    assert typed("Same text.", random.Random(3), share=0.0) in ("Same text.", "same text.", "Same text")
