"""Why do errors differ between two groups: in which words do they stand? Takes texts, answers and groups; asks no model.

A word carries as much of the difference as this: the share of one group's texts that have the word *and* a wrong answer, less the same
share of the other group. That is large where the word is more frequent in one group, or is answered worse there; both counts stand
beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from fmcore.errors import DataError
from fmcore.explain.records import GroupWord, GroupWords
from fmcore.records import Sentence, say
from fmcore.stats import intervals
from fmcore.stats.paired import holm
from fmcore.stats.shares import difference, fisher

SMALLEST = 10
"""Texts, of both groups together, that a word needs to be looked at."""
MOST_WORDS = 2000
ALPHA = 0.05
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ALONE = re.compile("[\u3400-\u9fff]")


def words_of(text: str) -> set[str]:
    """Return the distinct words of a text in small letters; in Chinese, pairs of neighbouring characters.

    Example:
        >>> sorted(words_of("Not the Loan, the CARD!"))
        ['card', 'loan', 'not', 'the']
    """
    found: set[str] = set()
    for match in _WORD.findall(text.lower()):
        runs = _ALONE.findall(match)
        found |= {a + b for a, b in zip(runs, runs[1:], strict=False)} if len(runs) > 1 else {match}
    return found


def group_words(
    texts: Sequence[str],
    is_wrong: np.ndarray,
    groups: Sequence[str],
    *,
    column: str,
    first: str,
    second: str,
    smallest: int = SMALLEST,
    pushes: Mapping[str, Sequence[float]] | None = None,
) -> GroupWords:
    """Return the words that carry the errors of ``first`` against ``second``, those that differ the most first.

    ``pushes`` holds, of words, their attributions towards the wrong answer in wrongly answered texts.

    Raises:
        DataError: one of the groups has no texts, or both are the same.
    """
    groups_array = np.asarray(groups, object)
    if first == second:
        raise DataError("Choose two different groups of {column}.", column=column[:80])
    in_first, in_second = groups_array == first, groups_array == second
    for name, mask in ((first, in_first), (second, in_second)):
        if not mask.any():
            raise DataError("No text belongs to {group} in {column}.", group=name[:80], column=column[:80])
    counts = [Counter[str]() for _ in range(4)]  # texts and wrong texts of the first group, then of the second
    for text, wrong, one in zip(texts, is_wrong.tolist(), np.where(in_first, 0, np.where(in_second, 2, -2)).tolist(), strict=True):
        if one >= 0:
            found = words_of(text)
            counts[one].update(found)
            if wrong:
                counts[one + 1].update(found)
    n_first, n_second = int(in_first.sum()), int(in_second.sum())
    total = counts[0] + counts[2]
    frequent = [word for word, n in sorted(total.items(), key=lambda pair: (-pair[1], pair[0])) if n >= smallest][:MOST_WORDS]
    tested = [word for word in frequent if counts[1][word] + counts[3][word]]
    made = [_word(word, [one[word] for one in counts], n_first, n_second, pushes) for word in tested]
    adjusted = holm([one.p_value for one in made])
    words = tuple(
        sorted(
            (replace(one, adjusted=p) for one, p in zip(made, adjusted, strict=True)),
            key=lambda one: (one.adjusted, one.p_value, -abs(one.carried.value or 0), one.word),
        )
    )
    gap = difference(int(is_wrong[in_first].sum()), n_first, int(is_wrong[in_second].sum()), n_second)
    return GroupWords(
        column, first, second, gap, n_first, n_second, words, len(tested), smallest, _sentence(words, first, second, len(tested))
    )


def _word(word: str, counts: Sequence[int], n_first: int, n_second: int, pushes: Mapping[str, Sequence[float]] | None) -> GroupWord:
    push = None if pushes is None else intervals.mean(np.array(pushes.get(word, ())))
    p_value = fisher(counts[1], n_first, counts[3], n_second)
    return GroupWord(
        word, difference(counts[1], n_first, counts[3], n_second), p_value, 1.0, counts[0], counts[1], counts[2], counts[3], push
    )


def _sentence(words: Sequence[GroupWord], first: str, second: str, tested: int) -> Sentence:
    if not tested:
        return say("No word is frequent enough, and in a wrong answer, to be looked at.")
    sure = [one.word for one in words if one.adjusted <= ALPHA]
    if not sure:
        template = "Of {tested} words none carries more errors of one group than of the other, as far as this many texts can tell."
        return say(template, tested=tested)
    template = "Of {tested} words {n} carry errors of {first} and {second} differently, after allowing for so many words: {words}."
    return say(template, tested=tested, n=len(sure), first=first, second=second, words=", ".join(sure[:6]))
