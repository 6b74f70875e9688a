"""The run history behind one door: records in, records out. Never rows of data, never a model, never torch."""

from __future__ import annotations

from fmcore.settings import get_settings
from fmcore.store.audits import Audits
from fmcore.store.copies import Copies
from fmcore.store.datasets import Datasets
from fmcore.store.engine import get_engine
from fmcore.store.events import Events
from fmcore.store.feedback import Feedbacks
from fmcore.store.fingerprints import Fingerprints
from fmcore.store.jobs import Jobs
from fmcore.store.links import Links
from fmcore.store.migrate import migrate
from fmcore.store.progress import Measured
from fmcore.store.runs import Runs
from fmcore.store.tokens import Tokens


class Store(Datasets, Runs, Measured, Fingerprints, Copies, Jobs, Audits, Tokens, Links, Feedbacks, Events):
    """Everything that is remembered. Each method is one short transaction and is safe from many threads and processes."""


_opened: dict[str, Store] = {}


def open_store(url: str | None = None) -> Store:
    """Return the store at this URL, or the one that the settings name; made and brought up to date if need be.

    Opening it again in the same process gives the same store.

    Raises:
        StoreError: it can't be opened or written, or a newer version of FM Commons wrote it.
    """
    url = url or get_settings().url()
    if url not in _opened:
        engine = get_engine(url)
        migrate(engine)
        _opened[url] = Store(engine)
    return _opened[url]
