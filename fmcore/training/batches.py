"""Which rows are looked at together: length-aware batches that depend on seed and epoch alone.

Rows of like length go together, so little of a batch is padding; which rows meet, and in what order, is still chance.
Knows lengths only, neither text nor model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

POOL = 50
"""Updates whose rows are sorted together: large enough for 2 to 3 % padding, small enough that neighbours change with each epoch."""


class LengthBatches:
    """The batches of one epoch after the other, for a DataLoader's ``batch_sampler``.

    An update is what one correction sees: ``batch_size × accumulation`` rows. It is dealt out to ``world`` processes, and each hands
    its share on in batches, halved when ``parts`` is 2 (after running out of memory). So neither changes which rows make up an
    update. The one short update comes last.
    """

    def __init__(
        self, lengths: np.ndarray, batch_size: int, *, accumulation: int = 1, parts: int = 1, seed: int = 0, rank: int = 0, world: int = 1
    ) -> None:
        self.lengths = np.asarray(lengths)
        self.update_size = batch_size * accumulation
        self.batch_size = max(1, math.ceil(batch_size / world) // parts)
        self.batches_per_update = math.ceil(math.ceil(self.update_size / world) / self.batch_size)
        self.seed, self.rank, self.world = seed, rank, world
        self.epoch = 0
        self.drop_last = False

    @property
    def updates_per_epoch(self) -> int:
        return math.ceil(len(self.lengths) / self.update_size)

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        full, rest = divmod(len(self.lengths), self.update_size)
        return full * self.batches_per_update + math.ceil(math.ceil(rest / self.world) / self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        for update in updates(self.lengths, self.update_size, seed=self.seed, epoch=self.epoch):
            share = update[self.rank :: self.world]  # rows lie by length, so every process gets about as many tokens
            if len(share) < math.ceil(len(update) / self.world):
                share = np.append(share, update[0])  # all processes must come to the same number of batches
            for start in range(0, len(share), self.batch_size):
                yield share[start : start + self.batch_size].tolist()


def updates(lengths: np.ndarray, size: int, *, seed: int, epoch: int) -> list[np.ndarray]:
    """Return the rows of each update of an epoch: every row once, ``size`` rows each, the short one last."""
    chance = np.random.default_rng([seed, epoch])
    order = chance.permutation(len(lengths))
    short = len(order) % size
    order, last = (order[:-short], order[-short:]) if short else (order, order[:0])
    found = []
    for start in range(0, len(order), size * POOL):
        pool = order[start : start + size * POOL]
        pool = pool[np.argsort(-lengths[pool], kind="stable")]
        found += [pool[i : i + size] for i in range(0, len(pool), size)]
    found = [found[i] for i in chance.permutation(len(found))]
    return [*found, last[np.argsort(-lengths[last], kind="stable")]] if short else found


def evaluation_steps(steps_per_epoch: int, per_epoch: int, epochs: int) -> frozenset[int]:
    """Return the steps after which validation is looked at: evenly spread, always at an epoch's end.

    Example:
        >>> sorted(evaluation_steps(10, 2, 2))
        [5, 10, 15, 20]
    """
    inside = {math.ceil(steps_per_epoch * part / per_epoch) for part in range(1, per_epoch + 1)}
    return frozenset(epoch * steps_per_epoch + step for epoch in range(epochs) for step in inside)
