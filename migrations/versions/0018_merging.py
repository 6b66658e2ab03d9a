"""Merging"""

import sqlalchemy as sa
from alembic import op

from domain.books.alike import keys_of

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ALIKE = {"alike_tax": 80, "alike_email": 254, "alike_phone": 20, "alike_name": 400}
LINKED_ONCE = ["organization_id", "system", "remote_module", "remote_id"]
BATCH = 1000


def upgrade() -> None:
    op.add_column("parties", sa.Column("merge_id", Id, nullable=True))
    for column, length in ALIKE.items():
        op.add_column("parties", sa.Column(column, sa.String(length), nullable=False, server_default=""))
    _recognise()
    for column in ALIKE:
        which = sa.text(f"{column} <> ''")
        op.create_index(
            f"ix_parties_{column}",
            "parties",
            ["organization_id", "kind", column, "id"],
            sqlite_where=which,
            postgresql_where=which,
        )
    _make_tables()
    _let_two_accounts_be_one_customer()


def downgrade() -> None:
    with op.batch_alter_table("links") as table:
        table.drop_index("uq_links_remote")
        table.drop_index("ix_links_remote")
        table.create_unique_constraint(f"uq_links_{'_'.join(LINKED_ONCE)}", LINKED_ONCE)
    for table in ("merged_rows", "merged_customers", "merges"):
        op.drop_table(table)
    for column in ALIKE:
        op.drop_index(f"ix_parties_{column}", "parties")
        op.drop_column("parties", column)
    op.drop_column("parties", "merge_id")


def _recognise() -> None:
    """What those who are there are recognised by, a thousand at a time."""
    names = ("display_name", "email", "phone", "mobile", "tax_registration")
    parties = sa.table("parties", sa.column("id"), *map(sa.column, (*names, *ALIKE)))
    query = sa.select(parties.c.id, *(parties.c[name] for name in names)).order_by(parties.c.id)
    change = parties.update().where(parties.c.id == sa.bindparam("party"))
    change = change.values({column: sa.bindparam(f"new_{column}") for column in ALIKE})
    last = 0
    while rows := op.get_bind().execute(query.where(parties.c.id > last).limit(BATCH)).all():
        found = [{"party": row.id} | {f"new_{name}": key for name, key in keys_of(row).items()} for row in rows]
        op.get_bind().execute(change, found)
        last = rows[-1].id


def _make_tables() -> None:
    op.create_table(
        "merges",
        sa.Column("id", Id, nullable=False),
        sa.Column("main_id", Id, nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("stayed", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False, server_default=""),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=True),
        *_keys("merges", organization_id="organizations", main_id="parties", actor_id="members"),
        sa.PrimaryKeyConstraint("id", name="pk_merges"),
        sa.UniqueConstraint("form_key", name="uq_merges_form_key"),
    )
    op.create_index("ix_merges_organization_id_main_id_id", "merges", ["organization_id", "main_id", "id"])
    op.create_index("ix_merges_main_id", "merges", ["main_id"])
    op.create_table(
        "merged_customers",
        sa.Column("merge_id", Id, nullable=False),
        sa.Column("party_id", Id, nullable=False),
        sa.Column("was_active", sa.Boolean(), nullable=False),
        sa.Column("primary_id", Id, nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        *_keys("merged_customers", organization_id="organizations", merge_id="merges", party_id="parties"),
        sa.PrimaryKeyConstraint("merge_id", "party_id", name="pk_merged_customers"),
    )
    op.create_index("ix_merged_customers_party_id", "merged_customers", ["party_id"])
    op.create_table(
        "merged_rows",
        sa.Column("merge_id", Id, nullable=False),
        sa.Column("sort", sa.String(30), nullable=False),
        sa.Column("row_id", Id, nullable=False),
        sa.Column("party_id", Id, nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        *_keys("merged_rows", organization_id="organizations", merge_id="merges", party_id="parties"),
        sa.PrimaryKeyConstraint("merge_id", "sort", "row_id", name="pk_merged_rows"),
    )
    op.create_index("ix_merged_rows_party_id", "merged_rows", ["party_id"])


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")
        for column, target in targets.items()
    ]


def _let_two_accounts_be_one_customer() -> None:
    """Accounts of customers that were merged lead to the same one; with other systems it stays one to one."""
    with op.batch_alter_table("links") as table:
        table.drop_constraint(f"uq_links_{'_'.join(LINKED_ONCE)}", type_="unique")
    elsewhere = sa.text("system <> 'books'")
    op.create_index(
        "uq_links_remote", "links", LINKED_ONCE, unique=True, sqlite_where=elsewhere, postgresql_where=elsewhere
    )
    op.create_index("ix_links_remote", "links", LINKED_ONCE)
