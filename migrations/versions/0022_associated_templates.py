"""Templates of a customer, and customers who are not the same"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "associated_templates",
        sa.Column("party_id", Id, nullable=False),
        sa.Column("slot", sa.String(40), nullable=False),
        sa.Column("pdf_template_id", Id, nullable=True),
        sa.Column("mail_template_id", Id, nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        *_keys(
            "associated_templates",
            party_id="parties",
            pdf_template_id="pdf_templates",
            mail_template_id="mail_templates",
            organization_id="organizations",
        ),
        sa.PrimaryKeyConstraint("party_id", "slot", name="pk_associated_templates"),
    )
    for column in ("pdf_template_id", "mail_template_id"):
        op.create_index(f"ix_associated_templates_{column}", "associated_templates", [column])
    op.create_table(
        "different_customers",
        sa.Column("earlier_id", Id, nullable=False),
        sa.Column("later_id", Id, nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        *_keys(
            "different_customers", earlier_id="parties", later_id="parties", organization_id="organizations"
        ),
        sa.PrimaryKeyConstraint("earlier_id", "later_id", name="pk_different_customers"),
    )
    op.create_index("ix_different_customers_later_id", "different_customers", ["later_id"])


def downgrade() -> None:
    op.drop_table("different_customers")
    op.drop_table("associated_templates")


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")
        for column, target in targets.items()
    ]
