"""What lists are asked for"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STAGE = "CASE WHEN status NOT IN ('sent', 'open') THEN status WHEN balance_minor > 0 THEN 'open' ELSE 'settled' END"
SORTED = ("date", "due_on", "number", "reference", "total_minor", "balance_minor")

NEW = [
    *(("documents", ["organization_id", "kind", "stage", column, "id"]) for column in SORTED),
    ("documents", ["organization_id", "party_id", "kind", "stage", "due_on"]),
    ("parties", ["organization_id", "kind", "is_active", "display_name", "id"]),
    ("parties", ["organization_id", "owner_id", "kind", "display_name", "id"]),
]
OLD = [
    ("documents", ["organization_id", "kind", "status", "due_on", "id"]),
    ("parties", ["organization_id", "owner_id", "id"]),
]


def upgrade() -> None:
    op.add_column("documents", sa.Column("stage", sa.String(20), _stage()))
    _exchange(new=NEW, old=OLD)


def downgrade() -> None:
    _exchange(new=OLD, old=NEW)
    op.drop_column("documents", "stage")


def _stage() -> sa.Computed:
    """PostgreSQL can only store it; to SQLite, which computes it, a stored column can't be added."""
    return sa.Computed(STAGE, persisted=op.get_bind().dialect.name == "postgresql")


def _exchange(new: list[tuple[str, list[str]]], old: list[tuple[str, list[str]]]) -> None:
    for table, columns in new:
        op.create_index(_name(table, columns), table, columns)
    for table, columns in old:
        op.drop_index(_name(table, columns), table)


def _name(table: str, columns: list[str]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
