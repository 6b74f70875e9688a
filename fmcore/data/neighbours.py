"""Which texts are nearly the same: MinHash over character shingles, then the exact Jaccard similarity of every candidate pair.

Broder, "On the resemblance and containment of documents", 1997; banding as in Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets",
ch. 3.
Takes normal forms and knows no rows, labels or splits. Finds nearly all pairs, not provably all: in a bucket of many look-alikes each
text is compared
with its neighbours in the alphabet and with the first one, so that time grows with the texts and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fmcore.data.lengths import without_spaces

ALIKE = 0.8
"""Least Jaccard similarity of two texts' shingles to be called near duplicates: about one word in fifteen differs."""
SHINGLE, SHINGLE_WITHOUT_SPACES = 5, 2
"""Characters per shingle: 5 where words have spaces, 2 in mostly Chinese, Japanese or Korean texts (both about a word and a bit)."""
FEWEST_SHINGLES = 12
"""Shorter texts are not compared: in a short text one word makes another meaning."""
MOST_SHINGLES = 400
"""Of longer texts the smallest so many hashes stand for all: a bottom-k sketch, which estimates the same similarity."""
MOST_CHARACTERS = 40_000_000
"""Beyond this (about 20 seconds of one core) only every second, third … distinct text is compared, and the report says so."""
BANDS, ROWS_PER_BAND = 12, 4
"""A pair of similarity .8 shares a bucket with probability .998."""
_CHUNK = 4_000_000
_SLACK = 0.2


