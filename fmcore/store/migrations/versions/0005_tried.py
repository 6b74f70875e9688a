"""What opens a run to others and what they say of it: API keys, demo links, feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# One order of words everywhere: by code point, as SQLite does it.
Words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _of_a_secret("tokens", sa.Column("name", Words, nullable=False))
    _of_a_secret(
        "links",
        sa.Column("title", Words, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("visits", sa.Integer(), server_default="0", nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", Words, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("link", Words, nullable=True),
        sa.Column("wrong", sa.Boolean(), nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_feedback_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_feedback"),
        sa.UniqueConstraint("id", name="uq_feedback_id"),
    )
    op.create_index("ix_feedback_run", "feedback", ["run"], unique=False)
    op.create_index("ix_feedback_link", "feedback", ["link"], unique=False)


def _of_a_secret(name: str, *more: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", Words, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("sha256", Words, nullable=False),
        sa.Column("who", Words, nullable=False),
        sa.Column("at", Words, nullable=False),
        sa.Column("expires", Words, nullable=False),
        sa.Column("revoked", Words, nullable=True),
        *more,
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name=f"fk_{name}_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=f"pk_{name}"),
        sa.UniqueConstraint("id", name=f"uq_{name}_id"),
        sa.UniqueConstraint("sha256", name=f"uq_{name}_sha256"),
    )
    op.create_index(f"ix_{name}_run", name, ["run"], unique=False)
