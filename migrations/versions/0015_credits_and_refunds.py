"""Credits, refunds and what was written off"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ONE_SOURCE = "(payment_id IS NULL) <> (credit_note_id IS NULL)"
RECORDED, RIGHTS = "books.invoices.edit", ("view", "create", "edit", "delete")


def upgrade() -> None:
    nothing = sa.Column("written_off_minor", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("documents", nothing)
    op.add_column("documents", sa.Column("written_off_on", sa.Date(), nullable=True))
    with op.batch_alter_table("payment_allocations") as table:
        table.alter_column("payment_id", existing_type=Id, nullable=True)
        table.add_column(sa.Column("credit_note_id", Id, nullable=True))
        table.create_foreign_key(
            "fk_payment_allocations_credit_note_id_documents", "documents", ["credit_note_id"], ["id"]
        )
        table.create_unique_constraint(
            "uq_payment_allocations_credit_note_id_document_id", ["credit_note_id", "document_id"]
        )
        table.create_check_constraint("one_source", ONE_SOURCE)
    _make_refunds()
    _give_rights()


def downgrade() -> None:
    op.drop_table("refunds")
    allocations = sa.table("payment_allocations", sa.column("payment_id"))
    op.execute(allocations.delete().where(allocations.c.payment_id.is_(None)))
    with op.batch_alter_table("payment_allocations") as table:
        table.drop_constraint("one_source", type_="check")
        table.drop_constraint("uq_payment_allocations_credit_note_id_document_id", type_="unique")
        table.drop_constraint("fk_payment_allocations_credit_note_id_documents", type_="foreignkey")
        table.drop_column("credit_note_id")
        table.alter_column("payment_id", existing_type=Id, nullable=False)
    op.drop_column("documents", "written_off_on")
    op.drop_column("documents", "written_off_minor")


def _make_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", Id, nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("payment_id", Id, nullable=True),
        sa.Column("credit_note_id", Id, nullable=True),
        sa.Column("party_id", Id, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("form_key", name="uq_refunds_form_key"),
        sa.CheckConstraint(ONE_SOURCE, name="one_source"),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_refunds_{column}_{table}")
            for column, table in (
                ("organization_id", "organizations"),
                ("payment_id", "payments"),
                ("credit_note_id", "documents"),
                ("party_id", "parties"),
            )
        ),
    )
    for columns in (["organization_id", "party_id", "date", "id"], ["payment_id"], ["credit_note_id"], ["party_id"]):
        op.create_index(f"ix_refunds_{'_'.join(columns)}", "refunds", columns)


def _give_rights() -> None:
    """Payments are a module now: whoever could record them with the right to change invoices still can."""
    roles = sa.table("roles", sa.column("id"), sa.column("permissions", sa.JSON()))
    for role_id, permissions in op.get_bind().execute(sa.select(roles.c.id, roles.c.permissions)).all():
        kept = json.loads(permissions) if isinstance(permissions, str) else permissions
        if RECORDED in kept or "books.invoices.*" in kept:
            more = [f"books.payments.{verb}" for verb in RIGHTS]
            op.execute(
                roles.update().where(roles.c.id == role_id).values(permissions=[*kept, *more])
            )
