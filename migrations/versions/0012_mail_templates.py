"""Templates of mails, and mails for later"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("emails") as table:
        table.add_column(sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("statement_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("statement_to", sa.Date(), nullable=True))
        table.add_column(sa.Column("payment_id", Id, nullable=True))
        table.create_foreign_key(
            "fk_emails_payment_id_payments", "payments", ["payment_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_emails_payment_id", "emails", ["payment_id"])
    op.create_table(
        "mail_templates",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_mail_templates_organization_id_organizations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_templates")),
        sa.UniqueConstraint(
            "organization_id",
            "kind",
            "language",
            "name",
            name=op.f("uq_mail_templates_organization_id_kind_language_name"),
        ),
        sa.UniqueConstraint("form_key", name=op.f("uq_mail_templates_form_key")),
    )
    op.create_index(
        "uq_mail_templates_default",
        "mail_templates",
        ["organization_id", "kind", "language"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )


def downgrade() -> None:
    op.drop_table("mail_templates")
    op.drop_index("ix_emails_payment_id", "emails")
    with op.batch_alter_table("emails") as table:
        table.drop_constraint("fk_emails_payment_id_payments", type_="foreignkey")
        for column in ("payment_id", "statement_to", "statement_from", "send_at"):
            table.drop_column(column)
