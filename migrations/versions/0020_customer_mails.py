"""Mails to customers"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("emails", sa.Column("kind", sa.String(20), nullable=False, server_default=""))
    op.add_column(
        "emails", sa.Column("attach_unpaid", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _say_kinds()
    _make_drafts()
    _make_draft_files()


def downgrade() -> None:
    op.drop_table("email_draft_files")
    op.drop_table("email_drafts")
    with op.batch_alter_table("emails") as table:
        table.drop_column("attach_unpaid")
        table.drop_column("kind")


def _say_kinds() -> None:
    """Of the mails that were written so far, by what they are about."""
    op.execute(
        "UPDATE emails SET kind = (SELECT documents.kind FROM documents WHERE documents.id = emails.document_id)"
        " WHERE document_id IS NOT NULL"
    )
    op.execute("UPDATE emails SET kind = 'payment' WHERE payment_id IS NOT NULL")


def _make_drafts() -> None:
    op.create_table(
        "email_drafts",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("document_id", Id, nullable=True),
        sa.Column("payment_id", Id, nullable=True),
        sa.Column("party_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("subject", sa.String(1000), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=True),
        *_keys("email_drafts", organization_id="organizations", member_id="members"),
        *_keys("email_drafts", "CASCADE", document_id="documents", payment_id="payments", party_id="parties"),
        sa.PrimaryKeyConstraint("id", name="pk_email_drafts"),
        sa.UniqueConstraint("form_key", name="uq_email_drafts_form_key"),
    )
    _index("email_drafts", "organization_id", "party_id", "member_id", "id")
    for column in ("document_id", "payment_id", "party_id", "member_id"):
        _index("email_drafts", column)


def _make_draft_files() -> None:
    op.create_table(
        "email_draft_files",
        sa.Column("id", Id, nullable=False),
        sa.Column("draft_id", Id, nullable=False),
        sa.Column("file_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        *_keys("email_draft_files", organization_id="organizations", file_id="files"),
        *_keys("email_draft_files", "CASCADE", draft_id="email_drafts"),
        sa.PrimaryKeyConstraint("id", name="pk_email_draft_files"),
        sa.UniqueConstraint("draft_id", "position", name="uq_email_draft_files_draft_id_position"),
    )
    _index("email_draft_files", "file_id")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _keys(table: str, ondelete: str | None = None, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}", ondelete=ondelete
        )
        for column, target in targets.items()
    ]
