"""Exports know whether their maker was kept to assigned customers"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_narrow = sa.Column("is_narrow", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("exports", is_narrow)


def downgrade() -> None:
    with op.batch_alter_table("exports") as table:
        table.drop_column("is_narrow")
