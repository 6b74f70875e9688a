"""Near duplicates are found by similarity of shingles: all of them on real texts, as a full comparison shows."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from fmcore.data.neighbours import ALIKE, neighbours
from fmcore.data.normal import normal

LONG = "the quick brown fox jumps over the lazy dog near the old stone bridge while the river runs quietly below the silent mill"


def by_hand(one: str, other: str, size: int) -> float:
    a, b = ({text[i : i + size] for i in range(len(text) - size + 1)} for text in (one, other))
    return len(a & b) / len(a | b)


def test_a_changed_word_is_near_and_another_sentence_is_not() -> None:
    near = LONG.replace("quietly", "softly")
    found = neighbours([LONG, near, "a sentence about something else entirely, with words of its own and nothing shared"]).pairs()
    assert [set(pair[:2]) for pair in found] == [{LONG, near}]
    assert found[0][2] == pytest.approx(by_hand(LONG, near, 5))


def test_the_same_text_twice_is_one_text() -> None:
    assert neighbours([LONG, LONG]).pairs() == []


def test_short_texts_are_not_compared() -> None:
    assert neighbours(["hug the cat", "hug the cats", "", "a"]).pairs() == []
    assert neighbours([]).pairs() == []


def test_chinese_texts_are_compared_by_two_characters() -> None:
    one, other = "我昨天在图书馆借了三本关于历史的书今天还没有看完", "我昨天在图书馆借了两本关于历史的书今天还没有看完"
    assert neighbours([one, other]).pairs() == [(*sorted((one, other)), pytest.approx(by_hand(one, other, 2)))]


def test_many_texts_from_one_template_find_their_neighbours() -> None:
    texts = [f"{LONG} and number {i} ends here" for i in range(5000)]
    found = neighbours(texts).pairs()
    assert len({text for pair in found for text in pair[:2]}) > 4900


def test_every_unmarked_look_alike_of_a_marked_text_is_found() -> None:
    chance = random.Random(0)
    words = [f"{chance.choice('bdfglmnprst')}{chance.choice('aeiou')}{i}" for i in range(3000)]
    bases = [" ".join(chance.sample(words, 30)) for _ in range(300)]
    near = [f"{base} {chance.choice(words)}" for base in bases]
    found = {frozenset(pair[:2]) for pair in neighbours(bases + near).pairs(marked=bases)}
    assert found == {frozenset(pair) for pair in zip(bases, near, strict=True)}


def test_the_order_of_the_texts_does_not_matter() -> None:
    texts = [f"{LONG} number {i * i}" for i in range(50)]
    assert neighbours(texts).pairs() == neighbours(texts[::-1]).pairs()


def test_real_questions_have_the_pairs_that_a_full_comparison_finds(public_data: Path) -> None:
    texts = sorted({normal(t) for t in pd.read_csv(public_data / "trec" / "test.csv", dtype=str, keep_default_na=False)["text"]})
    texts += sorted(
        {normal(t) for t in pd.read_csv(public_data / "trec" / "train.csv", dtype=str, keep_default_na=False)["text"]} - set(texts)
    )[:1200]
    sets = {t: {t[i : i + 5] for i in range(len(t) - 4)} for t in texts}
    sets = {t: s for t, s in sets.items() if len(s) >= 12}
    order = sorted(sets)
    want = {
        (a, b)
        for i, a in enumerate(order)
        for b in order[i + 1 :]
        if ALIKE * len(sets[a]) <= len(sets[b]) <= len(sets[a]) / ALIKE and len(sets[a] & sets[b]) >= ALIKE * len(sets[a] | sets[b])
    }
    assert {pair[:2] for pair in neighbours(texts).pairs()} == want
