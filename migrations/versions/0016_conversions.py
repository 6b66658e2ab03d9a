"""What became of a document"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFERENCE = "fk_document_lines_source_line_id_document_lines"


def upgrade() -> None:
    for name, length in (("progress", 10), ("status_reason", 500)):
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("documents", column)
    with op.batch_alter_table("document_lines") as table:
        table.add_column(sa.Column("source_line_id", Id, nullable=True))
        table.create_foreign_key(
            REFERENCE, "document_lines", ["source_line_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_document_lines_source_line_id", "document_lines", ["source_line_id"])


def downgrade() -> None:
    op.drop_index("ix_document_lines_source_line_id", "document_lines")
    with op.batch_alter_table("document_lines") as table:
        table.drop_constraint(REFERENCE, type_="foreignkey")
        table.drop_column("source_line_id")
    for name in ("status_reason", "progress"):
        op.drop_column("documents", name)
