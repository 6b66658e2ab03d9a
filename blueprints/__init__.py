"""HTTP in, HTML out. `register` is the table of contents: address by address, in the order people meet them."""

from flask import Flask

from blueprints import (
    adding,
    assets,
    attachments,
    audit,
    bigin_connection,
    bigin_customers,
    books_elsewhere,
    bulk,
    bulk_mails,
    clones,
    columns,
    comments,
    conversions,
    corrections,
    credits,
    custom_fields,
    customer_portal,
    customer_templates,
    deals,
    document_templates,
    documents,
    duplicates,
    emails,
    exchange_rates,
    exports,
    filters,
    first,
    health,
    home,
    imports,
    integrations,
    invitations,
    mail_templates,
    merging,
    passwords,
    payments,
    pdf_templates,
    pdfs,
    portal,
    profile,
    records,
    refunds,
    related,
    reminders,
    roles,
    search,
    sent_mails,
    settings,
    settings_activity,
    settings_apps,
    settings_mail,
    settings_organization,
    settings_portal,
    settings_programs,
    settings_reminders,
    settings_tokens,
    statement_schedules,
    statements,
    status,
    styleguide,
    sync_questions,
    sync_runs,
    unused_credits,
    users,
    views,
)
from blueprints.api import bigin, lists, oauth


def register(app: Flask) -> None:
    """All addresses but sign-in, which stands before them."""
    app.register_blueprint(assets.bp)  # /static/…
    app.register_blueprint(health.bp)  # /healthz, /metrics
    app.register_blueprint(first.bp)  # /first: the first organization of an empty installation
    app.register_blueprint(passwords.bp)  # /password: for who forgot theirs
    app.register_blueprint(invitations.bp)  # /invitations/…
    portal.register(app)  # /portal/…: the customer's side
    app.register_blueprint(profile.bp)  # /profile
    app.register_blueprint(home.bp)  # /
    app.register_blueprint(search.bp)  # /search
    app.register_blueprint(styleguide.bp)  # /styleguide
    app.register_blueprint(settings.bp)  # /settings, /settings/mail-catcher
    _of_settings(app)
    _for_machines(app)  # /oauth/v2, /bigin/v2
    app.register_blueprint(documents.bp)  # /books/invoices/new, …/edit, …/lines
    app.register_blueprint(status.bp)  # …/status
    app.register_blueprint(conversions.bp)  # …/conversions
    app.register_blueprint(payments.bp)  # …/payments, /books/payments/new
    app.register_blueprint(credits.bp)  # …/credits, /books/payments/7/uses
    app.register_blueprint(unused_credits.bp)  # /books/customers/7/credits
    app.register_blueprint(refunds.bp)  # …/refunds
    app.register_blueprint(corrections.bp)  # /books/invoices/7/correction
    app.register_blueprint(pdfs.bp)  # …/pdf
    app.register_blueprint(emails.bp)  # …/emails/new
    app.register_blueprint(sent_mails.bp)  # …/emails, …/emails/7/again
    app.register_blueprint(exchange_rates.bp)  # /settings/exchange-rates/bank
    app.register_blueprint(deals.bp)  # /crm/deals/board, /crm/deals/7/stage
    app.register_blueprint(adding.bp)  # /crm/accounts/7/books
    _of_customers(app)
    app.register_blueprint(document_templates.bp)  # /books/invoices/7/template
    app.register_blueprint(reminders.bp)  # /books/customers/7/reminders
    app.register_blueprint(comments.bp)  # …/comments, /mentions
    app.register_blueprint(attachments.bp)  # …/attachments
    app.register_blueprint(imports.bp)  # …/import
    app.register_blueprint(exports.bp)  # …/export.csv, /exports/7
    app.register_blueprint(filters.bp)  # …/filter
    app.register_blueprint(columns.bp)  # …/columns
    app.register_blueprint(bulk.bp)  # …/bulk/owner, …/bulk/runs/7
    app.register_blueprint(bulk_mails.bp)  # …/bulk/runs/7/mails
    app.register_blueprint(views.bp)  # …/views/new, …/views/7
    app.register_blueprint(related.bp)  # …/related/invoices
    app.register_blueprint(lists.bp)  # /crm/accounts.json
    app.register_blueprint(records.bp)  # /crm/accounts, /crm/accounts/7, …/new, …/edit, …/delete


def _of_customers(app: Flask) -> None:
    """What a customer has beside its record."""
    app.register_blueprint(merging.bp)  # /books/customers/bulk/merge, …/merges/7
    app.register_blueprint(duplicates.bp)  # /books/customers/duplicates
    app.register_blueprint(statements.bp)  # /books/customers/7/statement, …/unpaid
    app.register_blueprint(clones.bp)  # /books/customers/7/clone
    app.register_blueprint(customer_portal.bp)  # /books/customers/7/portal, /books/invoices/7/links
    app.register_blueprint(customer_templates.bp)  # /books/customers/7/templates


def _of_settings(app: Flask) -> None:
    """What an organization sets up, and what it is joined to."""
    app.register_blueprint(settings_organization.bp)  # /settings/organization
    app.register_blueprint(settings_apps.bp)  # /settings/apps
    app.register_blueprint(settings_activity.bp)  # /settings/activity
    app.register_blueprint(settings_portal.bp)  # /settings/portal
    app.register_blueprint(settings_mail.bp)  # /settings/mail
    app.register_blueprint(settings_reminders.bp)  # /settings/reminders
    app.register_blueprint(statement_schedules.bp)  # /settings/statement-schedules
    app.register_blueprint(mail_templates.bp)  # /settings/mail-templates
    app.register_blueprint(pdf_templates.bp)  # /settings/templates
    app.register_blueprint(settings_tokens.bp)  # /settings/api-access
    app.register_blueprint(settings_programs.bp)  # /settings/api-access/programs
    app.register_blueprint(custom_fields.bp)  # /settings/fields
    app.register_blueprint(integrations.bp)  # /integrations, /integrations/crm
    app.register_blueprint(sync_runs.bp)  # /integrations/crm/runs
    app.register_blueprint(sync_questions.bp)  # /integrations/crm/review, …/conflicts, /crm/accounts/7/sync
    app.register_blueprint(bigin_connection.bp)  # /integrations/bigin/connect
    app.register_blueprint(books_elsewhere.bp)  # /integrations/books-elsewhere
    app.register_blueprint(bigin_customers.bp)  # /books/invoices/bigin, /books/customers/7/bigin
    app.register_blueprint(users.bp)  # /settings/users
    app.register_blueprint(roles.bp)  # /settings/roles
    app.register_blueprint(audit.bp)  # /settings/audit


def _for_machines(app: Flask) -> None:
    """The doors that programs open with a secret of theirs."""
    app.register_blueprint(oauth.bp)  # /oauth/v2/auth, /oauth/v2/token
    app.register_blueprint(bigin.bp)  # /bigin/v2/Accounts
    for machine in (oauth.token, oauth.revoke, bigin.bp):  # opened by secrets that no page of others can send
        app.extensions["csrf"].exempt(machine)
