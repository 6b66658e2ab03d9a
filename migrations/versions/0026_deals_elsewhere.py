"""Deals of other systems on documents"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

LENGTHS = {"remote_deal_system": 40, "remote_deal_id": 100, "remote_deal_name": 200}


def upgrade() -> None:
    for name, length in LENGTHS.items():
        op.add_column("documents", sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    for name in LENGTHS:
        op.drop_column("documents", name)
