from __future__ import annotations

import numpy as np
import pytest

from fmcore.training.batches import LengthBatches, evaluation_steps, updates

LENGTHS = np.random.default_rng(0).integers(3, 80, 1003)


def test_every_row_comes_once_an_epoch_and_the_short_update_comes_last() -> None:
    found = updates(LENGTHS, 32, seed=0, epoch=0)
    assert sorted(np.concatenate(found)) == list(range(1003))
    assert [len(update) for update in found] == [32] * 31 + [11]


def test_seed_and_epoch_alone_decide() -> None:
    def rows(seed: int, epoch: int) -> list[int]:
        return np.concatenate(updates(LENGTHS, 32, seed=seed, epoch=epoch)).tolist()

    assert rows(1, 2) == rows(1, 2)
    assert rows(1, 2) != rows(1, 3) != rows(2, 3)


def test_little_of_a_batch_is_padding() -> None:
    found = updates(LENGTHS, 32, seed=0, epoch=0)[:-1]
    padded = sum(len(update) * LENGTHS[update].max() for update in found)
    real = sum(LENGTHS[update].sum() for update in found)
    assert real / padded > 0.93
    chance = np.random.default_rng(0).permutation(1003)[:992].reshape(-1, 32)
    assert LENGTHS[chance].sum() / (32 * LENGTHS[chance].max(axis=1).sum()) < 0.6


@pytest.mark.parametrize(("size", "accumulation", "parts"), [(32, 1, 1), (8, 4, 1), (32, 1, 2), (5, 1, 2), (1, 3, 2)])
def test_smaller_batches_make_up_the_same_updates(size: int, accumulation: int, parts: int) -> None:
    batches = LengthBatches(LENGTHS, size, accumulation=accumulation, parts=parts)
    found = list(batches)
    per_update = batches.batches_per_update
    whole = [sum(found[i : i + per_update], []) for i in range(0, len(found), per_update)]
    assert [len(update) for update in whole[:-1]] == [size * accumulation] * (len(whole) - 1)
    assert whole == [update.tolist() for update in updates(LENGTHS, size * accumulation, seed=0, epoch=0)]
    assert len(batches) == len(found)
    assert max(map(len, found)) == max(1, size // parts)


def test_validation_is_looked_at_evenly_and_at_each_end() -> None:
    assert sorted(evaluation_steps(10, 3, 1)) == [4, 7, 10]
    assert sorted(evaluation_steps(2, 5, 2)) == [1, 2, 3, 4]
