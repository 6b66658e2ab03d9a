"""Comments, attachments and keys"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _text(length: int) -> sa.types.TypeEngine:
    return sa.String(length=length)


def _organization(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=f"fk_{table}_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", ID, nullable=False),
        sa.Column("module", _text(60), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("author_name", _text(100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("in_portal", sa.Boolean(), nullable=False),
        sa.Column("mentioned", sa.JSON(), nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form_key", _text(64), nullable=True),
        *_organization("comments"),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name="fk_comments_author_id_members"),
        sa.UniqueConstraint("form_key", name="uq_comments_form_key"),
    )
    op.create_index(
        "ix_comments_organization_id_module_record_id_id",
        "comments",
        ["organization_id", "module", "record_id", "id"],
    )
    op.create_table(
        "mentions",
        sa.Column("id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("email_id", ID, nullable=True),
        *_organization("mentions"),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name="fk_mentions_comment_id_comments"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_mentions_member_id_members"),
        sa.ForeignKeyConstraint(["email_id"], ["emails.id"], name="fk_mentions_email_id_emails"),
        sa.UniqueConstraint("comment_id", "member_id", name="uq_mentions_comment_id_member_id"),
    )
    op.create_index("ix_mentions_email_id", "mentions", ["email_id"])
    op.create_index(
        "ix_mentions_organization_id_member_id_read_at_id",
        "mentions",
        ["organization_id", "member_id", "read_at", "id"],
    )
    op.create_table(
        "attachments",
        sa.Column("id", ID, nullable=False),
        sa.Column("module", _text(60), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("in_portal", sa.Boolean(), nullable=False),
        sa.Column("added_by_id", ID, nullable=True),
        sa.Column("added_by_name", _text(100), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        *_organization("attachments"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_attachments_file_id_files"),
        sa.ForeignKeyConstraint(["added_by_id"], ["members.id"], name="fk_attachments_added_by_id_members"),
    )
    op.create_index("ix_attachments_file_id", "attachments", ["file_id"])
    op.create_index(
        "ix_attachments_organization_id_module_record_id_id",
        "attachments",
        ["organization_id", "module", "record_id", "id"],
    )
    op.create_table(
        "access_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("name", _text(100), nullable=False),
        sa.Column("token_hash", _text(64), nullable=False),
        sa.Column("begins_with", _text(12), nullable=False),
        sa.Column("scopes", _text(100), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("last_used_from", _text(45), nullable=False),
        sa.Column("window_at", MOMENT, nullable=True),
        sa.Column("used_in_window", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("form_key", _text(64), nullable=True),
        *_organization("access_tokens"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_access_tokens_member_id_members"),
        sa.UniqueConstraint("token_hash", name="uq_access_tokens_token_hash"),
        sa.UniqueConstraint("form_key", name="uq_access_tokens_form_key"),
    )
    op.create_index(
        "ix_access_tokens_organization_id_member_id_id",
        "access_tokens",
        ["organization_id", "member_id", "id"],
    )
    for name, kind in _MAIL.items():
        op.add_column("organizations", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("emails", sa.Column("notice", _text(20), nullable=False, server_default=""))
    op.add_column("members", sa.Column("unread_mentions", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_outbox_organization_id_id", "outbox", ["organization_id", "id"])


_MAIL = {
    "mail_sender_name": _text(200),
    "mail_sender_address": _text(254),
    "mail_reply_to": _text(254),
    "mail_signature": sa.Text(),
}


def downgrade() -> None:
    op.drop_index("ix_outbox_organization_id_id", "outbox")
    op.drop_column("members", "unread_mentions")
    op.drop_column("emails", "notice")
    for name in _MAIL:
        op.drop_column("organizations", name)
    for table in ("access_tokens", "attachments", "mentions", "comments"):
        op.drop_table(table)
