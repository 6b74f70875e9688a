"""Do the words that a method names matter more than others? Hides them, hides all others, and does the same with words drawn at random.

Comprehensiveness and sufficiency after J. DeYoung et al., "ERASER", ACL 2020, each averaged over several shares of words. Takes an order of
words, whoever made it; knows no method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fmcore.explain.occlusion import with_hidden
from fmcore.explain.records import Erased
from fmcore.explain.subject import Subject, probability
from fmcore.records import Estimate, say
from fmcore.stats import intervals
from fmcore.stats.tails import beyond
from fmcore.tasks.protocol import Encoded, Parts

SHARES = (0.1, 0.2, 0.5)
KINDS = ("comprehensiveness", "sufficiency")
FEWEST_WORDS = 4
"""Below, most orders of the words are alike at every share, and chance does as well as any method."""
DRAWS_OF_ONE, DRAWS_OF_MANY = 50, 8
LEVEL = 0.95


def erased(
    subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int], scores: Sequence[np.ndarray], *, seed: int = 0
) -> tuple[Erased, ...]:
    """Return comprehensiveness and sufficiency of these scores, over all items that have enough words; of one item against many draws."""
    chosen = [n for n, of in enumerate(parts) if sum(of.seen) >= FEWEST_WORDS]
    draws = DRAWS_OF_ONE if len(parts) == 1 else DRAWS_OF_MANY
    generator, asked = np.random.default_rng(seed), []
    for n in chosen:
        seen = np.flatnonzero(parts[n].seen)
        orders = [seen[np.argsort(-scores[n][seen], kind="stable")], *(generator.permutation(seen) for _ in range(draws))]
        asked.append((n, np.zeros(len(parts[n]), bool)))
        asked += [(n, mask) for order in orders for mask in _masks(order, seen, len(parts[n]))]
    size = 1 + (1 + draws) * len(KINDS) * len(SHARES)
    odds = with_hidden(subject, encoded, parts, asked).reshape(len(chosen), size, -1) if chosen else np.zeros((0, size, 1))
    table = np.zeros((len(chosen), 1 + draws, len(KINDS), len(SHARES)))
    for row, n in enumerate(chosen):
        found = probability(odds[row, :, targets[n]])
        table[row] = (found[0] - found[1:]).reshape(1 + draws, len(KINDS), len(SHARES))
    return tuple(_judged(kind, table[:, :, k], alone=len(parts) == 1) for k, kind in enumerate(KINDS))


def _masks(order: np.ndarray, seen: np.ndarray, n_parts: int) -> list[np.ndarray]:
    """Return what to hide: for each share the first words of the order, then for each share all but those."""
    firsts = []
    for share in SHARES:
        mask = np.zeros(n_parts, bool)
        mask[order[: math.ceil(share * len(order))]] = True
        firsts.append(mask)
    everything = np.zeros(n_parts, bool)
    everything[seen] = True
    return [*firsts, *(everything & ~mask for mask in firsts)]


def _judged(kind: str, dropped: np.ndarray, *, alone: bool) -> Erased:
    """Return the record of (items, 1 + draws, shares): by how much the probability fell, of the method first."""
    n_items = len(dropped)
    if n_items == 0:
        few = say("Fewer than {n} words: too few to tell a good order from a random one.", n=FEWEST_WORDS)
        none = intervals.none(few, n=0, level=LEVEL, method="random draws")
        return Erased(kind, SHARES, (), (), none, None)
    sign = 1 if kind == "comprehensiveness" else -1
    better = sign * (dropped[:, :1] - dropped[:, 1:]).mean(-1)  # (items, draws): above 0 where the method does better than that draw
    if alone:
        gain, p_value = _of_one(better[0])
    else:
        gain = intervals.mean(better.mean(1), LEVEL)
        p_value = _one_sided(better.mean(1)) if gain.value is not None else None
    return Erased(kind, SHARES, tuple(dropped[:, 0].mean(0).tolist()), tuple(dropped[:, 1:].mean((0, 1)).tolist()), gain, p_value)


def _of_one(better: np.ndarray) -> tuple[Estimate, float]:
    """Return the gain over the mean draw, between the gains over the luckiest and the unluckiest draws, and the chance to draw as well.

    Draws that do exactly as well count half (mid-p): where one word of ten decides, one order in ten is as good as the best there is.
    """
    low, high = np.quantile(better, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    gain = Estimate(float(better.mean()), float(low), float(high), LEVEL, len(better), "random draws")
    as_well, better_still = np.count_nonzero(np.abs(better) <= 1e-12), np.count_nonzero(better < -1e-12)
    return gain, float((better_still + as_well / 2 + 0.5) / (len(better) + 1))


def _one_sided(values: np.ndarray) -> float:
    """Return the chance of such a mean or a higher one where the true mean is 0."""
    spread = float(values.std(ddof=1))
    if spread == 0:
        return 0.0 if values.mean() > 0 else 1.0
    t = float(values.mean()) / (spread / math.sqrt(len(values)))
    tail = beyond(abs(t), len(values) - 1) / 2
    return tail if t > 0 else 1 - tail
