"""The answers of several runs brought to the same items in the same order, or refused with what differs. Computes no figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fmcore.errors import DataError


def align(answers: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the predictions with their rows in one order.

    Raises:
        DataError: ids or targets differ, the sentence says how many; or an id stands twice.
    """
    for name, frame in answers.items():
        twice = frame["id"].duplicated()
        if twice.any():
            raise DataError("{run} answers the item {id} more than once.", run=name, id=str(frame["id"][twice].iloc[0])[:80])
    (first, base), *others = answers.items()
    ids, found = pd.Index(base["id"]), {first: base}
    for other, frame in others:
        place = pd.Index(frame["id"]).get_indexer(ids) if len(frame) else np.full(len(ids), -1)
        missing = int((place < 0).sum())
        extra = len(frame) - (len(ids) - missing)
        shared = place[place >= 0]
        targets = base["target"].to_numpy(object)[place >= 0] != frame["target"].to_numpy(object)[shared]
        if missing or extra or targets.any():
            raise DataError(
                "{first} and {second} did not answer the same items, so their figures can't be compared: {missing} items are only in the "
                "first, {extra} only in the second, and {targets} of the {shared} in both have another target.",
                first=first,
                second=other,
                missing=missing,
                extra=extra,
                targets=int(targets.sum()),
                shared=len(shared),
            )
        found[other] = frame if np.array_equal(place, np.arange(len(place))) else frame.iloc[place].reset_index(drop=True)
    return found


def answered_differently(aligned: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    first = next(iter(aligned.values()))
    found = pd.DataFrame({"id": first["id"].to_numpy(object), "target": first["target"].to_numpy(object)})
    for run_id, frame in aligned.items():
        found[run_id] = frame["answer"].to_numpy(object)
    names = list(aligned)
    unlike = np.zeros(len(found), bool)
    for name in names[1:]:
        unlike |= (found[name] != found[names[0]]).to_numpy()
    return found[unlike].reset_index(drop=True)
