"""Apps, vendors of customers, documents of deals"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

USUAL = "books,expense,subscriptions,inventory"


def upgrade() -> None:
    op.add_column("organizations", sa.Column("apps", sa.String(100), nullable=False, server_default=USUAL))
    with op.batch_alter_table("parties") as table:
        table.add_column(sa.Column("vendor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        table.create_foreign_key("fk_parties_vendor_id_parties", "parties", ["vendor_id"], ["id"])
        table.create_index("ix_parties_vendor_id", ["vendor_id"])


def downgrade() -> None:
    with op.batch_alter_table("parties") as table:
        table.drop_index("ix_parties_vendor_id")
        table.drop_constraint("fk_parties_vendor_id_parties", type_="foreignkey")
        table.drop_column("vendor_id")
    with op.batch_alter_table("organizations") as table:
        table.drop_column("apps")
