"""Deals with their stages, CRM vendors, products, price lists; what was missing on the others; finer rates"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

REFERENCES = (
    ("accounts", "parent_id", "accounts"),
    ("contacts", "vendor_id", "crm_vendors"),
    ("items", "vendor_id", "parties"),
    ("parties", "price_list_id", "price_lists"),
)
TEXTS = (
    ("secondary_email", sa.String(length=254)),
    ("fax", sa.String(length=50)),
    ("lead_source", sa.String(length=30)),
    ("other_attention", sa.String(length=200)),
    ("other_street", sa.Text()),
    ("other_city", sa.String(length=100)),
    ("other_state", sa.String(length=100)),
    ("other_postal_code", sa.String(length=20)),
    ("other_country", sa.String(length=2)),
)
INDEXES = (
    ("accounts", "organization_id", "parent_id", "name", "id"),
    ("accounts", "parent_id"),
    ("contacts", "organization_id", "vendor_id", "last_name", "id"),
    ("contacts", "vendor_id"),
    ("exchange_rates", "organization_id", "on_date", "id"),
    ("exchange_rates", "organization_id", "rate", "id"),
    ("items", "vendor_id"),
    ("parties", "price_list_id"),
)
FINER = (("exchange_rates", "rate"), ("documents", "exchange_rate"))
"""Rates of exchange, kept with six decimal places until now and with twelve from here on."""

# name in English, Japanese and French, probability, kind
STAGES = (
    ("Qualification", "見込み確認", "Qualification", 10, "open"),
    ("Needs analysis", "ニーズ分析", "Analyse des besoins", 20, "open"),
    ("Value proposition", "価値提案", "Proposition de valeur", 40, "open"),
    ("Identify decision makers", "意思決定者の特定", "Identification des décideurs", 60, "open"),
    ("Proposal or price quote", "提案・見積もり", "Proposition ou devis", 75, "open"),
    ("Negotiation or review", "交渉・検討", "Négociation", 90, "open"),
    ("Closed won", "受注", "Gagnée", 100, "won"),
    ("Closed lost", "失注", "Perdue", 0, "lost"),
    ("Closed lost to competition", "競合により失注", "Perdue face à la concurrence", 0, "lost"),
)


def upgrade() -> None:
    _make_tables()
    _add_columns()
    for table, *columns in INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    with op.batch_alter_table("documents") as documents:
        documents.create_foreign_key("fk_documents_deal_id_deals", "deals", ["deal_id"], ["id"])
    for table, column in FINER:
        op.execute(f"UPDATE {table} SET {column} = {column} * 1000000")
    _give_stages()


def downgrade() -> None:
    for table, column in FINER:
        op.execute(f"UPDATE {table} SET {column} = {column} / 1000000")
    with op.batch_alter_table("documents") as documents:
        documents.drop_constraint("fk_documents_deal_id_deals", type_="foreignkey")
    for table, *columns in reversed(INDEXES):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    for table, column, _to in REFERENCES:
        with op.batch_alter_table(table) as altered:
            altered.drop_column(column)  # its foreign key goes with it
    _drop_columns()
    for table in ("price_list_rates", "deals", "products", "crm_vendors", "price_lists", "deal_stages"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "deal_stages",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("probability", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("custom", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_deal_stages_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deal_stages"),
        sa.UniqueConstraint("form_key", name="uq_deal_stages_form_key"),
        sa.UniqueConstraint("organization_id", "name", name="uq_deal_stages_organization_id_name"),
    )
    op.create_index(
        "ix_deal_stages_organization_id_position_id", "deal_stages", ["organization_id", "position", "id"]
    )
    op.create_index(
        "ix_deal_stages_organization_id_probability_id",
        "deal_stages",
        ["organization_id", "probability", "id"],
    )
    op.create_table(
        "price_lists",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("round_to", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("custom", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_price_lists_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_price_lists"),
        sa.UniqueConstraint("form_key", name="uq_price_lists_form_key"),
        sa.UniqueConstraint("organization_id", "name", name="uq_price_lists_organization_id_name"),
    )
    op.create_index(
        "ix_price_lists_organization_id_percent_id", "price_lists", ["organization_id", "percent", "id"]
    )
    op.create_table(
        "crm_vendors",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("gl_account", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("custom", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("mailing_attention", sa.String(length=200), nullable=False),
        sa.Column("mailing_street", sa.Text(), nullable=False),
        sa.Column("mailing_city", sa.String(length=100), nullable=False),
        sa.Column("mailing_state", sa.String(length=100), nullable=False),
        sa.Column("mailing_postal_code", sa.String(length=20), nullable=False),
        sa.Column("mailing_country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_crm_vendors_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_crm_vendors_owner_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_crm_vendors"),
        sa.UniqueConstraint("form_key", name="uq_crm_vendors_form_key"),
    )
    op.create_index(
        "ix_crm_vendors_organization_id_category_id", "crm_vendors", ["organization_id", "category", "id"]
    )
    op.create_index(
        "ix_crm_vendors_organization_id_name_id", "crm_vendors", ["organization_id", "name", "id"]
    )
    op.create_index(
        "ix_crm_vendors_organization_id_owner_id_name_id",
        "crm_vendors",
        ["organization_id", "owner_id", "name", "id"],
    )
    op.create_table(
        "products",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("product_type", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("manufacturer", sa.String(length=200), nullable=False),
        sa.Column("vendor_id", Id, nullable=True),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("is_taxable", sa.Boolean(), nullable=False),
        sa.Column("tax_id", Id, nullable=True),
        sa.Column("in_stock", sa.BigInteger(), nullable=True),
        sa.Column("on_order", sa.BigInteger(), nullable=True),
        sa.Column("reorder_level", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("custom", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_products_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_products_owner_id_members"),
        sa.ForeignKeyConstraint(["tax_id"], ["taxes.id"], name="fk_products_tax_id_taxes"),
        sa.ForeignKeyConstraint(["vendor_id"], ["crm_vendors.id"], name="fk_products_vendor_id_crm_vendors"),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("form_key", name="uq_products_form_key"),
    )
    op.create_index(
        "ix_products_organization_id_category_id", "products", ["organization_id", "category", "id"]
    )
    op.create_index("ix_products_organization_id_code_id", "products", ["organization_id", "code", "id"])
    op.create_index("ix_products_organization_id_name_id", "products", ["organization_id", "name", "id"])
    op.create_index(
        "ix_products_organization_id_unit_price_id", "products", ["organization_id", "unit_price", "id"]
    )
    op.create_index(
        "ix_products_organization_id_vendor_id_name_id",
        "products",
        ["organization_id", "vendor_id", "name", "id"],
    )
    op.create_index("ix_products_tax_id", "products", ["tax_id"])
    op.create_index("ix_products_vendor_id", "products", ["vendor_id"])
    op.create_index(
        "uq_products_code",
        "products",
        ["organization_id", "code"],
        unique=True,
        sqlite_where=sa.text("code <> ''"),
        postgresql_where=sa.text("code <> ''"),
    )
    op.create_table(
        "deals",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("stage_id", Id, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("probability", sa.BigInteger(), nullable=False),
        sa.Column("expected_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_on", sa.Date(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("contact_id", Id, nullable=True),
        sa.Column("deal_type", sa.String(length=20), nullable=False),
        sa.Column("lead_source", sa.String(length=30), nullable=False),
        sa.Column("next_step", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("custom", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_deals_account_id_accounts"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_deals_contact_id_contacts"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_deals_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_deals_owner_id_members"),
        sa.ForeignKeyConstraint(["stage_id"], ["deal_stages.id"], name="fk_deals_stage_id_deal_stages"),
        sa.PrimaryKeyConstraint("id", name="pk_deals"),
        sa.UniqueConstraint("form_key", name="uq_deals_form_key"),
    )
    op.create_index("ix_deals_account_id", "deals", ["account_id"])
    op.create_index("ix_deals_contact_id", "deals", ["contact_id"])
    op.create_index(
        "ix_deals_organization_id_account_id_closing_on_id",
        "deals",
        ["organization_id", "account_id", "closing_on", "id"],
    )
    op.create_index(
        "ix_deals_organization_id_amount_minor_id", "deals", ["organization_id", "amount_minor", "id"]
    )
    op.create_index(
        "ix_deals_organization_id_closing_on_id", "deals", ["organization_id", "closing_on", "id"]
    )
    op.create_index(
        "ix_deals_organization_id_contact_id_closing_on_id",
        "deals",
        ["organization_id", "contact_id", "closing_on", "id"],
    )
    op.create_index(
        "ix_deals_organization_id_expected_minor_id", "deals", ["organization_id", "expected_minor", "id"]
    )
    op.create_index("ix_deals_organization_id_name_id", "deals", ["organization_id", "name", "id"])
    op.create_index(
        "ix_deals_organization_id_owner_id_closing_on_id",
        "deals",
        ["organization_id", "owner_id", "closing_on", "id"],
    )
    op.create_index(
        "ix_deals_organization_id_probability_id", "deals", ["organization_id", "probability", "id"]
    )
    op.create_index(
        "ix_deals_organization_id_stage_id_closing_on_id",
        "deals",
        ["organization_id", "stage_id", "closing_on", "id"],
    )
    op.create_table(
        "price_list_rates",
        sa.Column("id", Id, nullable=False),
        sa.Column("price_list_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("custom", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_price_list_rates_item_id_items"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_price_list_rates_organization_id_organizations",
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["price_lists.id"], name="fk_price_list_rates_price_list_id_price_lists"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_price_list_rates"),
        sa.UniqueConstraint("form_key", name="uq_price_list_rates_form_key"),
        sa.UniqueConstraint("price_list_id", "item_id", name="uq_price_list_rates_price_list_id_item_id"),
    )
    op.create_index("ix_price_list_rates_item_id", "price_list_rates", ["item_id"])
    op.create_index(
        "ix_price_list_rates_organization_id_price_list_id_rate_id",
        "price_list_rates",
        ["organization_id", "price_list_id", "rate", "id"],
    )
    op.create_index(
        "ix_price_list_rates_organization_id_rate_id", "price_list_rates", ["organization_id", "rate", "id"]
    )


def _add_columns() -> None:
    for name, kind in TEXTS:
        op.add_column("contacts", sa.Column(name, kind, server_default="", nullable=False))
    for table, name, given in (
        ("contacts", "email_opt_out", sa.false()),
        ("items", "is_sold", sa.true()),
        ("items", "is_bought", sa.true()),
    ):
        op.add_column(table, sa.Column(name, sa.Boolean(), server_default=given, nullable=False))
    op.add_column("accounts", sa.Column("annual_revenue", sa.BigInteger(), nullable=True))
    op.add_column("exchange_rates", sa.Column("custom", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("parties", sa.Column("credit_limit_minor", sa.BigInteger(), nullable=True))
    op.add_column(
        "exchange_rates", sa.Column("source", sa.String(length=100), server_default="", nullable=False)
    )
    for table, column, to in REFERENCES:
        _refer(table, column, to)


def _refer(table: str, column: str, to: str) -> None:
    """A new column with a foreign key; SQLite makes both at once or copies the whole table."""
    name = f"fk_{table}_{column}_{to}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {to} (id)")
    else:
        op.add_column(table, sa.Column(column, Id, nullable=True))
        op.create_foreign_key(name, table, to, [column], ["id"])


def _drop_columns() -> None:
    for name, _kind in TEXTS:
        op.drop_column("contacts", name)
    for table, name in (
        ("contacts", "email_opt_out"),
        ("items", "is_sold"),
        ("items", "is_bought"),
        ("accounts", "annual_revenue"),
        ("parties", "credit_limit_minor"),
        ("exchange_rates", "source"),
        ("exchange_rates", "custom"),
    ):
        op.drop_column(table, name)


def _give_stages() -> None:
    """Organizations that exist begin with the stages that a new one has, in their language."""
    connection = op.get_bind()
    moment = datetime.now(UTC)
    stages = sa.table(
        "deal_stages",
        *(sa.column(name) for name in ("organization_id", "name", "kind", "probability", "position")),
        *(sa.column(name) for name in ("is_active", "version")),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("updated_at", sa.DateTime(timezone=True)),
    )
    for organization_id, language in connection.execute(sa.text("SELECT id, language FROM organizations")):
        place = {"ja": 1, "fr": 2}.get(language, 0)
        rows = [
            {
                "organization_id": organization_id,
                "name": stage[place],
                "kind": stage[4],
                "probability": stage[3] * 1_000_000,
                "position": position,
                "is_active": True,
                "version": 1,
                "created_at": moment,
                "updated_at": moment,
            }
            for position, stage in enumerate(STAGES, 1)
        ]
        connection.execute(stages.insert(), rows)
