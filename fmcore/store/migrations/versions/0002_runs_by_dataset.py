"""No index of runs by data set: every run that is added paid for it, and looking through 10,000 runs takes 2 ms."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_index("ix_runs_dataset", "runs")
