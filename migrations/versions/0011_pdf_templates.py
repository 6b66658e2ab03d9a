"""Templates of PDFs, and what a company is registered as"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pdf_templates",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("look", sa.String(length=20), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_replaced", sa.Boolean(), nullable=False),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column("margin_top", sa.Integer(), nullable=False),
        sa.Column("margin_right", sa.Integer(), nullable=False),
        sa.Column("margin_bottom", sa.Integer(), nullable=False),
        sa.Column("margin_left", sa.Integer(), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("ink", sa.String(length=7), nullable=False),
        sa.Column("shows_logo", sa.Boolean(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("footer", sa.String(length=300), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("css", sa.Text(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_pdf_templates_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pdf_templates")),
        sa.UniqueConstraint("form_key", name=op.f("uq_pdf_templates_form_key")),
    )
    op.create_index(
        op.f("ix_pdf_templates_organization_id_kind_name"), "pdf_templates", ["organization_id", "kind", "name"]
    )
    column = sa.Column("company_registration", sa.String(length=40), nullable=False, server_default="")
    op.add_column("organizations", column)
    _add_to_documents()


def _add_to_documents() -> None:
    """A column with its reference in it: SQLite need not copy the table for that."""
    name = op.f("fk_documents_pdf_template_id_pdf_templates")
    reference = sa.ForeignKey("pdf_templates.id", name=name)
    column = sa.Column("pdf_template_id", Id, reference, nullable=True)
    op.add_column("documents", column, inline_references=op.get_bind().dialect.name == "sqlite")
    condition = sa.text("pdf_template_id IS NOT NULL")
    op.create_index(
        "ix_documents_pdf_template_id",
        "documents",
        ["pdf_template_id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def downgrade() -> None:
    op.drop_index("ix_documents_pdf_template_id", "documents")
    op.drop_column("documents", "pdf_template_id")
    with op.batch_alter_table("organizations") as table:
        table.drop_column("company_registration")
    op.drop_table("pdf_templates")
