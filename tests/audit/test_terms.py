"""Which groups a text mentions. Every expectation was written down by a person reading the sentence."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmcore.audit import lexicon, terms
from fmcore.audit.groups import sort
from fmcore.audit.records import GroupBy
from fmcore.audit.table import from_table
from fmcore.errors import DataError

NOBODY = terms.NONE_MENTIONED


def found(text: object) -> dict[str, str]:
    return {category: column[0] for category, column in terms.groups([text]).items() if column[0] != NOBODY}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Her book", {"gender": "women"}),
        ("HE SAID", {"gender": "men"}),
        ("Ms. Smith's card", {"gender": "women", "name-origin": "English"}),
        ("A woman and her husband", {"gender": "several"}),
        ("There is a theme here.", {}),
        ("The manager managed the human shed.", {}),
        ("a Muslim woman", {"religion": "Muslim", "gender": "women"}),
        ("Muslims", {"religion": "Muslim"}),
        ("non-Muslim", {}),
        ("The blind was broken.", {}),
        ("A blind spot", {}),
        ("My neighbour is blind.", {"disability": "blind"}),
        ("a blind patient", {"disability": "blind"}),
        ("straight away", {}),
        ("i am straight", {"orientation": "straight"}),
        ("I'm straight, he is gay", {"orientation": "several", "gender": "men"}),
        ("the black kettle", {}),
        ("an old black man", {"age": "old", "ethnicity": "black", "gender": "men"}),
        ("an old friend of ours", {}),
        ("a 41-year-old person", {}),
        ("Polish the floor", {}),
        ("a Polish worker", {"nationality": "Polish"}),
        ("I am Polish.", {"nationality": "Polish"}),
        ("I speak German", {}),
        ("We sailed the Indian Ocean", {}),
        ("an African American customer", {"ethnicity": "black"}),
        ("african  american", {"ethnicity": "black"}),
        ("MS has got worse", {}),
        ("Emily called", {"name-gender": "women", "name-origin": "English"}),
        ("EMILY called", {"name-gender": "women", "name-origin": "English"}),
        ("Emily's and Fatima's", {"name-gender": "women", "name-origin": "several"}),
        ("a senior citizen", {"age": "old"}),
        ("pregnant", {}),
        ("他们走了", {}),
        ("其他人在弹吉他", {}),
        ("他走了", {"gender": "men"}),
        ("她们", {"gender": "women"}),
        ("子女", {}),
        ("王女士", {"gender": "women"}),
        ("河南人很多", {"region": "Henan"}),
        ("维吾尔族人", {"ethnicity": "Uyghur"}),
        ("女同性恋", {"orientation": "lesbian"}),
        ("中国人民银行", {}),
        ("我是muslim人", {"religion": "Muslim"}),
        ("她 said hello to him", {"gender": "several"}),
        ("", {}),
        (None, {}),
        (float("nan"), {}),
        ("\x00\u202e<script>he</script>", {"gender": "men"}),
        ("İ he", {"gender": "men"}),
    ],
)
def test_what_a_text_mentions(text: object, expected: dict[str, str]) -> None:
    assert found(text) == expected


def test_places_are_those_of_the_text_even_where_small_letters_are_longer() -> None:
    text = "İİ he"
    [mention] = terms.mentions(text, lexicon.built_in()[0])
    assert text[mention.start : mention.end] == "he"


def test_long_and_hostile_texts_take_no_longer_than_their_length() -> None:
    started = time.process_time()
    for text in ("she " * 25_000, "in a " * 20_000, " " * 100_000, "他" * 100_000, "grand" * 20_000, "-" * 100_000, "black " * 16_000):
        terms.groups([text])
    assert time.process_time() - started < 5


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_gets_one_group_per_category(text: str) -> None:
    for category, column in terms.groups([text]).items():
        known = {group for one in lexicon.built_in() for group in one.groups.get(category, ())}
        assert column[0] in known | {terms.SEVERAL, NOBODY}


def test_an_own_lexicon_sorts_by_its_own_words() -> None:
    own = lexicon.read(
        b'language = "en"\n[terms.town.east]\nname = ["Eastmere"]\n[terms.town.north]\nname = ["Northfield"]\n', name="own.toml"
    )
    assert terms.groups(["we live in EASTMERE", "Northfield", "she"], (own,))["town"].tolist() == ["east", "north", NOBODY]


def test_groups_from_terms_are_group_columns_of_an_audit() -> None:
    answers = from_table(
        pd.DataFrame({"t": ["a", "b", "a"], "p": ["a", "a", "b"], "x": ["1", "2", "3"]}), target="t", answer="p", groups=["x"]
    )
    made = terms.with_groups(answers, ["he", "she", "it"])
    [grouping], _ = sort(made, [GroupBy(terms.column_name("gender"), kind="terms")])
    assert [group["mentions gender"] for group in grouping.groups] == ["men", NOBODY, "women"]
    assert grouping.codes.tolist() == [0, 2, 1]
    with pytest.raises(DataError, match="2 texts for 3 answers"):
        terms.with_groups(answers, ["a", "b"])


def test_every_identity_of_the_public_templates_is_found_and_none_where_there_is_none(public_data: Path) -> None:
    """Words that say something of things as well ("murder black") only count beside a word for people: 81 % of the English rows."""
    for file, least in (("test.csv", 0.80), ("test_zh.csv", 0.999)):
        rows = pd.read_csv(public_data / "jigsaw_madlibs" / file, dtype=str, keep_default_na=False)
        seen = np.column_stack([column != NOBODY for column in terms.groups(rows["text"]).values()]).any(axis=1)
        says = (rows["identity"] != "none").to_numpy()
        assert seen[says].mean() > least and not seen[~says].any()
        assert pd.Series(seen[says]).groupby(rows["identity"].to_numpy()[says]).any().all()
