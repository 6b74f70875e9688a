"""8 STORE: what was run, by whom, with which result. Records in, records out; SQLite by default, PostgreSQL by URL."""

from fmcore.store.engine import sqlite_faults
from fmcore.store.records import Abandoned, Claim, Event, Identity, LoggedRun, Look, NewRun, Page, RunQuery, RunRow, Where
from fmcore.store.store import Store, open_store

__all__ = [
    "Abandoned",
    "Claim",
    "Event",
    "Identity",
    "LoggedRun",
    "Look",
    "NewRun",
    "Page",
    "RunQuery",
    "RunRow",
    "Store",
    "Where",
    "open_store",
    "sqlite_faults",
]
