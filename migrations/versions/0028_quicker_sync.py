"""What records that are joined to nobody are recognised by"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SIGNS = {"name": 400, "core": 400, "email": 254, "phone": 20, "tax": 80}


def upgrade() -> None:
    op.create_table(
        "sync_signs",
        sa.Column("id", Id, primary_key=True),
        sa.Column("organization_id", Id, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("module", sa.String(60), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(sign, sa.String(longest), nullable=False) for sign, longest in SIGNS.items()),
        sa.UniqueConstraint("organization_id", "module", "record_id"),
    )
    for sign in SIGNS:
        op.create_index(f"ix_sync_signs_{sign}", "sync_signs", ["organization_id", "module", sign])


def downgrade() -> None:
    op.drop_table("sync_signs")
