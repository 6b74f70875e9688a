"""Facts of English that finding and swapping words need: little words, articles, and which case a pronoun stands in. Knows no lexicon.

Where a sentence can be read in two ways the answer is None: better no swap than a wrong one.
"""

from __future__ import annotations

import re

ARTICLES = frozenset({"a", "an", "another"})
OBJECT, POSSESSIVE, INDEPENDENT = 1, 2, 3
"""Places in she/her/her/hers/herself."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that start something new, so that what stands before them is not their adjective or owner.
LITTLE = _words(
    """
    a about above after again against ago all alone along already also although always am among an and any anymore anyone anything
    are around as aside at away be became because been before behind being below beneath beside besides between beyond both but by
    can cannot could despite did do does doing done during each either else enough even ever every everyone everything except for
    from had has have having he her here herself him himself his how however i if in inside instead into is it its itself just
    later lately like likely maybe me might mine must my myself near nearby neither never nevertheless nor not nothing now of off
    often on once one's onto or our ours ourselves out outside over past per perhaps please quite rather seldom several shall she
    should since so some somehow someone something sometimes somewhere soon still such than that the their theirs them themselves
    then there therefore these they this those though through throughout till to today together tomorrow tonight too toward
    towards twice under unless until up upon us usually was we were what whatever when whenever where whether which while who
    whoever whole whom whose why will with within without would yesterday yet you your yours yourself said says asked asks told
    tells went goes came comes wants wanted needs needed lives lived works worked got gets felt feels knows knew thinks thought
    seems looks looked called calls wrote writes don't didn't doesn't isn't wasn't won't can't couldn't hasn't haven't hadn't
    wouldn't i'm i've i'd i'll it's he's she's they're we're you're that's there's
    """
)
_SINCE_LITTLE_CAN_LEAD = _words("whole past several one's enough")  # "her whole life", "her past work": an owner may stand before

_GIVE = _words(
    """
    give gives gave given giving send sends sent sending show shows showed shown offer offers offered offering bring brings
    brought buy buys bought hand hands handed lend lends lent pay pays paid cost costs prescribe prescribes prescribed owe owes
    owed grant grants granted deny denies denied refuse refuses refused charge charges charged promise promises promised serve
    serves served save saves saved feed feeds fed award awards awarded allow allows allowed wish wishes wished
    """
)
_TELL = _words(
    """
    tell tells told telling ask asks asked asking teach teaches taught call calls called make makes made making name named
    """
)
_SEE = _words(
    """
    see sees saw seen seeing hear hears heard hearing watch watches watched watching let lets make makes made making help helps
    helped helping have has had feel felt notice noticed
    """
)
_MOVE = _words(
    """
    call calls called calling get gets got getting give gives gave want wants wanted take takes took taking bring brings brought
    send sends sent pay pays paid write writes wrote ring rang drive drives drove walk walks walked carry carries carried drag
    dragged invite invited phone phoned text texted lead led follow followed leave leaves left
    """
)
_LEAVE = _words(
    """
    see saw seen hear heard find finds found catch caught keep keeps kept leave leaves left watch watched notice noticed
    """
)
_BASE_VERBS = _words(
    """
    go be do have know understand come get sit take say speak eat sleep see feel become lose keep choose decide find breathe
    explain apply pay wait learn grow bring carry open close enter buy sell write read stand believe remember forget leave
    """
)
_VERB_OR_NOUN = _words(
    """
    walk cry talk work rest stay call drink fall move run cough laugh smile scream sleep help need want try start turn play
    """
)
_TIMES = _words(
    """
    week weeks month months year years night nights time times monday tuesday wednesday thursday friday saturday sunday day days
    morning evening afternoon summer winter spring autumn january february march april may june july august september october
    november december weekend hour
    """
)
_DAYS = _words("monday tuesday wednesday thursday friday saturday sunday")
_MANNER = _words(
    """
    well better worse best right wrong first last more less most least much back home hard badly fast good bad fine only
    """
)
_QUANTITIES = _words(
    """
    no another two three four five six seven eight nine ten twenty many few more less little plenty lots
    """
)

WORD = re.compile(r"[A-Za-z0-9À-ɏ_][A-Za-z0-9À-ɏ_'’-]*")
_AFTER = re.compile(r"[ \t\r\n\xa0]{1,4}")
_BEFORE = re.compile(r"([A-Za-z0-9À-ɏ_][A-Za-z0-9À-ɏ_'’-]*)[ \t\r\n\xa0]{1,4}\Z")
_AN = re.compile(r"[aeiouàáâäèéêëìíîïòóôöùúûü]|hour|honest|honou?r|heir", re.IGNORECASE)
_A_DESPITE_VOWEL = re.compile(r"eu|ewe|uni(?![nm])|us[aeu]|ut[aeio]|uk|uy|ur[aeiou]|ub|one\b|once\b", re.IGNORECASE)
REACH = 60  # letters looked at on either side; no word that matters is longer


def words_after(text: str, end: int, count: int = 3) -> list[str]:
    """Return up to so many words after a place, in small letters; none from the first punctuation mark on."""
    found: list[str] = []
    while len(found) < count:
        gap = _AFTER.match(text, end, end + 4)
        word = WORD.match(text, gap.end(), gap.end() + REACH) if gap else None
        if word is None:
            break
        found.append(_plain(word.group()))
        end = word.end()
    return found


def word_before(text: str, start: int) -> str:
    """Return the word before a place in small letters; "" when punctuation or nothing stands there."""
    found = _BEFORE.search(text[max(0, start - REACH) : start])
    return _plain(found.group(1)) if found else ""


def _plain(word: str) -> str:
    return word.lower().replace("’", "'").rstrip("'")


def starts_anew(word: str) -> bool:
    """Return whether a word can't be the noun that an adjective before it belongs to."""
    return word in LITTLE


