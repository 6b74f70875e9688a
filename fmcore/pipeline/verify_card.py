"""Does the card that lies with the rows of a data set say what the store and the rows say? Changes nothing.

Can't know how many rows were dropped when the data was added: those rows are nowhere, so that part of a card is taken as it is.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from fmcore.errors import DataError
from fmcore.pipeline.checks import Check, State
from fmcore.pipeline.verify_audits import close
from fmcore.records import Dataset, Run, say, to_json

if TYPE_CHECKING:
    import pandas as pd

DROPPED = "dropped"


def check(run: Run, dataset: Dataset, trouble: tuple[str, ...]) -> Check:
    """Return the check that tells a run's reader which fields of the card are others."""
    sentence = say("{run}: the card of data set {data} was changed: {items}.", run=run.id, data=dataset.id, items=", ".join(trouble))
    return Check("card", State.CHANGED, sentence, trouble)


def trouble(dataset: Dataset, frame: pd.DataFrame, fingerprint: str) -> tuple[str, ...]:
    """Return the names of the card's fields that are not those of the stored record, or not what the rows give.

    The rows are asked only where they have the stored ``fingerprint``: of other rows another profile is no news.
    """
    from fmcore.data import profile, shelf

    try:
        card, written = shelf.dataset(dataset.id), shelf.profile(dataset.id)
    except (DataError, TypeError, ValueError, AttributeError, KeyError):
        return ("card.json",)
    fields = [field.name for field in dataclasses.fields(Dataset)]
    other = [name for name in fields if to_json(getattr(card, name)) != to_json(getattr(dataset, name))]
    if fingerprint == dataset.fingerprint:
        again = json.loads(json.dumps(profile.profile(frame, dataset.columns)))
        other += [f"profile/{name}" for name in again if not (name in written and close(again[name], written[name]))]
    return tuple(other)
