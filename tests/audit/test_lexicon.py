"""A lexicon is checked before it is used; every mistake is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmcore.audit import lexicon
from fmcore.errors import DataError

GOOD = 'language = "en"\n[terms.town.east]\nname = ["Eastmere"]\n[terms.town.north]\nname = ["Northfield"]\n'


def own(text: str) -> lexicon.Lexicon:
    return lexicon.read(text.encode(), name="own.toml")


def test_the_lexicons_that_ship_are_in_english_and_chinese_with_at_least_two_groups_per_category() -> None:
    english, chinese = lexicon.built_in()
    assert (english.language, chinese.language) == ("en", "zh")
    for shipped in (english, chinese):
        assert {"gender", "name-gender", "name-origin", "ethnicity", "nationality", "religion", "age", "disability", "orientation"} <= set(
            shipped.groups
        )
        assert all(len(groups) > 1 for groups in shipped.groups.values())


def test_names_that_stand_for_each_other_come_in_lists_of_one_length() -> None:
    for shipped in lexicon.built_in():
        lengths: dict[str, set[int]] = {}
        for group in shipped.groups["name-origin"]:
            for role in {t.role for t in shipped.terms if t.category == "name-origin"}:
                count = sum(t.category == "name-origin" and t.group == group and t.role == role for t in shipped.terms)
                lengths.setdefault(role, set()).add(count)
        assert all(len(found) == 1 for found in lengths.values()), lengths


def test_roles_of_names_are_the_groups_of_their_likely_gender() -> None:
    english = lexicon.built_in()[0]
    [emily] = [t for t in english.terms if t.surface == "Emily" and t.category == "name-gender"]
    assert (emily.group, emily.role, emily.place) == ("women", "English", 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("language =", "is not TOML"),
        ('language = "fr"\n[terms.a.b]\nc = ["d"]', "must say its language: en or zh. Found fr"),
        ("[terms.a.b]\nc = ['d']", 'does not say its language. Begin it with language = "en" or language = "zh"'),
        ('language = "en"', "holds no words"),
        ('language = "en"\nterms = 3', "holds no words"),
        ('language = "en"\nwords = []\n[terms.a.b]\nc = ["d"]', "unknown key, words"),
        ('language = "en"\nadds = "yes"\n[terms.a.b]\nc = ["d"]', "adds must be true or false"),
        ('language = "en"\n[terms]\na = ["d"]', "terms.a must be a table"),
        ('language = "en"\n[terms.a]\nb = ["d"]', "terms.a.b must be a table"),
        ('language = "en"\n[terms.a.b]\nc = "d"', "must be a list of words"),
        ('language = "en"\n[terms.a.b]\nc = [1]', "must be a list of words"),
        ('language = "en"\nignored = [" "]\n[terms.a.b]\nc = ["d"]', "ignored holds an empty word"),
        ('language = "en"\n[terms.a.b]\nbound = [""]', "holds an empty word"),
        ('language = "en"\n[terms.a.b]\nc = ["d/"]', "has an empty form"),
        ('language = "en"\n[terms.a.b]\npronoun = ["xe/xem"]', "needs five forms"),
        ('language = "en"\n[terms.a.b]\nc = ["!!"]', "has no letter"),
        ('language = "en"\n[terms.a.b]\nc = ["a\\u0007b"]', "can't be shown"),
        ('language = "en"\n[terms.a."b\\u0007"]\nc = ["a"]', "can't be shown"),
        (f'language = "en"\n[terms.a.b]\nc = ["{"x" * 61}"]', "more than 60 letters"),
        ('language = "en"\n[terms.a.b]\nc = ["same"]\n[terms.a.d]\nc = ["Same"]', "is in two groups of a, b and d"),
        ('language = "en"\n[together]\na = "z"\n[terms.a.b]\nc = ["d"]', "together names z"),
        ('language = "en"\n[crosswise.z]\ncategory = "q"\ngroups = []\n[terms.a.b]\nc = ["d"]', "crosswise.z needs a category"),
        ('language = "en"\n[terms.a.b]\nc = [' + ",".join(f'"w{i}"' for i in range(10_000)) + "]", "holds 10000 words; 5000 are the most"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "is not TOML"),
        ("#" * 1_000_001, "larger than"),
    ],
)
def test_each_mistake_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        own(text)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("own.toml")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be read"):
        lexicon.load(tmp_path / "none.toml")


def test_an_own_lexicon_takes_the_place_of_what_ships_or_adds_to_it() -> None:
    alone = own(GOOD)
    assert lexicon.in_force(alone) == (alone,)
    english, chinese = lexicon.in_force(own("adds = true\n" + GOOD))
    assert english.groups["town"] == ("east", "north") and "gender" in english.groups
    assert chinese is lexicon.built_in()[1]


def test_what_an_own_lexicon_adds_may_not_contradict_what_ships() -> None:
    with pytest.raises(DataError, match="is in two groups of gender, women and men"):
        lexicon.in_force(own('language = "en"\nadds = true\n[terms.gender.men]\nkin = ["sister"]'))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_in_the_file_the_answer_is_a_lexicon_or_a_sentence(text: str) -> None:
    try:
        own(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    except DataError as error:
        assert str(error)
