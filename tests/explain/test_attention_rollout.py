"""Attention rollout among the methods: shares of words, asked for by name, judged by the same trust as the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fmcore.explain import rollout
from fmcore.explain.explainers import EXPLAINERS, attribute
from fmcore.explain.subject import Subject
from fmcore.explain.trust import trust
from fmcore.report import explain_words
from fmcore.tasks import get_task

TEXTS = [("the film was not good",), ("a much longer text about a film that was so very lovely and quick",), ("no",)]


@pytest.fixture(scope="module")
def subject(tiny_model: Path) -> Subject:
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    return Subject(task, task.load_model(tiny_model, ("bad", "good"), tokenizer), tokenizer, ("bad", "good"), 128)


def test_words_and_the_rest_add_up_to_1_and_no_word_is_below_0(subject: Subject) -> None:
    for found in attribute(subject, TEXTS, method="attention-rollout"):
        assert found.is_look and "looked at" in explain_words.legend(looks=True)
        assert sum(found.scores) + found.elsewhere == pytest.approx(1, abs=1e-5) and min(found.scores) >= 0
        assert found.elsewhere > 0.2, "the marks of beginning and end are looked at too"


def test_padding_beside_a_longer_text_changes_nothing(subject: Subject) -> None:
    encoded, _ = subject.take_apart(TEXTS)
    together = rollout.shares(subject, encoded)
    for n, text in enumerate(TEXTS):
        [alone] = rollout.shares(subject, subject.take_apart([text])[0])
        assert np.allclose(alone, together[n], atol=1e-5)


def test_the_model_keeps_its_own_kind_of_attention(subject: Subject) -> None:
    before = subject.model.config._attn_implementation
    attribute(subject, TEXTS[:1], method="attention-rollout")
    assert subject.model.config._attn_implementation == before == "sdpa"


def test_trust_judges_it_like_the_others_and_others_are_not_held_against_it(subject: Subject) -> None:
    judged = trust(subject, TEXTS[:2], method="attention-rollout")
    assert judged.method == "attention-rollout" and judged.verdict in ("supported", "weak", "no-better-than-random", "unknown")
    assert ("occlusion", "attention-rollout") in judged.agreement
    assert all("attention-rollout" not in pair for pair in trust(subject, TEXTS[:1]).agreement) and "attention-rollout" not in EXPLAINERS
