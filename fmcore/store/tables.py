"""The tables, as the newest migration leaves them. Says what is stored, not how it is asked for.

People see ids (``r-…``, ``d-…``); tables join on ``runs.number``, which keeps indices small. Records that only travel whole
(a data set's card, a run's spec, sentences) are JSON text, curves and figures packed floats;
whatever is searched, sorted or checked has a column.
Times are ISO 8601 in UTC, except leases, which are seconds since 1970.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# One order of words everywhere: by code point, as SQLite does it.
Words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _run(**options: object) -> sa.Column:
    return sa.Column("run", sa.Integer, sa.ForeignKey("runs.number", ondelete="CASCADE"), nullable=False, **options)


def _secret() -> tuple[sa.Column, ...]:
    """Return the columns of what opens a run to whoever holds a secret; only the secret's sha256 is stored."""
    return (
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", Words, nullable=False, unique=True),
        _run(index=True),
        sa.Column("sha256", Words, nullable=False, unique=True),
        sa.Column("who", Words, nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("expires", Words, nullable=False),
        sa.Column("revoked", Words),
    )


datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("card", sa.Text, nullable=False),
    sa.UniqueConstraint("name", "version"),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", Words, nullable=False, unique=True),
    sa.Column("key", Words, nullable=False, unique=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("stage", Words, nullable=False),
    sa.Column("dataset", Words, sa.ForeignKey("datasets.id"), nullable=False),
    sa.Column("base", Words, nullable=False),
    sa.Column("status", Words, nullable=False),
    sa.Column("who", Words, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("device", Words),
    sa.Column("started", Words),
    sa.Column("ended", Words),
    sa.Column("seconds", sa.Double),
    sa.Column("step", sa.Integer, nullable=False, server_default="0"),
    sa.Column("steps", sa.Integer),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("stop_requested", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("message", sa.Text),
    sa.Column("parents", sa.Text, nullable=False, server_default="[]"),
    sa.Column("notes", Words, nullable=False, server_default=""),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("deleted", Words),
)
_binned = runs.c.deleted.is_not(None)
sa.Index("ix_runs_deleted", runs.c.deleted, sqlite_where=_binned, postgresql_where=_binned)  # of few runs, so adding one costs nothing

contents = sa.Table(  # apart from runs, so that listing and searching read narrow rows
    "contents",
    metadata,
    _run(primary_key=True, autoincrement=False),
    sa.Column("spec", sa.Text, nullable=False),
    sa.Column("figures", sa.LargeBinary, nullable=False),
    sa.Column("metrics", sa.Text, nullable=False),
    sa.Column("curve", sa.LargeBinary),  # of a run that was logged whole; the points of a job are in `progress`
)

tags = sa.Table(
    "tags",
    metadata,
    _run(primary_key=True),
    sa.Column("tag", Words, primary_key=True),
    sa.Index("ix_tags_tag", "tag", "run"),
    sqlite_with_rowid=False,
)

columns = sa.Table(  # what runs can be sorted by: metric:<split>/<name> and setting:<name>
    "columns",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("name", Words, nullable=False, unique=True),
)

figures = sa.Table(  # contents.figures again, one a row and in order; no foreign key, since fmcore.store.ranking looks after it
    "figures",
    metadata,
    sa.Column("column", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("is_text", sa.Boolean, primary_key=True),
    sa.Column("number", sa.Double, primary_key=True),
    sa.Column("text", Words, primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

unranked = sa.Table(  # runs whose figures changed since they were put into `figures`, with those that stand there
    "unranked",
    metadata,
    _run(primary_key=True, autoincrement=False),
    sa.Column("old", sa.LargeBinary),
)

progress = sa.Table(  # the points of one write are one row; of two rows with the same step, the later part holds
    "progress",
    metadata,
    _run(primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("names", sa.Text, nullable=False),
    sa.Column("points", sa.LargeBinary, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    _run(primary_key=True, autoincrement=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("place", sa.Double, nullable=False),
    sa.Column("token", sa.Integer, nullable=False, server_default="0"),
    sa.Column("device", Words),
    sa.Column("lease", sa.Double),
    sa.Column("began", sa.Double),
    sa.Column("boot_id", Words),
    sa.Column("pid", sa.Integer),
    sa.Column("process_started", sa.Double),
    sa.Column("host", Words),
    sa.Index("ix_jobs_state_place", "state", "place"),
)
sa.Index(
    "uq_jobs_running", jobs.c.host, jobs.c.device, unique=True,
    sqlite_where=jobs.c.state == sa.literal_column("'running'"), postgresql_where=jobs.c.state == sa.literal_column("'running'"),
)  # fmt: skip

looks = sa.Table(
    "looks",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    _run(index=True),
    sa.Column("who", Words, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("how", Words, nullable=False),
)

fingerprints = sa.Table(
    "fingerprints",
    metadata,
    _run(primary_key=True),
    sa.Column("what", Words, primary_key=True),
    sa.Column("sha256", Words, nullable=False),
    sqlite_with_rowid=False,
)

audits = sa.Table(  # never changed; no foreign key: what was found stays on record when its run is gone
    "audits",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", Words, nullable=False, unique=True),
    sa.Column("run", Words, index=True),
    sa.Column("fingerprint", Words, nullable=False, index=True),
    sa.Column("who", Words, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("origin", sa.Text),  # where a table's answers came from; not part of what was found
)

tokens = sa.Table(
    "tokens",
    metadata,
    *_secret(),
    sa.Column("name", Words, nullable=False),
)

links = sa.Table(
    "links",
    metadata,
    *_secret(),
    sa.Column("title", Words, nullable=False),
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("visits", sa.Integer, nullable=False, server_default="0"),
)

feedback = sa.Table(  # never changed
    "feedback",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", Words, nullable=False, unique=True),
    _run(index=True),
    sa.Column("link", Words, index=True),
    sa.Column("wrong", sa.Boolean, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
)

events = sa.Table(  # no foreign key: what was done stays on record when its subject is gone
    "events",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("who", Words, nullable=False),
    sa.Column("at", Words, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
)
