"""The data that runs rest on, for whoever verifies many of them: rows, fingerprint and card, each looked at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fmcore.errors import DataError
from fmcore.pipeline import verify_card
from fmcore.pipeline.checks import Check
from fmcore.records import Dataset, Run

if TYPE_CHECKING:
    import pandas as pd


class Rows:
    """The rows of the data sets, each read and fingerprinted once, however many runs use it."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[pd.DataFrame, str] | DataError] = {}
        self._cards: dict[str, tuple[str, ...]] = {}

    def of(self, dataset: Dataset) -> tuple[pd.DataFrame, str]:
        """Return the rows and their fingerprint. Raises DataError: gone or damaged."""
        from fmcore.data import fingerprint as of_data
        from fmcore.data import shelf

        if dataset.id not in self._found:
            try:
                frame = shelf.rows(dataset.id)
                self._found = {dataset.id: (frame, of_data.of(frame, dataset.columns))}  # the last one alone: they may be large
            except DataError as error:
                self._found = {dataset.id: error}
        found = self._found[dataset.id]
        if isinstance(found, DataError):
            raise found
        return found

    def card(self, run: Run, dataset: Dataset) -> Iterator[Check]:
        """Yield a check where the data's card is not what the store and the rows say; looked at once for all runs of the data."""
        if dataset.id not in self._cards:
            with contextlib.suppress(DataError):  # told with the data
                self._cards = {dataset.id: verify_card.trouble(dataset, *self.of(dataset))}
        if trouble := self._cards.get(dataset.id, ()):
            yield verify_card.check(run, dataset, trouble)
