"""Bulk runs keep the file that they made"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("bulk_runs") as table:
        table.add_column(sa.Column("file_id", Id, nullable=True))
        table.create_foreign_key(op.f("fk_bulk_runs_file_id_files"), "files", ["file_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("bulk_runs") as table:
        table.drop_constraint(op.f("fk_bulk_runs_file_id_files"), type_="foreignkey")
        table.drop_column("file_id")
