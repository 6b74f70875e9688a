"""Audits: each a record that never changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# One order of words everywhere: by code point, as SQLite does it.
Words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", Words, nullable=False),
        sa.Column("run", Words, nullable=True),
        sa.Column("fingerprint", Words, nullable=False),
        sa.Column("who", Words, nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audits"),
        sa.UniqueConstraint("id", name="uq_audits_id"),
    )
    op.create_index("ix_audits_run", "audits", ["run"], unique=False)
    op.create_index("ix_audits_fingerprint", "audits", ["fingerprint"], unique=False)
