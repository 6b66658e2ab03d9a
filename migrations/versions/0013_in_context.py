"""Apps, vendors of customers, documents of deals"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
USUAL = "books,expense,subscriptions,inventory"


def upgrade() -> None:
    op.add_column("organizations", sa.Column("apps", sa.String(100), nullable=False, server_default=USUAL))
    with op.batch_alter_table("parties") as table:
        table.add_column(sa.Column("vendor_id", Id, nullable=True))
        table.create_foreign_key("fk_parties_vendor_id_parties", "parties", ["vendor_id"], ["id"])
        table.create_index("ix_parties_vendor_id", ["vendor_id"])
    op.create_table(
        "deal_counts",
        sa.Column("deal_id", Id, sa.ForeignKey("deals.id", name="fk_deal_counts_deal_id_deals"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "organization_id",
            Id,
            sa.ForeignKey("organizations.id", name="fk_deal_counts_organization_id_organizations"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("deal_id", "kind", "currency", name="pk_deal_counts"),
    )
    _count_what_is_there()


def _count_what_is_there() -> None:
    """Payments were not counted; and only invoices could be of a deal, if a program said so."""
    op.execute(
        """
        INSERT INTO document_counts (organization_id, party_id, kind, count, balance_minor)
        SELECT organization_id, party_id, 'payment', COUNT(*), SUM(unused_minor)
        FROM payments GROUP BY organization_id, party_id
        """
    )
    op.execute(
        """
        INSERT INTO deal_counts (organization_id, deal_id, kind, currency, count, balance_minor)
        SELECT organization_id, deal_id, kind, currency, COUNT(*),
               SUM(CASE WHEN stage = 'open' THEN balance_minor ELSE 0 END)
        FROM documents WHERE deal_id IS NOT NULL GROUP BY organization_id, deal_id, kind, currency
        """
    )


def downgrade() -> None:
    op.drop_table("deal_counts")
    op.execute("DELETE FROM document_counts WHERE kind = 'payment'")
    with op.batch_alter_table("parties") as table:
        table.drop_index("ix_parties_vendor_id")
        table.drop_constraint("fk_parties_vendor_id_parties", type_="foreignkey")
        table.drop_column("vendor_id")
    with op.batch_alter_table("organizations") as table:
        table.drop_column("apps")
