"""Programs that act for people"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

READ_BY_PROGRAMS = ("accounts", "contacts", "products", "deals")


def upgrade() -> None:
    _make_programs()
    _make_grants()
    _make_credentials()
    with op.batch_alter_table("access_tokens") as table:
        table.add_column(sa.Column("grant_id", Id, nullable=True))
        table.add_column(sa.Column("calls", sa.Integer, nullable=False, server_default="0"))
        table.alter_column("scopes", existing_type=sa.String(100), type_=sa.String(500), existing_nullable=False)
        table.create_foreign_key("fk_access_tokens_grant_id_grants", "grants", ["grant_id"], ["id"])
        table.create_index("ix_access_tokens_grant_id_id", ["grant_id", "id"])
    for name in READ_BY_PROGRAMS:
        op.create_index(
            f"ix_{name}_organization_id_updated_at_id", name, ["organization_id", "updated_at", "id"]
        )


def downgrade() -> None:
    for name in READ_BY_PROGRAMS:
        op.drop_index(f"ix_{name}_organization_id_updated_at_id", name)
    with op.batch_alter_table("access_tokens") as table:
        table.drop_index("ix_access_tokens_grant_id_id")
        table.drop_constraint("fk_access_tokens_grant_id_grants", type_="foreignkey")
        table.drop_column("calls")
        table.drop_column("grant_id")
    op.drop_table("sync_credentials")
    op.drop_table("grants")
    op.drop_table("programs")


def _made() -> tuple[sa.Column, ...]:
    return (
        sa.Column("organization_id", Id, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", Id, sa.ForeignKey("members.id"), nullable=False),
    )


def _make_programs() -> None:
    op.create_table(
        "programs",
        sa.Column("id", Id, primary_key=True),
        *_made(),
        sa.Column("form_key", sa.String(64), nullable=True, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False, unique=True),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("redirect_uri", sa.String(500), nullable=False),
    )
    op.create_index("ix_programs_organization_id_id", "programs", ["organization_id", "id"])
    op.create_index("ix_programs_member_id", "programs", ["member_id"])


def _make_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", Id, primary_key=True),
        *_made(),
        sa.Column("program_id", Id, sa.ForeignKey("programs.id"), nullable=False),
        sa.Column("scopes", sa.String(500), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=True, unique=True),
        sa.Column("code_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("challenge", sa.String(128), nullable=False),
        sa.Column("refresh_hash", sa.String(64), nullable=True, unique=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_from", sa.String(45), nullable=False),
        sa.Column("calls", sa.Integer, nullable=False, server_default="0"),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_in_window", sa.Integer, nullable=False),
    )
    op.create_index("ix_grants_organization_id_id", "grants", ["organization_id", "id"])
    op.create_index("ix_grants_program_id_member_id_id", "grants", ["program_id", "member_id", "id"])
    op.create_index("ix_grants_member_id", "grants", ["member_id"])


def _make_credentials() -> None:
    op.create_table(
        "sync_credentials",
        sa.Column("id", Id, primary_key=True),
        *_made(),
        sa.Column("connection_id", Id, sa.ForeignKey("sync_connections.id"), nullable=True, unique=True),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("client_secret", sa.Text, nullable=False),
        sa.Column("redirect_uri", sa.String(500), nullable=False),
        sa.Column("state_hash", sa.String(64), nullable=True, unique=True),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("refresh_token", sa.Text, nullable=False),
        sa.Column("access_token", sa.Text, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_index("ix_sync_credentials_organization_id_id", "sync_credentials", ["organization_id", "id"])
    op.create_index("ix_sync_credentials_member_id", "sync_credentials", ["member_id"])
