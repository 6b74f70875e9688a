"""Why do errors differ between two groups: in which words do they stand? Takes texts, answers and groups; asks no model.

A word carries errors of a group where its wrong answers stand in texts with the word more often than its errors spread evenly would. What
counts is that, of one group, less the same of the other: the difference of the two covariances of word and error, in shares of texts. So
a word that stands in every text carries nothing, however large the gap, and neither does one that is only more frequent in one group.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from fmcore.errors import DataError
from fmcore.explain.records import GroupWord, GroupWords
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals
from fmcore.stats.paired import holm
from fmcore.stats.shares import difference, uneven

SMALLEST = 10
"""Texts, of both groups together, that a word needs to be looked at."""
MOST_WORDS, MOST_SHOWN = 2000, 60
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
    rows = [[one[word] for one in counts] for word in tested]
    sizes = [(n_first, int(is_wrong[in_first].sum())), (n_second, int(is_wrong[in_second].sum()))]
    p_values = [uneven(*((n, row[2 * g], m, row[2 * g + 1]) for g, (n, m) in enumerate(sizes))) for row in rows]
    adjusted, values = holm(p_values), [float(_carried(_table(row, sizes))) for row in rows]
    order = sorted(range(len(tested)), key=lambda k: (adjusted[k], p_values[k], -values[k], tested[k]))
    words = tuple(
        GroupWord(
            tested[k], _estimate(_table(rows[k], sizes)), p_values[k], adjusted[k], *rows[k],
            push=None if pushes is None else intervals.mean(np.array(pushes.get(tested[k], ()))),
        )
        for k in order[:MOST_SHOWN]
    )  # fmt: skip
    gap = difference(int(is_wrong[in_first].sum()), n_first, int(is_wrong[in_second].sum()), n_second)
    return GroupWords(
        column, first, second, gap, n_first, n_second, words, len(tested), smallest, _sentence(words, first, second, len(tested))
    )


def _table(row: Sequence[int], sizes: Sequence[tuple[int, int]]) -> np.ndarray:
    """Return counts of (group, has the word, wrong), int64 (2, 2, 2)."""
    found = []
    for (n, m), k, x in zip(sizes, row[::2], row[1::2], strict=True):
        found.append([[n - k - m + x, m - x], [k - x, x]])
    return np.array(found)


def _carried(tables: np.ndarray) -> np.ndarray:
    """Return the covariance of word and error in the first group less that in the second, (...) of tables (..., 2, 2, 2)."""
    shares = tables / np.maximum(tables.sum((-2, -1), keepdims=True), 1)
    covariance = shares[..., 1, 1] - shares[..., 1, :].sum(-1) * shares[..., :, 1].sum(-1)
    return covariance[..., 0] - covariance[..., 1]


def _estimate(table: np.ndarray) -> Estimate:
    return intervals.bootstrap(table, _carried)


def _sentence(words: Sequence[GroupWord], first: str, second: str, tested: int) -> Sentence:
    if not tested:
        return say("No word is frequent enough, and in a wrong answer, to be looked at.")
    sure = [one.word for one in words if one.adjusted <= ALPHA]
    if not sure:
        template = "Of {tested} words none carries more errors of one group than of the other, as far as this many texts can tell."
        return say(template, tested=tested)
    if len(sure) == 1:
        template = "One of {tested} words carries errors of {first} and of {second} unequally, after allowing for so many words: {words}."
    else:
        template = "{n} of {tested} words carry errors of {first} and of {second} unequally, after allowing for so many words: {words}."
    return say(template, tested=tested, n=len(sure), first=first, second=second, words=", ".join(sure[:6]))
