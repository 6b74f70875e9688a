"""The first tables: data sets, runs and what they measured, jobs, looks and events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# One order of words everywhere: by code point, as SQLite does it.
Words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", Words, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
        sa.UniqueConstraint("name", "version", name="uq_datasets_name_version"),
    )
    op.create_table(
        "events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("who", Words, nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("what", Words, nullable=False),
        sa.Column("subject", Words, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
    )
    op.create_index("ix_events_subject", "events", ["subject"], unique=False)
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", Words, nullable=False),
        sa.Column("key", Words, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("stage", Words, nullable=False),
        sa.Column("dataset", Words, nullable=False),
        sa.Column("base", Words, nullable=False),
        sa.Column("status", Words, nullable=False),
        sa.Column("who", Words, nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("device", Words, nullable=True),
        sa.Column("started", Words, nullable=True),
        sa.Column("ended", Words, nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("steps", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stop_requested", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("parents", sa.Text(), server_default="[]", nullable=False),
        sa.Column("notes", Words, server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted", Words, nullable=True),
        sa.ForeignKeyConstraint(["dataset"], ["datasets.id"], name="fk_runs_dataset"),
        sa.PrimaryKeyConstraint("number", name="pk_runs"),
        sa.UniqueConstraint("id", name="uq_runs_id"),
        sa.UniqueConstraint("key", name="uq_runs_key"),
    )
    op.create_index("ix_runs_dataset", "runs", ["dataset"], unique=False)
    op.create_index("ix_runs_deleted_at", "runs", ["deleted", "at", "number"], unique=False)
    op.create_table(
        "columns",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_columns"),
        sa.UniqueConstraint("name", name="uq_columns_name"),
    )
    op.create_table(
        "contents",
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("metrics", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_contents_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", name="pk_contents"),
    )
    op.create_table(
        "figures",
        sa.Column("column", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_text", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Double(), nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("column", "is_text", "number", "text", "run", name="pk_figures"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unranked",
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("old", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_unranked_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", name="pk_unranked"),
    )
    op.create_table(
        "progress",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_progress_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "part", name="pk_progress"),
    )
    op.create_table(
        "jobs",
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", Words, nullable=False),
        sa.Column("place", sa.Double(), nullable=False),
        sa.Column("token", sa.Integer(), server_default="0", nullable=False),
        sa.Column("device", Words, nullable=True),
        sa.Column("lease", sa.Double(), nullable=True),
        sa.Column("began", sa.Double(), nullable=True),
        sa.Column("boot_id", Words, nullable=True),
        sa.Column("pid", sa.Integer(), nullable=True),
        sa.Column("process_started", sa.Double(), nullable=True),
        sa.Column("host", Words, nullable=True),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_jobs_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state_place", "jobs", ["state", "place"], unique=False)
    op.create_index(
        "uq_jobs_running",
        "jobs",
        ["host", "device"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "looks",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("who", Words, nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("how", Words, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_looks_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_looks"),
    )
    op.create_index("ix_looks_run", "looks", ["run"], unique=False)
    op.create_table(
        "tags",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("tag", Words, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_tags_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "tag", name="pk_tags"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tags_tag", "tags", ["tag", "run"], unique=False)
