"""Custom fields and saved views"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CUSTOMIZABLE = (
    "accounts",
    "contacts",
    "parties",
    "contact_persons",
    "items",
    "documents",
    "payments",
    "taxes",
    "currencies",
    "payment_terms",
)


def upgrade() -> None:
    for table in CUSTOMIZABLE:
        op.add_column(table, sa.Column("custom", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(
        "organizations", sa.Column("fields_version", sa.Integer(), nullable=False, server_default="0")
    )
    _custom_fields()
    _saved_views()
    _default_views()
    _bulk_runs()


def downgrade() -> None:
    op.drop_table("bulk_runs")
    op.drop_table("default_views")
    op.drop_table("saved_views")
    op.drop_table("custom_fields")
    with op.batch_alter_table("organizations") as batch:
        batch.drop_column("fields_version")
    for table in reversed(CUSTOMIZABLE):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("custom")


def _custom_fields() -> None:
    op.create_table(
        "custom_fields",
        sa.Column("id", Id, nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("prints", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        *_versioned("custom_fields"),
        sa.UniqueConstraint(
            "organization_id", "module", "key", name="uq_custom_fields_organization_id_module_key"
        ),
    )


def _saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", Id, nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        *_versioned("saved_views"),
        _member("saved_views"),
    )
    op.create_index(
        "ix_saved_views_organization_id_module", "saved_views", ["organization_id", "module"]
    )
    op.create_index("ix_saved_views_member_id", "saved_views", ["member_id"])


def _default_views() -> None:
    op.create_table(
        "default_views",
        sa.Column("id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("view_id", Id, nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_default_views"),
        _organization("default_views"),
        _member("default_views"),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_views.id"], name="fk_default_views_view_id_saved_views", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("member_id", "module", name="uq_default_views_member_id_module"),
    )
    op.create_index("ix_default_views_view_id", "default_views", ["view_id"])


def _bulk_runs() -> None:
    op.create_table(
        "bulk_runs",
        sa.Column("id", Id, nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("waiting", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        *_versioned("bulk_runs"),
        _member("bulk_runs"),
    )
    op.create_index(
        "ix_bulk_runs_organization_id_member_id_id", "bulk_runs", ["organization_id", "member_id", "id"]
    )
    op.create_index("ix_bulk_runs_member_id", "bulk_runs", ["member_id"])


def _versioned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("form_key", name=f"uq_{table}_form_key"),
        _organization(table),
    )


def _organization(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_organization_id_organizations"
    return sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=name)


def _member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=f"fk_{table}_member_id_members")
