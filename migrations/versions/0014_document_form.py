"""What the form of a document offers: series whose numbers people type"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "number_series", sa.Column("is_manual", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "documents", sa.Column("typed_number", sa.String(60), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("documents", "typed_number")
    op.drop_column("number_series", "is_manual")
