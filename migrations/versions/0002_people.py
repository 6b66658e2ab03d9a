"""People and their rights"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

TIMELINE = (
    ["organization_id", "at", "id"],
    ["organization_id", "module", "at", "id"],
    ["organization_id", "actor_id", "at", "id"],
)


def text(name, length):
    return sa.Column(name, sa.String(length), nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        "roles",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("assigned_only", sa.Boolean(), nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("form_key", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_roles_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_roles"),
        sa.UniqueConstraint("form_key", name="uq_roles_form_key"),
        sa.UniqueConstraint("organization_id", "kind", "name", name="uq_roles_organization_id_kind_name"),
    )
    op.create_table(
        "password_resets",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_password_resets_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_password_resets"),
        sa.UniqueConstraint("token_hash", name="uq_password_resets_token_hash"),
    )
    op.create_index("ix_password_resets_email_asked_at", "password_resets", ["email", "asked_at"])
    op.create_index("ix_password_resets_address_asked_at", "password_resets", ["address", "asked_at"])
    op.create_index("ix_password_resets_user_id", "password_resets", ["user_id"])
    op.add_column("users", sa.Column("latest_member_id", ID, nullable=True))
    op.add_column("sign_ins", text("browser", 200))
    with op.batch_alter_table("members") as batch:
        batch.add_column(sa.Column("role_id", ID, nullable=True))
        batch.add_column(sa.Column("profile_id", ID, nullable=True))
        batch.add_column(sa.Column("joined_at", MOMENT, nullable=True))
        batch.add_column(text("invited_as", 100))
        batch.add_column(sa.Column("invitation_hash", sa.String(64), nullable=True))
        batch.add_column(sa.Column("invited_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("form_key", sa.String(64), nullable=True))
        batch.create_unique_constraint("uq_members_form_key", ["form_key"])
        batch.create_foreign_key("fk_members_role_id_roles", "roles", ["role_id"], ["id"])
        batch.create_foreign_key("fk_members_profile_id_roles", "roles", ["profile_id"], ["id"])
        batch.create_unique_constraint("uq_members_invitation_hash", ["invitation_hash"])
    op.execute("UPDATE members SET joined_at = created_at")
    with op.batch_alter_table("emails") as batch:
        batch.add_column(sa.Column("member_id", ID, nullable=True))
        batch.create_foreign_key("fk_emails_member_id_members", "members", ["member_id"], ["id"])
    op.add_column("timeline", text("title", 200))
    op.add_column("timeline", text("address", 45))
    for columns in TIMELINE:
        op.create_index(f"ix_timeline_{'_'.join(columns)}", "timeline", columns)


def downgrade() -> None:
    for columns in reversed(TIMELINE):
        op.drop_index(f"ix_timeline_{'_'.join(columns)}", "timeline")
    op.drop_column("timeline", "address")
    op.drop_column("timeline", "title")
    with op.batch_alter_table("emails") as batch:
        batch.drop_constraint("fk_emails_member_id_members", type_="foreignkey")
        batch.drop_column("member_id")
    with op.batch_alter_table("members") as batch:
        batch.drop_constraint("uq_members_form_key", type_="unique")
        batch.drop_constraint("uq_members_invitation_hash", type_="unique")
        batch.drop_constraint("fk_members_profile_id_roles", type_="foreignkey")
        batch.drop_constraint("fk_members_role_id_roles", type_="foreignkey")
        for name in (
            "form_key",
            "version",
            "invited_at",
            "invitation_hash",
            "invited_as",
            "joined_at",
            "profile_id",
            "role_id",
        ):
            batch.drop_column(name)
    op.drop_column("sign_ins", "browser")
    op.drop_column("users", "latest_member_id")
    op.drop_table("password_resets")
    op.drop_table("roles")
