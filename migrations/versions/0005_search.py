"""The index of everything that can be searched, and lists that are taken out"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from domain.search_grams import for_tsvector, grams_of
from domain.search_text import searched
from domain.sqlite import teach

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH = 1000

RECORDS = (
    ("accounts", None, "crm.accounts"),
    ("contacts", None, "crm.contacts"),
    ("parties", "customer", "books.customers"),
    ("parties", "vendor", "books.vendors"),
    ("contact_persons", None, "books.contact-persons"),
    ("items", None, "books.items"),
    ("documents", "invoice", "books.invoices"),
    ("payments", None, "books.payments"),
)
"""What could be searched when the index came: table, kind, module."""

FTS = """
CREATE VIRTUAL TABLE search_grams USING fts5(
    grams, content='', columnsize=0, detail='none', tokenize='ascii'
)
"""

NEW = "INSERT INTO search_grams(rowid, grams) VALUES (new.id, grams_of(new.organization_id, new.module, new.text));"
OLD = (
    "INSERT INTO search_grams(search_grams, rowid, grams)"
    " VALUES ('delete', old.id, grams_of(old.organization_id, old.module, old.text));"
)

TRIGGERS = (("insert", NEW), ("delete", OLD), ("update", OLD + NEW))


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_exports()
    op.create_table(
        "search_index",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grams", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=True),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_search_index_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index")),
        sa.UniqueConstraint(
            "organization_id", "module", "record_id", name=op.f("uq_search_index_organization_id_module_record_id")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        _make_fts()
    _fill()
    op.create_index(
        "ix_search_index_grams",
        "search_index",
        ["grams"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        sqlite_where=sa.text("grams IS NOT NULL"),
    )


def _make_exports() -> None:
    op.create_table(
        "exports",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("encoding", sa.String(length=10), nullable=False),
        sa.Column("is_exact", sa.Boolean(), nullable=False),
        sa.Column("has_all_fields", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_exports_file_id_files")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_exports_member_id_members")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_exports_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("form_key", name=op.f("uq_exports_form_key")),
    )
    op.create_index(
        op.f("ix_exports_organization_id_member_id_id"), "exports", ["organization_id", "member_id", "id"]
    )


def _make_fts() -> None:
    teach(op.get_bind().connection.dbapi_connection)
    op.execute(FTS)
    for change, act in TRIGGERS:
        op.execute(f"CREATE TRIGGER search_index_{change} AFTER {change} ON search_index BEGIN {act} END")


def _fill() -> None:
    for table, kind, module in RECORDS:
        last = 0
        while rows := _after(table, kind, last):
            _keep(table, module, rows)
            last = rows[-1].id


def _after(table: str, kind: str | None, last: int) -> list:
    records = _records(table)
    query = sa.select(records.c.id, records.c.organization_id, records.c.search_text).where(records.c.id > last)
    query = query if kind is None else query.where(records.c.kind == kind)
    return list(op.get_bind().execute(query.order_by(records.c.id).limit(BATCH)))


def _keep(table: str, module: str, rows: list) -> None:
    """Each text once more with the numbers in it that have hyphens, without them."""
    records, index = _records(table), sa.table("search_index", *map(sa.column, COLUMNS))
    texts = [(row, searched(row.search_text.split("\n"))) for row in rows]
    op.get_bind().execute(sa.insert(index), [_entry(row, module, text) for row, text in texts])
    query = sa.update(records).where(records.c.id == sa.bindparam("b_id"))
    for row, text in texts:
        if text != row.search_text:
            op.get_bind().execute(query.values(search_text=text), {"b_id": row.id})


COLUMNS = ("organization_id", "module", "record_id", "text", "grams")


def _records(table: str) -> sa.TableClause:
    return sa.table(table, *map(sa.column, ("id", "organization_id", "search_text", "kind")))


def _entry(row: sa.Row, module: str, text: str) -> dict:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    grams = None if is_sqlite else for_tsvector(grams_of(row.organization_id, module, text))
    return {
        "organization_id": row.organization_id,
        "module": module,
        "record_id": row.id,
        "text": text,
        "grams": grams,
    }


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_grams")
    op.drop_table("search_index")
    op.drop_table("exports")
