"""A ranking that knows the model's reasons is supported; a random one is told from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fmcore.explain.erasure import erased
from fmcore.explain.trust import conclude, trust
from fmcore.stats.ranks import spearman
from tests.explain import toy

WORDS = "the film that we saw last week in the old town with all our friends was lovely"
TEXT = (WORDS,)


def many(n: int) -> list[tuple[str]]:
    nouns = ["film", "train", "meal", "room", "phone", "song"]
    return [(f"the {nouns[i % 6]} number {i} in the town was {'lovely' if i % 2 else 'awful'} that day",) for i in range(n)]


def judged(folder: Path, texts: list[tuple[str]], scores: list[np.ndarray]):
    subject = toy.subject(folder)
    encoded, parts = subject.take_apart(texts)
    return erased(subject, encoded, parts, [int("lovely" in text) for [text] in texts], scores)


def test_hiding_the_one_word_that_counts_takes_the_answer_along(tiny_model: Path) -> None:
    scores = np.array([float(word == "lovely") for word in WORDS.split()])
    comprehensiveness, sufficiency = judged(tiny_model, [TEXT], [scores])
    fall = 1 / (1 + np.exp(-2)) - 0.5  # from log-odds 2 to 0
    assert comprehensiveness.dropped == pytest.approx((fall, fall, fall)) and sufficiency.dropped == pytest.approx((0, 0, 0), abs=1e-6)
    assert comprehensiveness.at_random[0] < comprehensiveness.at_random[2] < fall  # two random words in sixteen, eight in sixteen
    assert comprehensiveness.gain.value > 0.2 and sufficiency.gain.value > 0.2
    assert conclude((comprehensiveness, sufficiency))[0] == "supported"


def test_a_random_ranking_is_no_better_than_random(tiny_model: Path) -> None:
    texts, generator = many(40), np.random.default_rng(7)
    scores = [generator.normal(size=len(text.split())) for [text] in texts]
    verdict, sentence = conclude(judged(tiny_model, texts, scores))
    assert verdict == "no-better-than-random" and str(sentence).startswith("No better than random")


def test_the_reverse_of_the_right_ranking_is_no_better_than_random(tiny_model: Path) -> None:
    texts = many(12)
    scores = [np.array([-float(word in toy.VALUES) for word in text.split()]) for [text] in texts]
    comprehensiveness, sufficiency = judged(tiny_model, texts, scores)
    assert comprehensiveness.gain.high < 0 and sufficiency.gain.high < 0
    assert conclude((comprehensiveness, sufficiency))[0] == "no-better-than-random"


def test_one_of_two_ways_is_weak_and_few_words_say_nothing(tiny_model: Path) -> None:
    from dataclasses import replace

    good = judged(tiny_model, [TEXT], [np.array([float(word == "lovely") for word in WORDS.split()])])
    assert conclude((replace(good[0], p_value=0.03), replace(good[1], p_value=0.6)))[0] == "weak"
    verdict, sentence = conclude(judged(tiny_model, [("lovely film",)], [np.array([1.0, 0.0])]))
    assert verdict == "unknown" and "Fewer than 4 words" in str(sentence)


def test_sure_but_too_little_is_no_better_than_random_to_speak_of(tiny_model: Path) -> None:
    """As of a model with random weights: its answer hardly moves, whatever is hidden, and every method can name what moves it."""
    from dataclasses import replace

    found = judged(tiny_model, many(12), [np.array([float(word in toy.VALUES) for word in text.split()]) for [text] in many(12)])
    small = [replace(one, gain=replace(one.gain, value=0.013), p_value=0.0) for one in found]
    verdict, sentence = conclude(small)
    assert verdict == "no-better-than-random" and "to speak of" in str(sentence) and "(+0.013)" in str(sentence)
    assert conclude([replace(one, gain=replace(one.gain, value=0.02)) for one in small])[0] == "supported"


def test_methods_that_are_right_are_supported_stable_and_agree(tiny_model: Path) -> None:
    found = trust(toy.subject(tiny_model), many(12))
    assert found.verdict == "supported" and found.n_texts == 12
    assert found.stability.value == pytest.approx(1, abs=1e-6)
    assert len(found.agreement) == 3 and all(one.value == pytest.approx(1, abs=1e-6) for one in found.agreements)
    alone = trust(toy.subject(tiny_model), [TEXT])
    assert (alone.verdict, alone.label) == ("supported", "good")


def test_the_same_question_gets_the_same_answer(tiny_model: Path) -> None:
    assert trust(toy.subject(tiny_model), [TEXT]) == trust(toy.subject(tiny_model), [TEXT])


def test_rank_correlation_with_ties_is_that_of_mean_ranks() -> None:
    assert spearman(np.array([1, 1, 2]), np.array([1, 2, 3])) == pytest.approx(0.8660254)
    assert spearman(np.array([1, 1, 1]), np.array([1, 2, 3])) is None and spearman(np.array([1, 2]), np.array([1, 2])) is None
