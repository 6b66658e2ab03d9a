"""Portal"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SWITCHES = {
    "portal_is_open": True,
    "portal_allows_edits": False,
    "portal_mails_us": False,
    "portal_mails_them": True,
    "links_are_open": True,
}


def upgrade() -> None:
    for name, on in SWITCHES.items():
        default = sa.true() if on else sa.false()
        op.add_column("organizations", sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
    op.add_column("organizations", sa.Column("portal_banner", sa.Text(), nullable=False, server_default=""))
    for table in ("failed_sign_ins", "password_resets"):
        op.add_column(table, sa.Column("door", sa.String(10), nullable=False, server_default=""))
    with op.batch_alter_table("comments") as table:
        table.alter_column("author_id", existing_type=Id, nullable=True)
    _make_guests()
    _make_accesses()
    _make_notices()
    _make_links()


def downgrade() -> None:
    for table in ("document_links", "portal_notices", "portal_sign_ins", "portal_accesses", "portal_guests"):
        op.drop_table(table)
    op.execute("DELETE FROM mentions WHERE comment_id IN (SELECT id FROM comments WHERE author_id IS NULL)")
    op.execute("DELETE FROM comments WHERE author_id IS NULL")
    with op.batch_alter_table("comments") as table:
        table.alter_column("author_id", existing_type=Id, nullable=False)
    for table in ("failed_sign_ins", "password_resets"):
        op.execute(f"DELETE FROM {table} WHERE door <> ''")
        op.drop_column(table, "door")
    for name in ("portal_banner", *SWITCHES):
        op.drop_column("organizations", name)


def _make_guests() -> None:
    op.create_table(
        "portal_guests",
        sa.Column("id", Id, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("latest_access_id", Id, nullable=True),
        sa.Column("reset_hash", sa.String(64), nullable=True),
        sa.Column("reset_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_guests"),
        sa.UniqueConstraint("email", name="uq_portal_guests_email"),
        sa.UniqueConstraint("reset_hash", name="uq_portal_guests_reset_hash"),
    )


def _make_accesses() -> None:
    op.create_table(
        "portal_accesses",
        sa.Column("id", Id, nullable=False),
        sa.Column("contact_person_id", Id, nullable=False),
        sa.Column("guest_id", Id, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invitation_hash", sa.String(64), nullable=True),
        sa.Column("invitation_id", Id, nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _key("portal_accesses", "contact_person_id", "contact_persons", "CASCADE"),
        _key("portal_accesses", "guest_id", "portal_guests"),
        _key("portal_accesses", "invitation_id", "emails", "SET NULL"),
        _key("portal_accesses", "organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_accesses"),
        sa.UniqueConstraint("contact_person_id", name="uq_portal_accesses_contact_person_id"),
        sa.UniqueConstraint("invitation_hash", name="uq_portal_accesses_invitation_hash"),
    )
    _index("portal_accesses", "guest_id")
    _index("portal_accesses", "invitation_id")
    op.create_table(
        "portal_sign_ins",
        sa.Column("id", Id, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("guest_id", Id, nullable=False),
        sa.Column("access_id", Id, nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        _key("portal_sign_ins", "guest_id", "portal_guests"),
        _key("portal_sign_ins", "access_id", "portal_accesses", "CASCADE"),
        _key("portal_sign_ins", "organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_sign_ins"),
        sa.UniqueConstraint("token_hash", name="uq_portal_sign_ins_token_hash"),
    )
    _index("portal_sign_ins", "access_id")
    _index("portal_sign_ins", "guest_id")


def _make_notices() -> None:
    op.create_table(
        "portal_notices",
        sa.Column("id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("module", sa.String(60), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("verb", sa.String(60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("email_id", Id, nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        _key("portal_notices", "member_id", "members"),
        _key("portal_notices", "email_id", "emails"),
        _key("portal_notices", "organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_notices"),
    )
    _index("portal_notices", "organization_id", "member_id", "read_at", "id")
    _index("portal_notices", "organization_id", "module", "record_id")
    _index("portal_notices", "member_id")
    _index("portal_notices", "email_id")


def _make_links() -> None:
    op.create_table(
        "document_links",
        sa.Column("id", Id, nullable=False),
        sa.Column("document_id", Id, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("email_id", Id, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        _key("document_links", "document_id", "documents", "CASCADE"),
        _key("document_links", "email_id", "emails", "SET NULL"),
        _key("document_links", "organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name="pk_document_links"),
        sa.UniqueConstraint("token_hash", name="uq_document_links_token_hash"),
    )
    _index("document_links", "document_id")
    _index("document_links", "email_id")


def _key(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
