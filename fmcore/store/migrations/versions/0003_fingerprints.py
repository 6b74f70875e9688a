"""What a finished run left behind, as fingerprints, so that a later change of its files is seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# One order of words everywhere: by code point, as SQLite does it.
Words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("what", Words, nullable=False),
        sa.Column("sha256", Words, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_fingerprints_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "what", name="pk_fingerprints"),
        sqlite_with_rowid=False,
    )
