"""Stock on hand, fax, currencies of accounts"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

STOCK = ("stock_on_hand", "reorder_level")
FAXES = ("crm_vendors", "parties")


def upgrade() -> None:
    with op.batch_alter_table("items") as table:
        for name in STOCK:
            table.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
    for name in FAXES:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("fax", sa.String(50), nullable=False, server_default=""))
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("currency", sa.String(3), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("accounts") as table:
        table.drop_column("currency")
    for name in FAXES:
        with op.batch_alter_table(name) as table:
            table.drop_column("fax")
    with op.batch_alter_table("items") as table:
        for name in STOCK:
            table.drop_column(name)
