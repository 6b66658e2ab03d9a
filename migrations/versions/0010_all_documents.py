"""All kinds of documents"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

PROMISED = ("expires_on", "shipment_on", "delivery_on")

STAGED = ("date", "due_on", "number", "reference", "total_minor", "balance_minor")
BY_STAGE = [
    *(["organization_id", "kind", "stage", column, "id"] for column in STAGED),
    ["organization_id", "party_id", "kind", "stage", "due_on"],
]
NEW = [["organization_id", "kind", "stage", "expires_on", "id"], ["organization_id", "source_id"], ["source_id"]]

STAGE = (
    "CASE WHEN kind IN ('estimate', 'sales_order', 'purchase_order') OR status NOT IN ('sent', 'open') THEN status "
    "WHEN balance_minor > 0 THEN 'open' ELSE 'settled' END"
)
OLD_STAGE = "CASE WHEN status NOT IN ('sent', 'open') THEN status WHEN balance_minor > 0 THEN 'open' ELSE 'settled' END"

SERIES = {
    "estimate": ("EST-", 6),
    "sales_order": ("SO-", 6),
    "credit_note": ("CN-", 6),
    "purchase_order": ("PO-", 6),
    "vendor_payment": ("VP-", 5),
}


def upgrade() -> None:
    _drop_stage()
    op.drop_index("uq_documents_number", "documents")
    with op.batch_alter_table("documents") as table:
        for name in PROMISED:
            table.add_column(sa.Column(name, sa.Date(), nullable=True))
        table.add_column(sa.Column("source_id", Id, nullable=True))
        table.create_foreign_key("fk_documents_source_id_documents", "documents", ["source_id"], ["id"])
    _add_stage(STAGE)
    _index(NEW)
    _unique("uq_documents_number", ["organization_id", "kind", "number"], "number <> '' AND kind <> 'bill'")
    _unique("uq_documents_bill", ["organization_id", "party_id", "number"], "number <> '' AND kind = 'bill'")
    _add_series()


def downgrade() -> None:
    documents = sa.table("documents", sa.column("kind"))
    op.execute(documents.delete().where(documents.c.kind != "invoice"))
    series = sa.table("number_series", sa.column("document_kind"))
    op.execute(series.delete().where(series.c.document_kind.in_(SERIES)))
    op.drop_index("uq_documents_bill", "documents")
    op.drop_index("uq_documents_number", "documents")
    for columns in NEW:
        op.drop_index(_name(columns), "documents")
    _drop_stage()
    with op.batch_alter_table("documents") as table:
        table.drop_constraint("fk_documents_source_id_documents", type_="foreignkey")
        table.drop_column("source_id")
        for name in PROMISED:
            table.drop_column(name)
    _unique("uq_documents_number", ["organization_id", "kind", "number"], "number <> ''")
    _add_stage(OLD_STAGE)


def _drop_stage() -> None:
    """What a generated column says can't be changed: it goes, with its indexes, and comes back."""
    for columns in BY_STAGE:
        op.drop_index(_name(columns), "documents")
    op.drop_column("documents", "stage")


def _add_stage(expression: str) -> None:
    is_stored = op.get_bind().dialect.name == "postgresql"
    op.add_column("documents", sa.Column("stage", sa.String(20), sa.Computed(expression, persisted=is_stored)))
    _index(BY_STAGE)


def _index(indexes: list[list[str]]) -> None:
    for columns in indexes:
        op.create_index(_name(columns), "documents", columns)


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "documents", columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _name(columns: list[str]) -> str:
    return f"ix_documents_{'_'.join(columns)}"


def _add_series() -> None:
    """Each organization gets a series for the new kinds, named as its series for invoices is."""
    series = sa.table(
        "number_series",
        *(
            sa.column(name)
            for name in ("organization_id", "document_kind", "name", "prefix", "next_number", "width")
        ),
        sa.column("restarts_yearly", sa.Boolean()),
        sa.column("period"),
        sa.column("is_default", sa.Boolean()),
        sa.column("version"),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("updated_at", sa.DateTime(timezone=True)),
    )
    invoices = sa.select(series.c.organization_id, series.c.name).where(
        series.c.document_kind == "invoice", series.c.is_default
    )
    moment = datetime.now(UTC)
    rows = [
        {
            "organization_id": organization_id,
            "document_kind": kind,
            "name": name,
            "prefix": prefix,
            "next_number": 1,
            "width": width,
            "restarts_yearly": False,
            "period": 0,
            "is_default": True,
            "version": 1,
            "created_at": moment,
            "updated_at": moment,
        }
        for organization_id, name in op.get_bind().execute(invoices).all()
        for kind, (prefix, width) in SERIES.items()
    ]
    if rows:
        op.bulk_insert(series, rows)