@dataclass(frozen=True)
class Neighbours:
    """Distinct texts and their sketches, from which pairs are drawn."""

    texts: tuple[str, ...]
    """Distinct normal forms that were compared, sorted."""
    skipped: int
    """How many distinct texts were left out because there are too many."""
    _owner: np.ndarray
    """int64 (m,): position in ``texts`` of each of the m sketched ones, ascending."""
    _flat: np.ndarray
    """uint32: the sketched texts' distinct shingle hashes, sorted within a text."""
    _starts: np.ndarray
    """int64 (m + 1,): where each text's hashes begin in ``_flat``."""
    _signature: np.ndarray
    """uint32 (m, BANDS * ROWS_PER_BAND)."""

    def pairs(self, marked: Iterable[str] | None = None) -> list[tuple[str, str, float]]:
        """Return near duplicates as (text, text, similarity), the most alike first, each pair once.

        With ``marked``, a set of texts, every other text is compared with more of the marked ones: what overlap asks for.
        """
        if len(self._owner) < 2:
            return []
        wanted = None if marked is None else frozenset(marked)
        mark = None if wanted is None else np.array([self.texts[i] in wanted for i in self._owner], bool)
        found = _candidates(self._signature, mark)
        found = found[_estimate(self._signature, found) >= ALIKE - _SLACK]
        alike = np.concatenate([self._similarity(part) for part in _parts(found)] or [np.zeros(0)])
        keep = np.flatnonzero(alike >= ALIKE)
        ends = self._owner[found[keep]]
        # Positions in the sorted texts break ties, so the order does not depend on the order of the rows.
        order = np.lexsort((ends[:, 1], ends[:, 0], -alike[keep]))
        return [(self.texts[a], self.texts[b], float(s)) for (a, b), s in zip(ends[order].tolist(), alike[keep][order], strict=True)]

    def _similarity(self, pairs: np.ndarray) -> np.ndarray:
        """Return the Jaccard similarity of each pair's shingles, float64 of shape (pairs,)."""
        sizes = np.diff(self._starts)
        left, right = (self._tagged(pairs[:, side], sizes) for side in (0, 1))
        both = np.concatenate([left, right])
        both.sort()
        shared = both[1:][both[1:] == both[:-1]] >> np.uint64(32)
        common = np.bincount(shared.astype(np.int64), minlength=len(pairs))
        union = sizes[pairs].sum(axis=1) - common
        return common / np.maximum(union, 1)

    def _tagged(self, texts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Return the texts' hashes with the position in ``texts`` in the upper 32 bits, uint64."""
        n = sizes[texts]
        begin = np.repeat(self._starts[texts] - np.concatenate([[0], np.cumsum(n)[:-1]]), n)
        tag = np.repeat(np.arange(len(texts), dtype=np.uint64) << np.uint64(32), n)
        return tag | self._flat[begin + np.arange(n.sum())]


def neighbours(keys: Iterable[str]) -> Neighbours:
    """Return the sketches of the distinct texts among ``keys``."""
    texts = sorted(set(keys) - {""})
    step = -(-sum(map(len, texts)) // MOST_CHARACTERS) or 1
    chosen = texts[::step]
    dense = np.array([without_spaces(text) * 2 > len(text) for text in chosen], bool)
    owners, flats, sizes = [], [], []
    for size, group in ((SHINGLE, np.flatnonzero(~dense)), (SHINGLE_WITHOUT_SPACES, np.flatnonzero(dense))):
        for part in _by_length(group, chosen):
            owner, flat, n = _shingles(part, [chosen[i] for i in part], size)
            owners.append(owner), flats.append(flat), sizes.append(n)
    owner, n = (np.concatenate(a) if a else np.zeros(0, np.int64) for a in (owners, sizes))
    flat = np.concatenate(flats) if flats else np.zeros(0, np.uint32)
    starts = np.concatenate([[0], np.cumsum(n)]).astype(np.int64)
    return Neighbours(tuple(chosen), len(texts) - len(chosen), owner, flat, starts, _signature(flat, starts))


def _by_length(group: np.ndarray, texts: Sequence[str]) -> Iterator[np.ndarray]:
    """Yield the group in parts of about ``_CHUNK`` characters, so that memory stays small."""
    if not len(group):
        return
    total = np.cumsum([len(texts[i]) for i in group])
    yield from np.split(group, np.searchsorted(total, np.arange(_CHUNK, total[-1], _CHUNK)))


def _shingles(owner: np.ndarray, texts: Sequence[str], size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (owners kept, distinct hashes sorted within each text, how many each has)."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    lengths = np.array([len(text) for text in texts], np.int64)
    windows = np.maximum(lengths - size + 1, 0)
    text = np.repeat(np.arange(len(texts)), windows)
    begin = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    at = np.arange(windows.sum()) + np.repeat(begin - np.concatenate([[0], np.cumsum(windows)[:-1]]), windows)
    rolling = np.zeros(len(at), np.uint64)
    for j in range(size):
        rolling = rolling * np.uint64(0x100000001B3) + letters[at + j]
    tagged = (text.astype(np.uint64) << np.uint64(32)) | _mixed(rolling)
    tagged = _distinct(tagged)
    text = (tagged >> np.uint64(32)).astype(np.int64)
    n = np.bincount(text, minlength=len(texts))
    rank = np.arange(len(text)) - np.concatenate([[0], np.cumsum(n)[:-1]])[text]
    keep = (n[text] >= FEWEST_SHINGLES) & (rank < MOST_SHINGLES)
    enough = n >= FEWEST_SHINGLES
    return owner[enough], tagged[keep].astype(np.uint32), np.minimum(n[enough], MOST_SHINGLES)


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """Return 32 well-mixed bits of each hash, in uint64 (the finisher of splitmix64)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * np.uint64(factor)
    return hashes >> np.uint64(32)


def _signature(flat: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the least value of each text's hashes under each of the hash functions, uint32 (texts, functions)."""
    chance = np.random.default_rng(0)
    out = np.empty((len(starts) - 1, BANDS * ROWS_PER_BAND), np.uint32)
    for k, (factor, mask) in enumerate(chance.integers(1, 2**32, (out.shape[1], 2), np.uint32)):
        if len(out):
            moved = (flat ^ mask) * (factor | np.uint32(1))
            out[:, k] = np.minimum.reduceat(moved ^ (moved >> np.uint32(15)), starts[:-1])
    return out


def _candidates(signature: np.ndarray, mark: np.ndarray | None) -> np.ndarray:
    """Return pairs of texts that share a bucket, int64 (pairs, 2), first below second, each once."""
    count = len(signature)
    found = []
    for band in range(BANDS):
        part = signature[:, band * ROWS_PER_BAND : (band + 1) * ROWS_PER_BAND].astype(np.uint64)
        bucket = np.zeros(count, np.uint64)
        for column in part.T:
            bucket = (bucket ^ column) * np.uint64(0x9E3779B97F4A7C15)
            bucket ^= bucket >> np.uint64(29)
        order = np.argsort(bucket, kind="stable")
        fresh = np.concatenate([[True], bucket[order][1:] != bucket[order][:-1]])
        first = np.maximum.accumulate(np.where(fresh, np.arange(count), 0))
        ends = [first, np.arange(count) - ~fresh]
        if mark is not None:
            ends += _marked_ends(mark[order], first)
        for end in ends:
            a, b = order[end], order
            keep = a != b
            found.append(np.minimum(a, b)[keep] * count + np.maximum(a, b)[keep])
        found = [_distinct(np.concatenate(found))]
    return np.stack(np.divmod(found[0], count), axis=1)


def _distinct(values: np.ndarray) -> np.ndarray:
    values.sort()  # several times quicker than numpy's unique, which hashes
    return values[np.concatenate([[True], values[1:] != values[:-1]])] if len(values) else values


def _marked_ends(mark: np.ndarray, first: np.ndarray) -> list[np.ndarray]:
    """Return for each place of a sorted band the nearest marked place before and after it in its bucket (itself where there is none)."""
    here = np.arange(len(mark))
    before = np.maximum.accumulate(np.where(mark, here, -1))
    before = np.where(before >= first, before, here)
    after = np.minimum.accumulate(np.where(mark, here, len(mark))[::-1])[::-1]
    inside = after < len(mark)
    inside[inside] = first[after[inside]] == first[inside]
    return [before, np.where(inside, after, here)]


def _estimate(signature: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    size = 200_000
    parts = [pairs[i : i + size] for i in range(0, len(pairs), size)]
    return np.concatenate([(signature[p[:, 0]] == signature[p[:, 1]]).mean(axis=1) for p in parts] or [np.zeros(0)])


def _parts(pairs: np.ndarray, size: int = 20_000) -> list[np.ndarray]:
    return [pairs[i : i + size] for i in range(0, len(pairs), size)]
