"""Attributions of a model whose reasons are known come out exactly, and those of a transformer add up."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from fmcore.errors import DataError
from fmcore.explain import gradients
from fmcore.explain.explainers import EXPLAINERS, attribute
from fmcore.explain.records import Attribution
from fmcore.explain.subject import Subject
from fmcore.records import from_json, to_json
from fmcore.tasks import get_task
from tests.explain import toy


@pytest.mark.parametrize("method", sorted(EXPLAINERS))
def test_every_method_gives_the_words_of_a_linear_model_their_values(tiny_model: Path, method: str) -> None:
    [found] = attribute(toy.subject(tiny_model), [("A lovely film, awful sound.",)], method=method)
    assert found.words == ("A", "lovely", "film", ",", "awful", "sound", ".")
    assert found.scores == pytest.approx((0, -2, 0, 0, 3, 0, 0), abs=1e-5)  # for its answer, bad
    assert (found.answer, found.label) == ("bad", "bad")
    assert found.probability == pytest.approx(1 / (1 + math.exp(-1)))
    assert found.elsewhere == pytest.approx(0) and found.hidden_by == "[MASK]"


@pytest.mark.parametrize("method", sorted(EXPLAINERS))
def test_another_class_can_be_asked_about(tiny_model: Path, method: str) -> None:
    [found] = attribute(toy.subject(tiny_model), [("lovely",)], method=method, labels=["bad"])
    assert (found.answer, found.label, found.scores) == ("good", "bad", (pytest.approx(-2),))


def test_what_words_get_adds_up_to_the_change_of_the_answer(tiny_model: Path) -> None:
    [found] = attribute(toy.subject(tiny_model), [("lovely lovely fine",)])
    assert found.total == pytest.approx(4.5) and sum(found.scores) == pytest.approx(4.5)
    assert found.error == pytest.approx(0, abs=1e-5) and found.steps == gradients.FIRST_STEPS + 1
    assert found.rule == "Clenshaw–Curtis"


def test_steps_are_doubled_until_the_sum_is_right(tiny_model: Path) -> None:
    subject = toy.subject(tiny_model, bend=1.0)
    encoded, parts = subject.take_apart([("lovely fine",)])
    [coarse] = gradients.integrated(subject, encoded, parts, [1], first=2, most=2)
    [fine] = gradients.integrated(subject, encoded, parts, [1], first=2)
    assert coarse.total == fine.total == pytest.approx(2.5 + 2.5**3)
    assert coarse.steps == 3 and coarse.error > gradients.TOLERANCE
    assert fine.steps == 5 and fine.error <= gradients.TOLERANCE and fine.positions.sum() == pytest.approx(18.125)
    # lovely 2.0, fine 0.5 of the slope everywhere: with the sum made good even three points give both words what is theirs
    assert coarse.positions[coarse.positions > 0] == pytest.approx([18.125 * 0.8, 18.125 * 0.2], rel=1e-5)


def test_what_the_points_missed_is_made_good_where_it_changes_their_weights_least() -> None:
    weights, whole = np.array([0.25, 0.5, 0.25]), np.array([4.0, 0.0, 2.0])
    made = gradients.made_good(weights, whole, 0.5)  # shares of growth 0.4 and 0.2: as 1.0 to 0.5, which they add to the sum
    assert made == pytest.approx([0.35, 0.5, 0.3]) and made @ whole - weights @ whole == pytest.approx(0.5)
    assert gradients.made_good(weights, np.zeros(3), 0.5).tolist() == weights.tolist()  # nothing to share it out by


def test_the_miss_that_is_told_is_that_of_the_points_alone(tiny_model: Path) -> None:
    subject = toy.subject(tiny_model, bend=1.0)
    encoded, parts = subject.take_apart([("lovely fine",)])
    [found] = gradients.integrated(subject, encoded, parts, [1], first=2, most=2)
    places, weights = gradients.rule(2)
    alone = sum(w * (2.5 + 3 * 2.5**3 * place**2) for place, w in zip(places, weights, strict=True))  # slope of 2.5 x + (2.5 x)³
    assert found.error == pytest.approx(abs(alone / 18.125 - 1), rel=1e-4) and found.error > 0.05


@pytest.mark.parametrize("steps", [2, 10, 20, 40])
def test_the_rule_is_exact_where_slopes_stay_the_same_and_where_they_are_polynomials_of_its_own_place(steps: int) -> None:
    places, weights = gradients.rule(steps)
    assert weights.sum() == pytest.approx(1, abs=1e-12) and weights.min() > 0
    own = np.arcsinh((np.array(places) - gradients.BEND) / gradients.REACH)  # of which place is a hyperbolic sine
    low, high = own[0], own[-1]
    # by parts: the integral of own over places from 0 to 1 is own · place - the integral of place over own
    area = gradients.BEND * (high - low) + gradients.REACH * (math.cosh(high) - math.cosh(low))
    assert weights @ own == pytest.approx(high - area, abs=1e-9)


def test_the_rule_converges_and_keeps_its_places() -> None:
    for power in (1, 3, 7):
        places, weights = gradients.rule(40)
        assert weights @ np.array(places) ** power == pytest.approx(1 / (power + 1), abs=1e-10)
    for steps in (10, 20, 160):
        places = gradients.rule(2 * steps)[0]
        assert set(gradients.rule(steps)[0]) < set(places) and list(places) == sorted(places)
        assert (places[0], places[-1]) == (0, 1)


def test_texts_that_look_alike_with_their_words_hidden_share_their_first_gradient(tiny_model: Path) -> None:
    subject = toy.subject(tiny_model)
    encoded, parts = subject.take_apart([("lovely film",), ("awful film",), ("lovely",), ("lovely film",)])
    for targets, asked in (([1, 1, 1, 1], 2), ([1, 0, 1, 1], 3)):
        paths = gradients._paths(subject, encoded, parts, targets)
        lengths = np.array([len(one.owner) for one in parts])
        with_company = [path.slopes for path in paths]
        rows: list[int] = []
        handle = subject.model.register_forward_hook(lambda model, given, made, rows=rows: rows.append(len(made.logits)))
        gradients._starts(subject, paths, lengths)
        handle.remove()
        assert sum(rows) == asked
        for n, slopes in enumerate(with_company):
            [alone] = gradients._paths(subject, encoded, parts, targets)[n : n + 1]
            gradients._slopes(subject, [(alone, 0.0, int(lengths[n]))])
            np.testing.assert_allclose(slopes[0.0], alone.slopes[0.0], atol=1e-6)


def test_a_word_of_several_pieces_gets_their_sum(tiny_model: Path) -> None:
    tokenizer = get_task("text-classification").load_tokenizer(tiny_model)
    pieces = tokenizer.tokenize("unfathomablest")
    assert len(pieces) > 2
    subject = toy.subject(tiny_model, values=dict.fromkeys(pieces, 1.0))
    for method in EXPLAINERS:
        [found] = attribute(subject, [("an unfathomablest film",)], method=method)
        assert found.words == ("an", "unfathomablest", "film") and found.scores == pytest.approx((0, len(pieces), 0), abs=1e-4)


def transformer(folder: Path) -> Subject:
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(folder)
    torch.manual_seed(1)
    model = task.load_model(folder, toy.LABELS, tokenizer)
    model.classifier.weight.data.normal_(std=2.0)  # so that its answers differ
    return Subject(task, model, tokenizer, toy.LABELS, 64)


def test_attributions_of_a_transformer_add_up_and_do_not_depend_on_company(tiny_model: Path) -> None:
    subject, texts = transformer(tiny_model), [("a long and winding road to nowhere at all",), ("short",), ("好吧, l'été 👍🏽 \u200d",)]
    together = attribute(subject, texts)
    for text, found in zip(texts, together, strict=True):
        [alone] = attribute(subject, [text])
        assert found.error is not None and found.error <= gradients.TOLERANCE
        assert sum(found.scores) + found.elsewhere == pytest.approx(found.total, abs=0.01 * abs(found.total) + 1e-6)
        assert alone.scores == pytest.approx(found.scores, rel=1e-3, abs=1e-4)
    assert all(parameter.requires_grad for parameter in subject.model.parameters())  # left as it was found


def test_the_answer_explained_is_at_the_temperature_that_people_are_shown(tiny_model: Path) -> None:
    from dataclasses import replace

    cool = replace(toy.subject(tiny_model), temperature=2.0)
    [found] = attribute(cool, [("lovely",)])
    assert found.scores == pytest.approx((1.0,)) and found.probability == pytest.approx(1 / (1 + math.exp(-1)))


def test_pairs_of_texts_keep_their_words_apart(tiny_model: Path) -> None:
    [found] = attribute(transformer(tiny_model), [("good morning", "good night")])
    assert found.words == ("good", "morning", "good", "night") and [place[0] for place in found.places] == [0, 0, 1, 1]


def test_words_beyond_the_longest_input_are_marked_as_not_seen(tiny_model: Path) -> None:
    from dataclasses import replace

    [found] = attribute(replace(toy.subject(tiny_model), max_length=4), [("lovely fine awful",)])
    assert found.seen == (True, True, False) and found.scores[2] == 0 and found.answer == "good"


@pytest.mark.parametrize("text", ["", " \u200d ", "</script><b>", "\x00\x01", "🏳️‍🌈" * 5, "שלום עולם", "好" * 80])
def test_strange_texts_get_an_attribution_without_complaint(tiny_model: Path, text: str) -> None:
    for method in EXPLAINERS:
        [found] = attribute(transformer(tiny_model), [(text,)], method=method)
        assert len(found.words) == len(found.scores) == len(found.seen) and all(math.isfinite(score) for score in found.scores)


def test_an_attribution_survives_being_written_down(tiny_model: Path) -> None:
    [found] = attribute(toy.subject(tiny_model), [("lovely film",)])
    assert from_json(Attribution, to_json(found)) == found


def test_unknown_methods_and_labels_are_answered_with_the_known_ones(tiny_model: Path) -> None:
    with pytest.raises(DataError, match="gradient-input, integrated-gradients, occlusion"):
        attribute(toy.subject(tiny_model), [("x",)], method="tea-leaves")
    with pytest.raises(DataError, match="bad, good"):
        attribute(toy.subject(tiny_model), [("x",)], labels=["ugly"])
