"""Where the table of an audit came from, so that it can be made again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("audits", sa.Column("origin", sa.Text(), nullable=True))
