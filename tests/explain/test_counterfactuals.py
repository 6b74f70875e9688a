"""The smallest edits that turn an answer: found where they are, as few as there can be, and answered by the model itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmcore.explain.counterfactuals import search
from fmcore.explain.explainers import attribute
from fmcore.explain.records import Edit
from fmcore.records import Sentence
from tests.explain import toy


def test_taking_out_the_word_that_decides_is_enough(tiny_model: Path) -> None:
    found = search(toy.subject(tiny_model), ("a lovely but awful film",))
    assert found.of.answer == "bad" and found.found[0].texts == ("a lovely but film",)
    assert found.found[0].edits == (Edit("deletion", "awful", ""),) and found.found[0].answer == "good"
    assert "One word is enough" in str(found.sentence)


def test_two_words_are_tried_only_where_one_is_not_enough(tiny_model: Path) -> None:
    found = search(toy.subject(tiny_model), ("lovely awful and awful",))
    assert [len(one.edits) for one in found.found] == [2] * len(found.found) and "takes 2 words" in str(found.sentence)
    assert found.found[0].texts == ("lovely and",)


def test_how_far_it_is_is_told_and_whoever_has_heard_enough_ends_it(tiny_model: Path) -> None:
    heard: list[tuple[float, str]] = []
    found = search(toy.subject(tiny_model), ("lovely awful and awful",), watch=lambda share, said: heard.append((share, str(said))))
    assert heard == [
        (1.0, "Texts with one word edited: 4 of 4 answered."),
        (
            1.0,
            f"Texts with 2 words edited: {found.tried - 9} of {found.tried - 9} answered.",
        ),  # 1 as it is, 4 to find what matters, 4 of one word
    ]

    def enough(share: float, said: Sentence) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(toy.subject(tiny_model), ("lovely awful and awful",), watch=enough)


def test_every_edited_text_shown_is_answered_so_by_the_model(tiny_model: Path) -> None:
    subject = toy.subject(tiny_model)
    found = search(subject, ("An awful, awful film",), vocabulary=("lovely", "film", "fine", "train"))
    assert found.found and any(edit.kind == "swap" for one in found.found for edit in one.edits)
    for one in found.found:
        [again] = attribute(subject, [one.texts], method="occlusion")
        assert again.answer == one.answer != found.of.answer


def test_a_swap_of_the_group_that_a_text_names_is_tried(tiny_model: Path) -> None:
    subject = toy.subject(tiny_model, values={"she": -1.0, "he": 1.0})
    found = search(subject, ("she paid on time",))
    assert found.found[0].edits[0].kind == "identity" and found.found[0].texts == ("he paid on time",)
    assert str(found.sentence).startswith("Another group of people in the same text is enough to turn the answer from bad to good: ")


def test_where_no_edit_turns_the_answer_it_says_how_many_were_tried(tiny_model: Path) -> None:
    found = search(toy.subject(tiny_model, values={"[SEP]": 9.0}), ("a plain film",))
    assert found.found == () and f"{found.tried} texts were tried" in str(found.sentence)
    assert "already" in str(search(toy.subject(tiny_model), ("lovely",), wanted="good").sentence)
