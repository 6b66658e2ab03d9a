"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "failed_sign_ins",
        sa.Column("id", Id, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_sign_ins"),
    )
    op.create_index("ix_failed_sign_ins_address_at", "failed_sign_ins", ["address", "at"])
    op.create_index("ix_failed_sign_ins_email_at", "failed_sign_ins", ["email", "at"])

    op.create_table(
        "organizations",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=100), nullable=False),
        sa.Column("postal_code", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("tax_registration", sa.String(length=40), nullable=False),
        sa.Column("payment_details", sa.Text(), nullable=False),
        sa.Column("logo_digest", sa.String(length=64), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("fiscal_year_start", sa.Integer(), nullable=False),
        sa.Column("tax_rounding", sa.String(length=10), nullable=False),
        sa.Column("tax_per_line", sa.Boolean(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
    )
    op.create_table(
        "users",
        sa.Column("id", Id, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "currencies",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_currencies_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_currencies"),
        sa.UniqueConstraint("form_key", name="uq_currencies_form_key"),
        sa.UniqueConstraint("organization_id", "code", name="uq_currencies_organization_id_code"),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("id", Id, nullable=False),
        sa.Column("currency_code", sa.String(length=3), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_exchange_rates_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
        sa.UniqueConstraint("form_key", name="uq_exchange_rates_form_key"),
        sa.UniqueConstraint(
            "organization_id",
            "currency_code",
            "on_date",
            name="uq_exchange_rates_organization_id_currency_code_on_date",
        ),
    )
    op.create_table(
        "files",
        sa.Column("id", Id, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_files_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_organization_id_digest", "files", ["organization_id", "digest"])

    op.create_table(
        "links",
        sa.Column("id", Id, nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("remote_module", sa.String(length=60), nullable=False),
        sa.Column("remote_id", sa.String(length=100), nullable=False),
        sa.Column("books_id", Id, nullable=True),
        sa.Column("remote_version", sa.String(length=100), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_links_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint(
            "organization_id",
            "system",
            "module",
            "record_id",
            name="uq_links_organization_id_system_module_record_id",
        ),
        sa.UniqueConstraint(
            "organization_id",
            "system",
            "remote_module",
            "remote_id",
            name="uq_links_organization_id_system_remote_module_remote_id",
        ),
    )
    op.create_index(
        "ix_links_organization_id_remote_module_books_id",
        "links",
        ["organization_id", "remote_module", "books_id"],
    )

    op.create_table(
        "members",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("role_key", sa.String(length=40), nullable=True),
        sa.Column("profile_key", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_members_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_members_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("organization_id", "user_id", name="uq_members_organization_id_user_id"),
    )
    op.create_index("ix_members_user_id", "members", ["user_id"])

    op.create_table(
        "number_series",
        sa.Column("id", Id, nullable=False),
        sa.Column("document_kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=40), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("restarts_yearly", sa.Boolean(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_number_series_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_number_series"),
        sa.UniqueConstraint("form_key", name="uq_number_series_form_key"),
        sa.UniqueConstraint(
            "organization_id",
            "document_kind",
            "name",
            name="uq_number_series_organization_id_document_kind_name",
        ),
    )
    op.create_index(
        "uq_number_series_default",
        "number_series",
        ["organization_id", "document_kind"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )

    op.create_table(
        "payment_terms",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("closing_day", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_payment_terms_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_terms"),
        sa.UniqueConstraint("form_key", name="uq_payment_terms_form_key"),
        sa.UniqueConstraint("organization_id", "name", name="uq_payment_terms_organization_id_name"),
    )
    op.create_table(
        "taxes",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("is_reduced", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_taxes_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_taxes"),
        sa.UniqueConstraint("form_key", name="uq_taxes_form_key"),
        sa.UniqueConstraint("organization_id", "name", name="uq_taxes_organization_id_name"),
    )
    op.create_index("ix_taxes_organization_id_percent_id", "taxes", ["organization_id", "percent", "id"])

    op.create_table(
        "accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("fax", sa.String(length=50), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("industry", sa.String(length=100), nullable=False),
        sa.Column("account_type", sa.String(length=20), nullable=False),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("billing_attention", sa.String(length=200), nullable=False),
        sa.Column("billing_street", sa.Text(), nullable=False),
        sa.Column("billing_city", sa.String(length=100), nullable=False),
        sa.Column("billing_state", sa.String(length=100), nullable=False),
        sa.Column("billing_postal_code", sa.String(length=20), nullable=False),
        sa.Column("billing_country", sa.String(length=2), nullable=False),
        sa.Column("shipping_attention", sa.String(length=200), nullable=False),
        sa.Column("shipping_street", sa.Text(), nullable=False),
        sa.Column("shipping_city", sa.String(length=100), nullable=False),
        sa.Column("shipping_state", sa.String(length=100), nullable=False),
        sa.Column("shipping_postal_code", sa.String(length=20), nullable=False),
        sa.Column("shipping_country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_accounts_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_accounts_owner_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("form_key", name="uq_accounts_form_key"),
    )
    op.create_index(
        "ix_accounts_organization_id_account_type_id", "accounts", ["organization_id", "account_type", "id"]
    )
    op.create_index(
        "ix_accounts_organization_id_created_at_id", "accounts", ["organization_id", "created_at", "id"]
    )
    op.create_index(
        "ix_accounts_organization_id_industry_id", "accounts", ["organization_id", "industry", "id"]
    )
    op.create_index("ix_accounts_organization_id_name_id", "accounts", ["organization_id", "name", "id"])
    op.create_index(
        "ix_accounts_organization_id_owner_id_name_id",
        "accounts",
        ["organization_id", "owner_id", "name", "id"],
    )

    op.create_table(
        "items",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("item_type", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tax_id", Id, nullable=True),
        sa.Column("purchase_rate", sa.BigInteger(), nullable=False),
        sa.Column("purchase_description", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_items_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["tax_id"], ["taxes.id"], name="fk_items_tax_id_taxes"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("form_key", name="uq_items_form_key"),
        sa.UniqueConstraint("organization_id", "name", name="uq_items_organization_id_name"),
    )
    op.create_index(
        "ix_items_organization_id_purchase_rate_id", "items", ["organization_id", "purchase_rate", "id"]
    )
    op.create_index("ix_items_organization_id_rate_id", "items", ["organization_id", "rate", "id"])
    op.create_index("ix_items_organization_id_sku_id", "items", ["organization_id", "sku", "id"])
    op.create_index("ix_items_tax_id", "items", ["tax_id"])
    op.create_index(
        "uq_items_sku",
        "items",
        ["organization_id", "sku"],
        unique=True,
        sqlite_where=sa.text("sku <> ''"),
        postgresql_where=sa.text("sku <> ''"),
    )

    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("queue", sa.String(length=10), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=20), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["members.id"], name="fk_outbox_actor_id_members"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_outbox_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_done", "outbox", ["organization_id", "done_at"])
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["not_before"],
        sqlite_where=sa.text("claimed_at IS NULL AND done_at IS NULL"),
        postgresql_where=sa.text("claimed_at IS NULL AND done_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_stopped",
        "outbox",
        ["organization_id", "topic", "key"],
        sqlite_where=sa.text("done_at IS NOT NULL AND failure IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL AND failure IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_running",
        "outbox",
        ["claimed_at"],
        sqlite_where=sa.text("claimed_at IS NOT NULL AND done_at IS NULL"),
        postgresql_where=sa.text("claimed_at IS NOT NULL AND done_at IS NULL"),
    )
    op.create_index(
        "uq_outbox_waiting",
        "outbox",
        ["organization_id", "topic", "key"],
        unique=True,
        sqlite_where=sa.text("claimed_at IS NULL AND done_at IS NULL"),
        postgresql_where=sa.text("claimed_at IS NULL AND done_at IS NULL"),
    )

    op.create_table(
        "parties",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("company_name", sa.String(length=200), nullable=False),
        sa.Column("customer_type", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("mobile", sa.String(length=50), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_terms_id", Id, nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("tax_registration", sa.String(length=40), nullable=False),
        sa.Column("tax_rounding", sa.String(length=10), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("receivable_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("unused_credits_minor", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("billing_attention", sa.String(length=200), nullable=False),
        sa.Column("billing_street", sa.Text(), nullable=False),
        sa.Column("billing_city", sa.String(length=100), nullable=False),
        sa.Column("billing_state", sa.String(length=100), nullable=False),
        sa.Column("billing_postal_code", sa.String(length=20), nullable=False),
        sa.Column("billing_country", sa.String(length=2), nullable=False),
        sa.Column("shipping_attention", sa.String(length=200), nullable=False),
        sa.Column("shipping_street", sa.Text(), nullable=False),
        sa.Column("shipping_city", sa.String(length=100), nullable=False),
        sa.Column("shipping_state", sa.String(length=100), nullable=False),
        sa.Column("shipping_postal_code", sa.String(length=20), nullable=False),
        sa.Column("shipping_country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_parties_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_parties_owner_id_members"),
        sa.ForeignKeyConstraint(
            ["payment_terms_id"], ["payment_terms.id"], name="fk_parties_payment_terms_id_payment_terms"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
        sa.UniqueConstraint("form_key", name="uq_parties_form_key"),
        sa.UniqueConstraint(
            "organization_id", "kind", "display_name", name="uq_parties_organization_id_kind_display_name"
        ),
    )
    op.create_index(
        "ix_parties_organization_id_kind_company_name_id",
        "parties",
        ["organization_id", "kind", "company_name", "id"],
    )
    op.create_index(
        "ix_parties_organization_id_kind_created_at_id",
        "parties",
        ["organization_id", "kind", "created_at", "id"],
    )
    op.create_index(
        "ix_parties_organization_id_kind_email_id", "parties", ["organization_id", "kind", "email", "id"]
    )
    op.create_index(
        "ix_parties_organization_id_kind_name_key", "parties", ["organization_id", "kind", "name_key"]
    )
    op.create_index(
        "ix_parties_organization_id_kind_payable_minor_id",
        "parties",
        ["organization_id", "kind", "payable_minor", "id"],
    )
    op.create_index(
        "ix_parties_organization_id_kind_receivable_minor_id",
        "parties",
        ["organization_id", "kind", "receivable_minor", "id"],
    )
    op.create_index(
        "ix_parties_organization_id_kind_unused_credits_minor_id",
        "parties",
        ["organization_id", "kind", "unused_credits_minor", "id"],
    )
    op.create_index(
        "ix_parties_organization_id_owner_id_id", "parties", ["organization_id", "owner_id", "id"]
    )
    op.create_index("ix_parties_payment_terms_id", "parties", ["payment_terms_id"])

    op.create_table(
        "past_periods",
        sa.Column("id", Id, nullable=False),
        sa.Column("series_id", Id, nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_past_periods_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["number_series.id"],
            name="fk_past_periods_series_id_number_series",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_past_periods"),
        sa.UniqueConstraint("series_id", "period", name="uq_past_periods_series_id_period"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_sign_ins_member_id_members"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_sign_ins_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        sa.UniqueConstraint("token_hash", name="uq_sign_ins_token_hash"),
    )
    op.create_index("ix_sign_ins_member_id", "sign_ins", ["member_id"])

    op.create_table(
        "timeline",
        sa.Column("id", Id, nullable=False),
        sa.Column("module", sa.String(length=60), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["members.id"], name="fk_timeline_actor_id_members"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_timeline_organization_id_organizations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
    )
    op.create_index(
        "ix_timeline_organization_id_module_record_id_id",
        "timeline",
        ["organization_id", "module", "record_id", "id"],
    )

    op.create_table(
        "contact_persons",
        sa.Column("id", Id, nullable=False),
        sa.Column("party_id", Id, nullable=False),
        sa.Column("salutation", sa.String(length=20), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("mobile", sa.String(length=50), nullable=False),
        sa.Column("designation", sa.String(length=100), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_contact_persons_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_contact_persons_party_id_parties"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_persons"),
        sa.UniqueConstraint("form_key", name="uq_contact_persons_form_key"),
    )
    op.create_index(
        "ix_contact_persons_organization_id_email_id", "contact_persons", ["organization_id", "email", "id"]
    )
    op.create_index(
        "ix_contact_persons_organization_id_first_name_id",
        "contact_persons",
        ["organization_id", "first_name", "id"],
    )
    op.create_index(
        "ix_contact_persons_organization_id_last_name_id",
        "contact_persons",
        ["organization_id", "last_name", "id"],
    )
    op.create_index(
        "ix_contact_persons_organization_id_party_id_last_name_id",
        "contact_persons",
        ["organization_id", "party_id", "last_name", "id"],
    )
    op.create_index("ix_contact_persons_party_id", "contact_persons", ["party_id"])
    op.create_index(
        "uq_contact_persons_primary",
        "contact_persons",
        ["party_id"],
        unique=True,
        sqlite_where=sa.text("is_primary"),
        postgresql_where=sa.text("is_primary"),
    )

    op.create_table(
        "contacts",
        sa.Column("id", Id, nullable=False),
        sa.Column("salutation", sa.String(length=20), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=50), nullable=False),
        sa.Column("mobile", sa.String(length=50), nullable=False),
        sa.Column("job_title", sa.String(length=100), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("mailing_attention", sa.String(length=200), nullable=False),
        sa.Column("mailing_street", sa.Text(), nullable=False),
        sa.Column("mailing_city", sa.String(length=100), nullable=False),
        sa.Column("mailing_state", sa.String(length=100), nullable=False),
        sa.Column("mailing_postal_code", sa.String(length=20), nullable=False),
        sa.Column("mailing_country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_contacts_account_id_accounts"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_contacts_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["members.id"], name="fk_contacts_owner_id_members"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("form_key", name="uq_contacts_form_key"),
    )
    op.create_index("ix_contacts_account_id", "contacts", ["account_id"])
    op.create_index(
        "ix_contacts_organization_id_account_id_last_name_id",
        "contacts",
        ["organization_id", "account_id", "last_name", "id"],
    )
    op.create_index(
        "ix_contacts_organization_id_created_at_id", "contacts", ["organization_id", "created_at", "id"]
    )
    op.create_index("ix_contacts_organization_id_email_id", "contacts", ["organization_id", "email", "id"])
    op.create_index(
        "ix_contacts_organization_id_first_name_id", "contacts", ["organization_id", "first_name", "id"]
    )
    op.create_index(
        "ix_contacts_organization_id_last_name_id", "contacts", ["organization_id", "last_name", "id"]
    )
    op.create_index(
        "ix_contacts_organization_id_owner_id_last_name_id",
        "contacts",
        ["organization_id", "owner_id", "last_name", "id"],
    )

    op.create_table(
        "document_counts",
        sa.Column("party_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_document_counts_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_document_counts_party_id_parties"),
        sa.PrimaryKeyConstraint("party_id", "kind", name="pk_document_counts"),
    )
    op.create_table(
        "documents",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("series_id", Id, nullable=True),
        sa.Column("party_id", Id, nullable=False),
        sa.Column("party_name", sa.String(length=200), nullable=False),
        sa.Column("party_address", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("expected_payment_on", sa.Date(), nullable=True),
        sa.Column("payment_terms_id", Id, nullable=True),
        sa.Column("salesperson_id", Id, nullable=True),
        sa.Column("deal_id", Id, nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exchange_rate", sa.BigInteger(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("discount_kind", sa.String(length=10), nullable=False),
        sa.Column("discount_value", sa.BigInteger(), nullable=False),
        sa.Column("shipping_minor", sa.BigInteger(), nullable=False),
        sa.Column("shipping_tax_id", Id, nullable=True),
        sa.Column("adjustment_minor", sa.BigInteger(), nullable=False),
        sa.Column("adjustment_label", sa.String(length=100), nullable=False),
        sa.Column("withholds", sa.Boolean(), nullable=False),
        sa.Column("subtotal_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_lines", sa.JSON(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("withholding_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_documents_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_documents_party_id_parties"),
        sa.ForeignKeyConstraint(
            ["payment_terms_id"], ["payment_terms.id"], name="fk_documents_payment_terms_id_payment_terms"
        ),
        sa.ForeignKeyConstraint(
            ["salesperson_id"], ["members.id"], name="fk_documents_salesperson_id_members"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["number_series.id"], name="fk_documents_series_id_number_series"
        ),
        sa.ForeignKeyConstraint(["shipping_tax_id"], ["taxes.id"], name="fk_documents_shipping_tax_id_taxes"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("form_key", name="uq_documents_form_key"),
    )
    op.create_index(
        "ix_documents_organization_id_deal_id_kind_date_id",
        "documents",
        ["organization_id", "deal_id", "kind", "date", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_kind_balance_minor_id",
        "documents",
        ["organization_id", "kind", "balance_minor", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_kind_date_id", "documents", ["organization_id", "kind", "date", "id"]
    )
    op.create_index(
        "ix_documents_organization_id_kind_due_on_id",
        "documents",
        ["organization_id", "kind", "due_on", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_kind_number_id",
        "documents",
        ["organization_id", "kind", "number", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_kind_party_name_id",
        "documents",
        ["organization_id", "kind", "party_name", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_kind_reference_id",
        "documents",
        ["organization_id", "kind", "reference", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_kind_status_due_on_id",
        "documents",
        ["organization_id", "kind", "status", "due_on", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_kind_total_minor_id",
        "documents",
        ["organization_id", "kind", "total_minor", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_party_id_kind_date_id",
        "documents",
        ["organization_id", "party_id", "kind", "date", "id"],
    )
    op.create_index(
        "ix_documents_organization_id_salesperson_id_kind_date_id",
        "documents",
        ["organization_id", "salesperson_id", "kind", "date", "id"],
    )
    op.create_index("ix_documents_party_id", "documents", ["party_id"])
    op.create_index("ix_documents_series_id", "documents", ["series_id"])
    op.create_index(
        "uq_documents_number",
        "documents",
        ["organization_id", "kind", "number"],
        unique=True,
        sqlite_where=sa.text("number <> ''"),
        postgresql_where=sa.text("number <> ''"),
    )

    op.create_table(
        "payments",
        sa.Column("id", Id, nullable=False),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("party_id", Id, nullable=False),
        sa.Column("party_name", sa.String(length=200), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("unused_minor", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_payments_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_payments_party_id_parties"),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("form_key", name="uq_payments_form_key"),
        sa.UniqueConstraint(
            "organization_id", "direction", "number", name="uq_payments_organization_id_direction_number"
        ),
    )
    op.create_index(
        "ix_payments_organization_id_amount_minor_id", "payments", ["organization_id", "amount_minor", "id"]
    )
    op.create_index("ix_payments_organization_id_date_id", "payments", ["organization_id", "date", "id"])
    op.create_index(
        "ix_payments_organization_id_direction_date_id",
        "payments",
        ["organization_id", "direction", "date", "id"],
    )
    op.create_index("ix_payments_organization_id_number_id", "payments", ["organization_id", "number", "id"])
    op.create_index(
        "ix_payments_organization_id_party_id_date_id",
        "payments",
        ["organization_id", "party_id", "date", "id"],
    )
    op.create_index(
        "ix_payments_organization_id_party_name_id", "payments", ["organization_id", "party_name", "id"]
    )
    op.create_index(
        "ix_payments_organization_id_unused_minor_id", "payments", ["organization_id", "unused_minor", "id"]
    )
    op.create_index("ix_payments_party_id", "payments", ["party_id"])

    op.create_table(
        "document_lines",
        sa.Column("id", Id, nullable=False),
        sa.Column("document_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", Id, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", Id, nullable=True),
        sa.Column("tax_name", sa.String(length=100), nullable=False),
        sa.Column("tax_percent", sa.BigInteger(), nullable=True),
        sa.Column("is_reduced", sa.Boolean(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_document_lines_document_id_documents"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_document_lines_item_id_items"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_document_lines_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["tax_id"], ["taxes.id"], name="fk_document_lines_tax_id_taxes"),
        sa.PrimaryKeyConstraint("id", name="pk_document_lines"),
    )
    op.create_index("ix_document_lines_document_id_position", "document_lines", ["document_id", "position"])
    op.create_index("ix_document_lines_item_id", "document_lines", ["item_id"])
    op.create_index("ix_document_lines_tax_id", "document_lines", ["tax_id"])

    op.create_table(
        "emails",
        sa.Column("id", Id, nullable=False),
        sa.Column("document_id", Id, nullable=True),
        sa.Column("party_id", Id, nullable=True),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("sender_address", sa.String(length=254), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("cc", sa.JSON(), nullable=False),
        sa.Column("bcc", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("attach_pdf", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("failure", sa.String(length=20), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["members.id"], name="fk_emails_actor_id_members"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_emails_document_id_documents"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_emails_organization_id_organizations"
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_emails_party_id_parties"),
        sa.PrimaryKeyConstraint("id", name="pk_emails"),
        sa.UniqueConstraint("form_key", name="uq_emails_form_key"),
        sa.UniqueConstraint("message_id", name="uq_emails_message_id"),
    )
    op.create_index(
        "ix_emails_organization_id_document_id_id", "emails", ["organization_id", "document_id", "id"]
    )
    op.create_index("ix_emails_organization_id_party_id_id", "emails", ["organization_id", "party_id", "id"])

    op.create_table(
        "payment_allocations",
        sa.Column("id", Id, nullable=False),
        sa.Column("payment_id", Id, nullable=False),
        sa.Column("document_id", Id, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_payment_allocations_document_id_documents"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_payment_allocations_organization_id_organizations",
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name="fk_payment_allocations_payment_id_payments"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_allocations"),
        sa.UniqueConstraint(
            "payment_id", "document_id", name="uq_payment_allocations_payment_id_document_id"
        ),
    )
    op.create_index("ix_payment_allocations_document_id", "payment_allocations", ["document_id"])

    op.create_table(
        "email_attachments",
        sa.Column("id", Id, nullable=False),
        sa.Column("email_id", Id, nullable=False),
        sa.Column("file_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organization_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["email_id"], ["emails.id"], name="fk_email_attachments_email_id_emails"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_email_attachments_file_id_files"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_email_attachments_organization_id_organizations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_email_attachments"),
        sa.UniqueConstraint("email_id", "position", name="uq_email_attachments_email_id_position"),
    )
    op.create_index("ix_email_attachments_file_id", "email_attachments", ["file_id"])


def downgrade() -> None:
    op.drop_table("email_attachments")
    op.drop_table("payment_allocations")
    op.drop_table("emails")
    op.drop_table("document_lines")
    op.drop_table("payments")
    op.drop_table("documents")
    op.drop_table("document_counts")
    op.drop_table("contacts")
    op.drop_table("contact_persons")
    op.drop_table("timeline")
    op.drop_table("sign_ins")
    op.drop_table("past_periods")
    op.drop_table("parties")
    op.drop_table("outbox")
    op.drop_table("items")
    op.drop_table("accounts")
    op.drop_table("taxes")
    op.drop_table("payment_terms")
    op.drop_table("number_series")
    op.drop_table("members")
    op.drop_table("links")
    op.drop_table("files")
    op.drop_table("exchange_rates")
    op.drop_table("currencies")
    op.drop_table("users")
    op.drop_table("organizations")
    op.drop_table("failed_sign_ins")
