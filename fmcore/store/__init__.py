"""8 STORE: what was run, by whom, with which result. Records in, records out; SQLite by default, PostgreSQL by URL."""

from fmcore.store.engine import sqlite_faults
from fmcore.store.records import (
    Abandoned,
    Claim,
    DemoSettings,
    Event,
    Example,
    Feedback,
    Identity,
    Link,
    LoggedRun,
    Look,
    NewRun,
    Page,
    RunQuery,
    RunRow,
    Token,
    Where,
)
from fmcore.store.store import Store, open_store

__all__ = [
    "Abandoned",
    "Claim",
    "DemoSettings",
    "Event",
    "Example",
    "Feedback",
    "Identity",
    "Link",
    "LoggedRun",
    "Look",
    "NewRun",
    "Page",
    "RunQuery",
    "RunRow",
    "Store",
    "Token",
    "Where",
    "open_store",
    "sqlite_faults",
]
