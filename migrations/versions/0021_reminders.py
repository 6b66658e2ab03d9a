"""Reminders and scheduled statements"""

import datetime

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)

COLUMNS = {
    "organizations": ("reminders_together", "send_hour", "reminders_done_on"),
    "documents": ("reminders_stopped", "reminders_sent", "last_reminder_on"),
    "parties": ("reminders_stopped",),
}

USUAL = ((3, "before"), (3, "after"), (7, "after"))
"""The rules with which an organization begins, all of them off."""


def upgrade() -> None:
    _columns()
    _rules()
    _reminders()
    _schedules()
    _usual_rules()


def downgrade() -> None:
    for table in ("statement_run_rows", "statement_runs", "statement_schedules", "reminders", "reminder_rules"):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)


def _columns() -> None:
    no, yes = sa.false(), sa.true()
    op.add_column("organizations", sa.Column("reminders_together", sa.Boolean(), nullable=False, server_default=yes))
    op.add_column("organizations", sa.Column("send_hour", sa.Integer(), nullable=False, server_default="8"))
    op.add_column("organizations", sa.Column("reminders_done_on", sa.Date(), nullable=True))
    op.add_column("documents", sa.Column("reminders_stopped", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("documents", sa.Column("reminders_sent", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("documents", sa.Column("last_reminder_on", sa.Date(), nullable=True))
    op.add_column("parties", sa.Column("reminders_stopped", sa.Boolean(), nullable=False, server_default=no))


def _rules() -> None:
    op.create_table(
        "reminder_rules",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.Column("counted_from", sa.String(10), nullable=False),
        sa.Column("goes_to", sa.String(10), nullable=False),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("template", sa.String(100), nullable=False),
        sa.Column("attach_pdf", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("member_id", Id, nullable=True),
        *_usual_columns(),
        *_keys("reminder_rules", organization_id="organizations", member_id="members"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder_rules"),
        sa.UniqueConstraint("form_key", name="uq_reminder_rules_form_key"),
    )
    op.create_index("ix_reminder_rules_organization_id_id", "reminder_rules", ["organization_id", "id"])
    op.create_index("ix_reminder_rules_member_id", "reminder_rules", ["member_id"])


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", Id, nullable=False),
        sa.Column("rule_id", Id, nullable=True),
        sa.Column("document_id", Id, nullable=False),
        sa.Column("email_id", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        *_keys(
            "reminders",
            organization_id="organizations",
            rule_id="reminder_rules",
            document_id="documents",
            email_id="emails",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("rule_id", "document_id", name="uq_reminders_rule_id_document_id"),
    )
    columns = ["organization_id", "document_id", "id"]
    op.create_index("ix_reminders_organization_id_document_id_id", "reminders", columns)
    op.create_index("ix_reminders_document_id", "reminders", ["document_id"])
    op.create_index("ix_reminders_email_id", "reminders", ["email_id"])


def _schedules() -> None:
    op.create_table(
        "statement_schedules",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("only", sa.String(10), nullable=False),
        sa.Column("with_unpaid", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("member_id", Id, nullable=True),
        *_usual_columns(),
        *_keys("statement_schedules", organization_id="organizations", member_id="members"),
        sa.PrimaryKeyConstraint("id", name="pk_statement_schedules"),
        sa.UniqueConstraint("form_key", name="uq_statement_schedules_form_key"),
    )
    op.create_index("ix_statement_schedules_organization_id_id", "statement_schedules", ["organization_id", "id"])
    op.create_index("ix_statement_schedules_member_id", "statement_schedules", ["member_id"])
    op.create_table(
        "statement_runs",
        sa.Column("id", Id, nullable=False),
        sa.Column("schedule_id", Id, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("only", sa.String(10), nullable=False),
        sa.Column("with_unpaid", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("position", Id, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("done_at", Moment, nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        *_keys("statement_runs", organization_id="organizations", schedule_id="statement_schedules"),
        sa.PrimaryKeyConstraint("id", name="pk_statement_runs"),
        sa.UniqueConstraint("schedule_id", "due_on", name="uq_statement_runs_schedule_id_due_on"),
    )
    op.create_table(
        "statement_run_rows",
        sa.Column("id", Id, nullable=False),
        sa.Column("run_id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("email_id", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        *_keys(
            "statement_run_rows",
            organization_id="organizations",
            run_id="statement_runs",
            customer_id="parties",
            email_id="emails",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_statement_run_rows"),
        sa.UniqueConstraint("run_id", "customer_id", name="uq_statement_run_rows_run_id_customer_id"),
    )
    op.create_index("ix_statement_run_rows_run_id_id", "statement_run_rows", ["run_id", "id"])
    op.create_index("ix_statement_run_rows_customer_id", "statement_run_rows", ["customer_id"])
    op.create_index("ix_statement_run_rows_email_id", "statement_run_rows", ["email_id"])


def _usual_rules() -> None:
    """For the organizations that are there already."""
    organizations = sa.table("organizations", sa.column("id"))
    ids = list(op.get_bind().scalars(sa.select(organizations.c.id)))
    now = datetime.datetime.now(datetime.UTC)
    rules = sa.table(
        "reminder_rules",
        *(sa.column(name) for name in ("organization_id", "name", "days", "side", "counted_from", "goes_to")),
        *(sa.column(name) for name in ("others", "template", "version")),
        *(sa.column(name, sa.Boolean()) for name in ("attach_pdf", "is_active")),
        *(sa.column(name, Moment) for name in ("created_at", "updated_at")),
    )
    usual = {"name": "", "counted_from": "due", "goes_to": "customer", "others": "", "template": "", "version": 1}
    usual |= {"attach_pdf": True, "is_active": False, "created_at": now, "updated_at": now}
    rows = [{"organization_id": each, "days": days, "side": side, **usual} for each in ids for days, side in USUAL]
    if rows:
        op.bulk_insert(rules, rows)


def _usual_columns() -> list[sa.Column]:
    return [
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("form_key", sa.String(64), nullable=True),
    ]


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")
        for column, target in targets.items()
    ]