def her_form(before: str, after: list[str]) -> int | None:
    """Return whether ``her`` is an object ("saw her") or a possessive ("her book"); None when it may be either.

    ``before`` is the word before it, ``after`` the words after it up to the next punctuation mark.

    Example:
        >>> her_form("saw", []), her_form("lost", ["book"]), her_form("gave", ["books"])
        (1, 2, None)
    """
    if not after:
        return OBJECT
    word, rest = after[0], after[1:]
    if word == "own":
        return POSSESSIVE
    if word in LITTLE and word not in _SINCE_LITTLE_CAN_LEAD:
        return OBJECT
    if not before:
        return POSSESSIVE  # a sentence rarely starts with its object
    if word in _DAYS or (word in ("last", "next") and rest and rest[0] in _TIMES):
        return OBJECT
    if word in ("very", "really") and rest and rest[0] in ("much", "well", "badly"):
        return OBJECT
    ends = not rest or rest[0] in LITTLE
    if word == "home" and before in _LEAVE:
        return None  # "she left her home" stays, "he left her home" does not
    if word in ("back", "home") and ends:
        return OBJECT if before in _MOVE else POSSESSIVE
    if (word in _MANNER or word.endswith("ly")) and ends:
        return OBJECT
    if before in _GIVE:
        return OBJECT if word in _QUANTITIES or word[0].isdigit() else None
    if before in _TELL and (word in _QUANTITIES or word in ("stories", "lies", "off", "names", "questions")):
        return OBJECT
    if before in _SEE and word in _BASE_VERBS:
        return OBJECT
    if before in _SEE and word in _VERB_OR_NOUN:
        return None
    if before in _LEAVE and word.endswith("ing"):
        return None
    return POSSESSIVE


def his_form(before: str, after: list[str]) -> int | None:
    """Return whether ``his`` stands before what is owned ("his book") or alone ("a friend of his"); None when it may be either.

    Example:
        >>> his_form("of", []), his_form("lost", ["book"])
        (3, 2)
    """
    if not after:
        return INDEPENDENT
    word = after[0]
    if word in ("own", *_SINCE_LITTLE_CAN_LEAD, "one", "usual", "like"):
        return POSSESSIVE
    if word in LITTLE:
        # "his always late train", "all his again": rare either way
        return INDEPENDENT if before in ("of", "is", "was", "and", "or", "not", "") or word in _VERBS_TO_BE else None
    return POSSESSIVE


_VERBS_TO_BE = _words("is was are were will would has had and or but")


def article(word: str) -> str:
    """Return ``a`` or ``an``, by how the word starts to sound.

    Example:
        >>> [article(word) for word in ("Indian", "European", "Ukrainian", "hour", "older", "one-eyed")]
        ['an', 'a', 'a', 'an', 'an', 'a']
    """
    if _A_DESPITE_VOWEL.match(word):
        return "a"
    return "an" if _AN.match(word) else "a"
