"""Sync"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("links") as table:
        table.add_column(sa.Column("record_version", sa.Integer(), nullable=True))
        table.add_column(sa.Column("books_version", sa.Integer(), nullable=True))
    with op.batch_alter_table("organizations") as table:
        table.add_column(sa.Column("synced_at_once", sa.String(200), nullable=False, server_default=""))
    _connections()
    _modules()
    _runs()
    _rows()
    _questions()
    _join_crm_and_books()


def downgrade() -> None:
    for name in ("sync_questions", "sync_rows", "sync_runs", "sync_modules", "sync_connections"):
        op.drop_table(name)
    with op.batch_alter_table("organizations") as table:
        table.drop_column("synced_at_once")
    with op.batch_alter_table("links") as table:
        table.drop_column("books_version")
        table.drop_column("record_version")


def _key(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f(f"fk_{name}_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]


def _moments() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _connections() -> None:
    op.create_table(
        "sync_connections",
        sa.Column("id", Id, nullable=False),
        sa.Column("connector", sa.String(20), nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_moments(),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["members.id"], name=op.f("fk_sync_connections_actor_id_members")
        ),
        *_key("sync_connections"),
        sa.UniqueConstraint(
            "organization_id", "system", name=op.f("uq_sync_connections_organization_id_system")
        ),
    )
    op.create_index(op.f("ix_sync_connections_actor_id"), "sync_connections", ["actor_id"])


def _modules() -> None:
    op.create_table(
        "sync_modules",
        sa.Column("id", Id, nullable=False),
        sa.Column("connection_id", Id, nullable=False),
        sa.Column("key", sa.String(20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("covers", sa.String(10), nullable=False, server_default="both"),
        sa.Column("with_loose", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("direction", sa.String(10), nullable=False, server_default="both"),
        sa.Column("records", sa.String(40), nullable=False, server_default="all"),
        sa.Column("duplicates", sa.String(10), nullable=False, server_default="join"),
        sa.Column("interval", sa.String(5), nullable=False, server_default="2h"),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("cursors", sa.JSON(), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_moments(),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["sync_connections.id"],
            name=op.f("fk_sync_modules_connection_id_sync_connections"),
        ),
        *_key("sync_modules"),
        sa.UniqueConstraint("connection_id", "key", name=op.f("uq_sync_modules_connection_id_key")),
    )
    op.create_index("ix_sync_modules_due_at", "sync_modules", ["due_at"])


def _runs() -> None:
    op.create_table(
        "sync_runs",
        sa.Column("id", Id, nullable=False),
        sa.Column("module_id", Id, nullable=False),
        sa.Column("cause", sa.String(10), nullable=False),
        sa.Column("is_dry", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["sync_modules.id"], name=op.f("fk_sync_runs_module_id_sync_modules")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["members.id"], name=op.f("fk_sync_runs_actor_id_members")),
        *_key("sync_runs"),
    )
    op.create_index(
        op.f("ix_sync_runs_organization_id_module_id_id"),
        "sync_runs",
        ["organization_id", "module_id", "id"],
    )
    op.create_index(op.f("ix_sync_runs_module_id_id"), "sync_runs", ["module_id", "id"])
    op.create_index(op.f("ix_sync_runs_actor_id"), "sync_runs", ["actor_id"])


def _rows() -> None:
    op.create_table(
        "sync_rows",
        sa.Column("id", Id, nullable=False),
        sa.Column("run_id", Id, nullable=False),
        sa.Column("lane", sa.String(20), nullable=False),
        sa.Column("direction", sa.String(5), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("crm_id", sa.String(100), nullable=False),
        sa.Column("books_id", sa.String(100), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sync_runs.id"], name=op.f("fk_sync_rows_run_id_sync_runs")),
        *_key("sync_rows"),
    )
    op.create_index(op.f("ix_sync_rows_run_id_outcome_id"), "sync_rows", ["run_id", "outcome", "id"])
    for side in ("crm_id", "books_id"):
        op.create_index(
            op.f(f"ix_sync_rows_organization_id_lane_{side}"),
            "sync_rows",
            ["organization_id", "lane", side],
        )


def _questions() -> None:
    op.create_table(
        "sync_questions",
        sa.Column("id", Id, nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("lane", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("crm_id", sa.String(100), nullable=False),
        sa.Column("books_id", sa.String(100), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        *_moments(),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_sync_questions_member_id_members")
        ),
        *_key("sync_questions"),
    )
    op.create_index(
        "uq_sync_questions_open",
        "sync_questions",
        ["organization_id", "system", "lane", "kind", "crm_id", "books_id"],
        unique=True,
        sqlite_where=sa.text("answer = ''"),
        postgresql_where=sa.text("answer = ''"),
    )
    op.create_index(
        op.f("ix_sync_questions_organization_id_system_kind_answer_id"),
        "sync_questions",
        ["organization_id", "system", "kind", "answer", "id"],
    )
    for side in ("crm_id", "books_id"):
        op.create_index(
            op.f(f"ix_sync_questions_organization_id_lane_{side}"),
            "sync_questions",
            ["organization_id", "lane", side],
        )
    op.create_index(op.f("ix_sync_questions_member_id"), "sync_questions", ["member_id"])


def _join_crm_and_books() -> None:
    """What new organizations begin with; nothing is synced before somebody has set it up."""
    op.execute(
        "INSERT INTO sync_connections (connector, system, title, is_on, settings, trouble, organization_id, version,"
        " created_at, updated_at)"
        " SELECT 'books', 'books', '', true, '{}', '', id, 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP"
        " FROM organizations"
    )
    for key in ("customers", "vendors", "products"):
        op.execute(
            "INSERT INTO sync_modules (connection_id, key, mapping, cursors, organization_id, version, created_at,"
            f" updated_at) SELECT id, '{key}', '{{}}', '{{}}', organization_id, 1, CURRENT_TIMESTAMP,"
            " CURRENT_TIMESTAMP FROM sync_connections"
        )
