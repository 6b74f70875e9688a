"""Same sentence, another person. Every sentence below was turned by a person first; None: it can be read in two ways, so it stays."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmcore.audit import lexicon
from fmcore.audit.swaps import in_place, templates, uploaded
from fmcore.errors import DataError

GENDER = [
    ("Her book is here.", "His book is here."),
    ("I saw her.", "I saw him."),
    ("I saw her yesterday.", "I saw him yesterday."),
    ("I saw her book yesterday.", "I saw his book yesterday."),
    ("We called her back.", "We called him back."),
    ("Her back hurts.", "His back hurts."),
    ("She hurt her back.", "He hurt his back."),
    ("Drive her home.", "Drive him home."),
    ("Her home is cold.", "His home is cold."),
    ("She left her home.", None),
    ("The card is hers.", "The card is his."),
    ("She blames herself.", "He blames himself."),
    ("He blames himself.", "She blames herself."),
    ("A friend of his called.", "A friend of hers called."),
    ("A friend of hers called.", "A friend of his called."),
    ("His is better.", "Hers is better."),
    ("His card is better.", "Her card is better."),
    ("He did it on his own.", "She did it on her own."),
    ("Is it his?", "Is it hers?"),
    ("We told him.", "We told her."),
    ("HE IS LATE", "SHE IS LATE"),
    ("Let HIM in", "Let HER in"),
    ("he's late", "she's late"),
    ("She’s late", "He’s late"),
    ("she'd lost her card", "he'd lost his card"),
    ("I gave her books.", None),
    ("I gave her two books.", "I gave him two books."),
    ("I gave her a book.", "I gave him a book."),
    ("I gave it to her.", "I gave it to him."),
    ("They refused her loan.", None),
    ("I saw her walk.", None),
    ("I saw her go.", "I saw him go."),
    ("We helped her understand it.", "We helped him understand it."),
    ("We helped her mother.", "We helped his father."),
    ("I met her last week.", "I met him last week."),
    ("Her last week was hard.", "His last week was hard."),
    ("Thank her very much.", "Thank him very much."),
    ("Her very old car broke.", "His very old car broke."),
    ("They treated her badly.", "They treated him badly."),
    ("Her badly broken arm", "His badly broken arm"),
    ("Her own car", "His own car"),
    ("I asked her about it.", "I asked him about it."),
    ("I asked her whether it works.", "I asked him whether it works."),
    ("Tell her that I called.", "Tell him that I called."),
    ("Pick her up at six.", "Pick him up at six."),
    ("Her whole arm is red.", "His whole arm is red."),
    ("Ms. Smith's card is lost.", "Mr. Smith's card is lost."),
    ("My mother's car", "My father's car"),
    ("MY MOTHER'S CAR", "MY FATHER'S CAR"),
    ("women's rights", "men's rights"),
    ("the ladies' room", "the gentlemen's room"),
    ("the policewomen's car", "the policemen's car"),
    ("the girls' school", "the boys' school"),
    ("'the girls' she said", "'the boys' he said"),
    ("the widows' pension", "the widowers' pension"),
    ("Sisters and daughters came.", "Brothers and sons came."),
    ("My sister-in-law called.", "My brother-in-law called."),
    ("An aunt of mine", "An uncle of mine"),
    ("A waitress came.", "A waiter came."),
    ("37-year-old woman, smokes", "37-year-old man, smokes"),
    ("Female caller, 41.", "Male caller, 41."),
    ("Emily lost her card.", "Matthew lost his card."),
    ("Emily Smith says she is ill.", "Matthew Smith says he is ill."),
    ("my wife is ill", "my husband is ill"),
    ("Wives and mothers", "Husbands and fathers"),
    ("She is pregnant.", None),
    ("He has pain in the prostate.", None),
    ("She and her husband", None),
    ("he or she", None),
    ("Other theses there", None),
    ("The shepherd hid his heirloom, his and only his.", "The shepherd hid her heirloom, hers and only hers."),
    ("她说她病了。", "他说他病了。"),
    ("他们说好了。", None),
    ("其他的吉他", None),
    ("她们来了", "他们来了"),
    ("王女士来电", "王先生来电"),
    ("张先生和他的儿子", "张女士和她的女儿"),
    ("女，41岁", "男，41岁"),
    ("女医生", "男医生"),
    ("我的妻子怀孕了", None),
    ("子女很多", None),
    ("王秀英说她病了", "王志强说他病了"),
    ("女董事Charlotte来了", None),
    ("未未 lost her card.", "未未 lost his card."),
    ("A young girl sat.", "A young boy sat."),
    ("中国强大了", None),
    ("李国强说他病了", "李桂芳说她病了"),
    ("她的意志强大", "他的意志强大"),
]


def gender(text: str) -> str | None:
    frame = in_place([text], categories=["gender"]).frame
    found = frame[frame["to"].isin(["men", "women"])]["after"].tolist()
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(("text", "expected"), GENDER)
def test_a_sentence_of_a_woman_becomes_one_of_a_man_and_the_other_way_round(text: str, expected: str | None) -> None:
    assert gender(text) == expected


@pytest.mark.parametrize(
    ("text", "category", "to", "expected"),
    [
        ("A Muslim woman came.", "religion", "atheist", "An atheist woman came."),
        ("An atheist came.", "religion", "Jewish", "A Jew came."),
        ("She is a Muslim.", "religion", "Jewish", "She is a Jew."),
        ("She is Muslim.", "religion", "Jewish", "She is Jewish."),
        ("a Muslim holiday", "religion", "Jewish", None),
        ("a Muslim holiday", "religion", "Hindu", "a Hindu holiday"),
        ("Muslims met.", "religion", "Jewish", "Jews met."),
        ("MUSLIMS MET.", "religion", "Christian", "CHRISTIANS MET."),
        ("my muslim neighbours", "religion", "Christian", "my christian neighbours"),
        ("An American came.", "nationality", "British", "A Briton came."),
        ("An American customer came.", "nationality", "British", "A British customer came."),
        ("AN AMERICAN CAME", "nationality", "German", "A GERMAN CAME"),
        ("A German came.", "nationality", "European", "A European came."),
        ("A European came.", "nationality", "Indian", "An Indian came."),
        ("I am Polish.", "nationality", "Irish", "I am Irish."),
        ("A Spaniard called.", "nationality", "French", None),
        ("Asian people came.", "ethnicity", "black", "Black people came."),
        ("asian people came", "ethnicity", "Hispanic", "hispanic people came"),
        ("I met Asian people.", "ethnicity", "white", "I met white people."),
        ("An elderly man sat.", "age", "young", "A young man sat."),
        ("A teenager's card", "age", "old", "A pensioner's card"),
        ("He had this as a teenager.", "age", "old", None),
        ("Emily Smith wrote.", "name-origin", "Arabic", "Fatima Haddad wrote."),
        ("James' friend EMILY", "name-origin", "Turkish", "James' friend ELIF"),
        ("deshawn wrote", "name-origin", "English", "matthew wrote"),
        ("他是河南人。", "region", "Shanghai", "他是上海人。"),
        ("城市人口增长", "region", "rural", None),
        ("王秀英来电", "name-origin", "Uyghur", "阿依古丽来电"),
        ("年轻人", "age", "old", "老年人"),
        ("我是汉族", "ethnicity", "Hui", "我是回族"),
        ("她是回民", "ethnicity", "Uyghur", "她是维吾尔人"),
        ("歧视同性恋", "orientation", "bisexual", "歧视双性恋"),
        ("大龄未婚女青年", "age", "middle-aged", None),
        ("那位老人", "age", "young", "那位年轻人"),
        ("A young girl sat.", "age", "old", None),
        ("A young woman sat.", "age", "old", "An old woman sat."),
        ("It is straight from the heart.", "orientation", "gay", None),
        ("She is straight.", "orientation", "gay", "She is gay."),
        ("是不是gay只有他自己清楚", "orientation", "bisexual", None),
        ("The African Union met.", "nationality", "Polish", None),
        ("比美国强大", "name-origin", "Western", None),
        ("一位优秀英国人", "name-origin", "Western", None),
        ("水平措施和中央金融", "name-origin", "Han", None),
        ("玛丽娜来了", "name-origin", "Han", None),
        ("玛丽来了", "name-origin", "Han", "秀英来了"),
    ],
)
def test_other_words_keep_their_grammar(text: str, category: str, to: str, expected: str | None) -> None:
    frame = in_place([text], categories=[category]).frame
    found = frame[frame["to"] == to]["after"].tolist()
    assert found == ([] if expected is None else [expected])


def test_what_was_not_swapped_is_said() -> None:
    pairs = in_place(["She and her husband", "She is pregnant.", "I gave her books.", "landlady", "she " * 6000, "she", "she", None])
    said = " ".join(str(note) for note in pairs.notes)
    for part in ("1 texts mention several", "1 texts are tied", "1 texts can be read", "1 texts use a word", "1 texts are longer"):
        assert part in said
    assert pairs.frame["before"].tolist() == ["she"]


_WORDS = [
    "he",
    "saw him.",
    "the man",
    "my father",
    "Matthew",
    "a boy",
    "sons",
    "Mr Brown",
    "today",
    "with",
    "walked",
    "and",
    "by the door",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12), st.sampled_from([str, str.upper, str.capitalize]))
def test_there_and_back_again_is_the_same_sentence(words: list[str], case) -> None:
    text = " ".join(words)
    text = text if case is str else case(text.replace("Mr Brown", "men").replace("Matthew", "men"))
    there = gender(text)
    if there is not None:
        assert gender(there) == text


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["A {} customer came.", "I met {} people.", "She is {}.", "{} PEOPLE"]),
    st.sampled_from(["nationality", "religion", "ethnicity"]),
    st.data(),
)
def test_identity_terms_there_and_back_again(sentence: str, category: str, data: st.DataObject) -> None:
    english = lexicon.built_in()[0]
    adjectives = {t.group: t.surface for t in english.terms if t.category == category and t.role == "adjective" and t.place == 0}
    one, other = (data.draw(st.sampled_from(sorted(adjectives))) for _ in range(2))
    text = sentence.format(adjectives[one] if sentence[0] != "{" else adjectives[one].upper())
    text = (
        text.replace("A A", "An A")
        .replace("A I", "An I")
        .replace("A E", "An E")
        .replace("An European", "A European")
        .replace("A a", "An a")
    )
    there = in_place([text], categories=[category]).frame
    for after in there[there["to"] == other]["after"]:
        back = in_place([after], categories=[category]).frame
        assert text in back[back["to"] == one]["after"].tolist()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_swapped_or_left(text: str) -> None:
    frame = in_place([text, f"she {text} his", f"她{text}"]).frame
    assert (frame["before"] != frame["after"]).all()


def test_long_and_hostile_texts_are_left_or_swapped_in_no_time() -> None:
    frame = in_place(["", " ", "she" + " x" * 49_000, "<script>she</script>", "she\x00\u202e", "her " * 2000, None]).frame
    assert "<script>he</script>" in set(frame["after"]) and len(frame) < 100


def test_the_draw_takes_turns_among_categories_and_blocks_of_fifty_among_pairs_of_groups() -> None:
    texts = [f"She is here {n}" for n in range(200)] + [f"He is here {n}" for n in range(60)] + [f"A young man {n}" for n in range(10)]
    first, again, other = (in_place(texts, rows=120, seed=seed) for seed in (1, 1, 2))
    assert first.frame.equals(again.frame) and not first.frame.equals(other.frame)
    drawn = first.frame[["category", "from", "to"]].value_counts().to_dict()
    assert drawn["gender", "women", "men"] == 50 and drawn["gender", "men", "women"] == 50
    assert sum(count for groups, count in drawn.items() if groups[0] == "age") == 20
    assert "120 of " in str(first.notes[-1])


def test_templates_name_groups_in_both_languages_and_are_whole_sentences() -> None:
    frame = templates().frame
    both = pd.concat([frame["before"], frame["after"]])
    assert not both.str.contains(r"[{}]|\ba (?!Euro)[aeioAEIO]\w|\ban [b-df-hj-np-tv-z]", regex=True).any()
    assert both.str.endswith((".", "。")).all() and (frame["before"] != frame["after"]).all()
    assert frame.groupby("category")["item"].nunique().min() >= 32
    assert {"her", "she"} <= set(" ".join(frame[frame["from"] == "women"]["before"]).split())


def test_chinese_templates_name_a_person_and_not_a_people() -> None:
    frame = templates(categories=["ethnicity", "orientation", "gender"]).frame
    said = " ".join({*frame["before"], *frame["after"]})
    assert not re.search("一位..?.?.?族(?!人)|一位..恋(?!者)|一位[男女]人", said)
    assert "一位汉族人" in said and "一位同性恋者" in said and "一位女性" in said


def test_no_word_for_people_in_a_template_speaks_for_a_group_before_one_is_named() -> None:
    folder = Path(lexicon.__file__).parent / "lexicons"
    raw = [tomllib.loads((folder / f"templates.{language}.toml").read_text("utf-8")) for language in lexicon.LANGUAGES]
    kinds = [kind for one in raw for kind in one.values() if isinstance(kind, dict)]
    plain = [re.sub(r"{their}|{them}|{they}", "", text).replace("{person}", k["noun"]) for k in kinds for text in k["sentences"]]
    assert len(plain) == len(set(plain)) == 64
    assert in_place(plain).frame.empty


def test_templates_compare_with_one_group_where_there_are_many() -> None:
    frame = templates().frame
    assert set(frame[frame["category"] == "nationality"]["from"]) == {"American", "Chinese"}  # the English and the Chinese lexicon's first
    assert set(frame[frame["category"] == "ethnicity"]["from"]) == {"white", "Han"}
    assert frame[frame["category"] == "gender"][["from", "to"]].drop_duplicates().shape[0] == 3


def test_an_unknown_category_names_the_known_ones() -> None:
    for make in (lambda: in_place(["she"], categories=["shoe"]), lambda: templates(categories=["shoe"])):
        with pytest.raises(DataError, match="no category called shoe. Known: age, .*gender"):
            make()


def test_pairs_that_somebody_brought() -> None:
    table = pd.DataFrame({"a": ["she", "he", None, "x"], "b": ["he", "she", "y", "x"], "category": ["sex", None, "q", "sex"]})
    pairs = uploaded(table, before="a", after="b")
    assert pairs.frame["category"].tolist() == ["sex", "pairs", "sex"] and pairs.frame["from"].unique().tolist() == ["a"]
    assert [str(note) for note in pairs.notes] == ["1 of 4 rows lack a text and were left out.", "1 of 3 pairs hold the same text twice."]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (("a", "z"), "no column z. It has: a, b, same"),
        (("a", "a"), "same column"),
        (("empty", "a"), "No row has a text"),
        (("a", "same"), "same text in every"),
    ],
)
def test_pairs_that_cannot_be_used_are_refused_in_one_sentence(columns: tuple[str, str], sentence: str) -> None:
    table = pd.DataFrame({"a": ["she"], "b": ["he"], "same": ["she"], "empty": [""]})
    with pytest.raises(DataError, match=sentence):
        uploaded(table, before=columns[0], after=columns[1])
