"""Which data sets there are. Knows their cards, never their rows."""

from __future__ import annotations

import sqlalchemy as sa

from fmcore.errors import DamagedError, StoreError
from fmcore.records import Dataset, say
from fmcore.store.part import Part, dumps, insert_or_nothing, load, note
from fmcore.store.search import contains
from fmcore.store.tables import datasets, runs


class Datasets(Part):
    def add_dataset(self, dataset: Dataset) -> Dataset:
        """Return the data set as it is stored: this one, or the one that has its id already.

        Raises:
            StoreError: another data set has this name and version.
        """
        row = {"id": dataset.id, "name": dataset.name, "version": dataset.version, "at": dataset.when, "card": dumps(dataset)}
        with self.engine.write() as connection:
            card = connection.execute(sa.select(datasets.c.card).where(datasets.c.id == dataset.id)).scalar()
            if card is not None:
                return _load(dataset.id, card)
            added = connection.execute(insert_or_nothing(connection, datasets).values(row).returning(datasets.c.id)).scalar()
            if added is None:
                card = connection.execute(sa.select(datasets.c.card).where(datasets.c.id == dataset.id)).scalar()
                if card is not None:  # somebody else added it between the two statements (PostgreSQL)
                    return _load(dataset.id, card)
                raise StoreError(
                    "There is a data set {name} of version {version} already; save this one as the next version.",
                    name=dataset.name, version=dataset.version,
                )  # fmt: skip
            sentence = say("Added data set {name}, version {version}.", name=dataset.name, version=dataset.version)
            note(connection, "dataset-added", dataset.id, sentence, who=dataset.who)
        return dataset

    def dataset(self, dataset_id: str) -> Dataset:
        """Return one data set.

        Raises:
            StoreError: there is none with this id.
        """
        with self.engine.read() as connection:
            card = connection.execute(sa.select(datasets.c.card).where(datasets.c.id == dataset_id)).scalar()
        if card is None:
            raise StoreError("There is no data set {id}; see `python -m fmcore data list`.", id=dataset_id)
        return _load(dataset_id, card)

    def datasets(self, *, search: str = "") -> list[Dataset]:
        """Return the data sets whose id or name contains every word of ``search``, newest first; of those that can be read."""
        query = sa.select(datasets.c.id, datasets.c.card).order_by(datasets.c.at.desc(), datasets.c.id)
        for word in search.split():
            query = query.where(sa.or_(contains(datasets.c.name, word), contains(datasets.c.id, word)))
        return self._readable(query)[0]

    def damaged_datasets(self) -> list[str]:
        """Return the ids of the data sets whose card can't be read, which no list holds, newest first."""
        return self._readable(sa.select(datasets.c.id, datasets.c.card).order_by(datasets.c.at.desc(), datasets.c.id))[1]

    def has_dataset(self, dataset_id: str) -> bool:
        """Return whether there is a data set with this id, readable or not."""
        with self.engine.read() as connection:
            return connection.execute(sa.select(datasets.c.id).where(datasets.c.id == dataset_id)).first() is not None

    def _readable(self, query: sa.Select) -> tuple[list[Dataset], list[str]]:
        found, lost = [], []
        with self.engine.read() as connection:
            for dataset_id, card in connection.execute(query):
                try:
                    found.append(_load(dataset_id, card))
                except DamagedError:
                    lost.append(dataset_id)
        return found, lost

    def dataset_versions(self, name: str) -> list[Dataset]:
        """Return every version of this name, newest first; of those that can be read."""
        query = sa.select(datasets.c.id, datasets.c.card).where(datasets.c.name == name).order_by(datasets.c.version.desc())
        return self._readable(query)[0]

    def next_version(self, name: str) -> int:
        """Return the version that the next data set of this name gets."""
        with self.engine.read() as connection:
            return (connection.execute(sa.select(sa.func.max(datasets.c.version)).where(datasets.c.name == name)).scalar() or 0) + 1

    def delete_dataset(self, dataset_id: str, who: str) -> None:
        """Forget a data set.

        Raises:
            StoreError: there is none with this id, or runs use it, those in the bin included.
        """
        with self.engine.write() as connection:
            # Locked first, so that no run can begin to use it between the question and the act.
            row = connection.execute(sa.select(datasets.c.name).where(datasets.c.id == dataset_id).with_for_update()).first()
            if row is None:
                raise StoreError("There is no data set {id}; see `python -m fmcore data list`.", id=dataset_id)
            used = connection.execute(sa.select(sa.func.count()).where(runs.c.dataset == dataset_id)).scalar_one()
            if used:
                raise StoreError(
                    "Runs that use the data set {name}: {count}. Delete them and empty the bin first.", count=used, name=row.name
                )
            connection.execute(datasets.delete().where(datasets.c.id == dataset_id))
            note(connection, "dataset-deleted", dataset_id, say("Deleted data set {name}.", name=row.name), who=who)


def _load(dataset_id: str, card: str) -> Dataset:
    return load(Dataset, card, f"data set {dataset_id}")
