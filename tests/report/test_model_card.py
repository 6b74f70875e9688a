"""The card is valid for the hub whatever names strangers chose, and says what the evidence says."""

from __future__ import annotations

import pytest
from huggingface_hub import ModelCard

from fmcore.records import BaseModel
from fmcore.report.model_card import card
from tests.report.examples import HOSTILE, evidence, run


@pytest.fixture(scope="module")
def text() -> str:
    return card(evidence())


def test_the_hub_reads_the_head(text: str) -> None:
    data = ModelCard(text).data
    assert (data.base_model, data.license, data.pipeline_tag, data.library_name) == (
        "sentence-transformers/all-MiniLM-L6-v2", "apache-2.0", "text-classification", "transformers"
    )  # fmt: skip
    assert data.language == ["en", "zh"] and data.tags == ["fm-commons", "good"] and data.model_name == HOSTILE
    accuracy = next(result for result in data.eval_results if result.metric_type == "accuracy")
    answer = next(m.estimate for m in evidence().judged.metrics if m.name == "accuracy")
    assert accuracy.metric_value == pytest.approx(answer.value) and accuracy.dataset_split == "test" and accuracy.dataset_name == HOSTILE
    assert f"{answer.low:.4f} – {answer.high:.4f}, n = 60" in accuracy.metric_name


@pytest.mark.parametrize(
    "name", ["---", "a: b", "- x", "\n---\n# y", "no", "!!python/object:os.system", "{a", "'\"", "\u202e\x00", "@ & * ` %", "x " * 99]
)
def test_any_name_gives_a_valid_head(name: str) -> None:
    read = ModelCard(card(evidence(run=run(name))))
    assert len(read.data.eval_results) > 5 and read.content.count("\n---\n") == 1


def test_what_is_not_known_is_left_out_and_not_guessed() -> None:
    from dataclasses import replace

    base = BaseModel("/home/ann/secret/my-bert", "bert", "c" * 64, 10, 128, "folder")
    own = run("own")
    text = card(evidence(run=replace(own, spec=replace(own.spec, base=base)), profile={}))
    data = ModelCard(text).data
    assert data.license is None and data.base_model is None and data.language is None
    assert "my\\-bert" in text and "secret" not in text


def test_the_body_tells_figures_verdicts_limits_looks_and_how_to_make_it_again(text: str) -> None:
    for part in (
        "| Accuracy | 0.",
        "**Fail**",
        "**Not enough evidence**",
        "Left out",
        "one seed",
        "opened 2 times, the last time on",
        "fmcore verify r-0123456789ab",
        "## Swaps: the same said of another person",
        "25\\.0 % of 40 sentences",
    ):
        assert part in text, part
    assert "an excerpt that stays at home" not in text


def test_no_markup_of_strangers_comes_out(text: str) -> None:
    body = ModelCard(text).text
    assert "<script" not in body and "<img" not in body and "\u202e" not in body


def test_a_run_without_audits_and_rows_has_a_card_that_says_so() -> None:
    text = card(evidence(audits=(), evaluations=(), looks=()))
    assert "Nobody has audited these answers yet" in text and "model-index" not in text
    ModelCard(text)
