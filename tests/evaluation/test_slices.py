"""Parts of the data: what they are cut by, their figures, and a search that finds the planted weakness and seldom anything else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fmcore.errors import DataError
from fmcore.evaluation.features import Feature, Properties, aligned, features, where
from fmcore.evaluation.slices import examples, slices
from fmcore.evaluation.weak import _fisher, sentence, weak_slices
from fmcore.records import Columns

COLUMNS = Columns(text="text", label="label")
LABELS = ("bad", "good")


def rows(texts: list[str], **columns: list[str | None]) -> pd.DataFrame:
    frame = pd.DataFrame({"fmc_id": [f"i{k}" for k in range(len(texts))], "text": texts, **columns})
    return frame.astype(object)


def answered(wrong: np.ndarray) -> pd.DataFrame:
    targets = np.where(np.arange(len(wrong)) % 2, "good", "bad")
    answers = np.where(wrong, np.where(targets == "good", "bad", "good"), targets)
    confidence = np.linspace(0.51, 0.99, len(wrong))
    good = np.where(answers == "good", confidence, 1 - confidence)
    frame = pd.DataFrame({"id": [f"i{k}" for k in range(len(wrong))], "target": targets, "answer": answers})
    return frame.assign(p_bad=1 - good, p_good=good, loss=0.5)


def held(of: Properties, kind: str, value: str) -> list[int]:
    place = next(k for k, f in enumerate(of.features) if (f.kind, f.value) == (kind, value))
    return np.flatnonzero(of.holds[place]).tolist()


def test_chinese_words_that_only_hold_a_mark_of_negation_are_none() -> None:
    texts = ["这个非常好", "特别喜欢别人的建议", "未来不仅有性别平等", "我不喜欢", "别说非常好", "这不是未来"]
    rows = pd.DataFrame({"fmc_id": [str(n) for n in range(6)], "text": texts})
    assert held(features(rows, COLUMNS, with_language=False), "negation", "yes") == [3, 4, 5]


def test_columns_negation_duplicates_and_words_by_hand() -> None:
    table = rows(["It is not good", "fine Food", "I don’t know", "这不好", "fine food"], city=["Ulm", None, "Ulm", "Bonn", "Bonn"])
    of = features(table, COLUMNS, by=["city"], training=rows(["FINE food "]), n_words=10, with_language=False)
    assert held(of, "column", "Ulm") == [0, 2] and held(of, "column", "(missing)") == [1]
    assert held(of, "negation", "yes") == [0, 2, 3]
    assert held(of, "duplicate", "yes") == [1, 4]
    assert held(of, "word", "fine") == [1, 4] and held(of, "word", "don't") == [2]
    with pytest.raises(DataError, match="no column town"):
        features(table, COLUMNS, by=["town"])


def test_lengths_cover_every_item_once() -> None:
    of = features(rows(["word " * k for k in range(1, 51)]), COLUMNS, with_language=False)
    lengths = of.holds[[f.kind == "length" for f in of.features]]
    assert (lengths.sum(0) == 1).all() and len(lengths) == 5
    same = features(rows(["one two"] * 3), COLUMNS, with_language=False)
    assert [f.value for f in same.features if f.kind == "length"] == ["2"]


def test_languages_are_told_where_the_text_is_long_enough() -> None:
    of = features(rows(["this is a plain English sentence about food", "das Essen war leider kalt und der Kellner langsam", "ok"]), COLUMNS)
    assert held(of, "language", "en") == [0] and held(of, "language", "de") == [1]


def test_figures_of_a_slice_have_intervals() -> None:
    table = rows(["a b"] * 20, city=["Ulm"] * 8 + ["Bonn"] * 12)
    wrong = np.arange(20) < 4
    found = {s.features[0].value: s for s in slices(answered(wrong), LABELS, features(table, COLUMNS, by=["city"], with_language=False))}
    assert (found["Ulm"].n, found["Ulm"].error_rate.value, found["Ulm"].accuracy.value) == (8, 0.5, 0.5)
    assert found["Bonn"].error_rate.value == 0 and found["Bonn"].error_rate.high > 0.2


def test_an_answer_without_a_row_is_named() -> None:
    with pytest.raises(DataError, match="Item i2 has an answer but no row"):
        aligned(answered(np.zeros(3, bool)), features(rows(["a", "b"]), COLUMNS, with_language=False))


def random_items(rng: np.random.Generator, n: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    words = np.array(["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath"])
    has = rng.random((n, len(words))) < 0.3
    texts = [" ".join(["x", *words[row]]) for row in has]
    city = rng.choice(["Ulm", "Bonn", "Kiel"], n)
    return rows(texts, city=city.tolist()), has, city


def test_a_planted_weakness_is_found_confirmed_and_said() -> None:
    rng = np.random.default_rng(0)
    table, has, city = random_items(rng, 2000)
    wrong = rng.random(2000) < np.where(has[:, 2] & (city == "Ulm"), 0.6, 0.1)
    found = weak_slices(answered(wrong), features(table, COLUMNS, by=["city"], n_words=50, with_language=False, smallest=20))
    first = found.weak[0]
    assert first.is_confirmed and first.holm < 0.001
    assert {f.value for f in first.features} == {"Ulm", "cedar"}
    assert first.error_rate.low < 0.6 < first.error_rate.high and first.elsewhere.high < 0.16
    assert found.tried > 50 >= found.measured
    assert "Errs more often where" in str(sentence(first)) and "city is Ulm" in str(sentence(first))


def test_without_a_weakness_one_is_confirmed_no_more_often_than_stated() -> None:
    confirmed = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        table, _, _ = random_items(rng, 600)
        found = weak_slices(
            answered(rng.random(600) < 0.2), features(table, COLUMNS, by=["city"], n_words=50, with_language=False), seed=seed
        )
        confirmed += any(weak.is_confirmed for weak in found.weak)
    assert confirmed <= 7  # 5 % of 60 is 3; more than 7 would come about in 2 of 100 such tests


def test_nothing_to_find_is_nothing_found() -> None:
    table, _, _ = random_items(np.random.default_rng(1), 50)
    of = features(table, COLUMNS, by=["city"], with_language=False)
    assert weak_slices(answered(np.zeros(50, bool)), of).weak == ()
    assert weak_slices(answered(np.ones(50, bool)), of).tried == 0


def test_fisher_agrees_with_the_tea() -> None:
    assert _fisher(3, 4, 4, 8) == pytest.approx(17 / 70)  # R. A. Fisher's lady, one-sided
    assert _fisher(0, 4, 4, 8) == pytest.approx(1)


def test_examples_are_the_surest_mistakes_and_the_least_sure_hits() -> None:
    found = examples(answered(np.arange(10) % 5 == 0), LABELS, count=2)
    assert found["sure-and-wrong"] == ("i5", "i0")
    assert found["unsure-and-right"] == ("i1", "i2")
    assert len(found["random"]) == 2


def test_properties_in_words() -> None:
    assert where([Feature("negation", "negation", "yes")]) == "the text has a negation"


def test_a_part_without_an_error_has_an_interval_all_the_same() -> None:
    of = features(rows(["good food"] * 40), COLUMNS, with_language=False)
    [part] = [one for one in slices(answered(np.zeros(40, bool)), LABELS, of) if one.n == 40]
    assert part.macro_f1.value == 1.0 and part.macro_f1.low is not None and part.macro_f1.low < 1.0
