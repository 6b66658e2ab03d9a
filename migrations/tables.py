"""Every module that declares tables, imported by name: what migrations are compared with."""

import domain.attachments
import domain.books.allocations
import domain.books.associated_templates
import domain.books.bills
import domain.books.contact_persons
import domain.books.credit_notes
import domain.books.currencies
import domain.books.customers
import domain.books.different_customers
import domain.books.document
import domain.books.document_counts
import domain.books.estimates
import domain.books.invoices
import domain.books.items
import domain.books.lines
import domain.books.merging.merges
import domain.books.orders
import domain.books.parties
import domain.books.payable
import domain.books.payment_terms
import domain.books.payments
import domain.books.pdf_templates
import domain.books.price_lists
import domain.books.purchase_orders
import domain.books.refunds
import domain.books.reminder_rules
import domain.books.reminders
import domain.books.sales_orders
import domain.books.taxes
import domain.books.vendors
import domain.comments
import domain.crm.accounts
import domain.crm.contacts
import domain.crm.deal_stages
import domain.crm.deals
import domain.crm.products
import domain.crm.vendors
import domain.custom_fields
import domain.email_drafts
import domain.emails
import domain.exports
import domain.files
import domain.importing.imports
import domain.links
import domain.mail_templates
import domain.modules.bulk_runs
import domain.modules.saved_views
import domain.numbering
import domain.organizations.access_tokens
import domain.organizations.custom_roles
import domain.organizations.grants
import domain.organizations.organizations
import domain.organizations.programs
import domain.organizations.resets
import domain.organizations.sign_ins
import domain.organizations.users
import domain.outbox
import domain.portal.guests
import domain.portal.links
import domain.portal.notices
import domain.portal.sign_ins
import domain.search_index
import domain.statement_runs
import domain.statement_schedules
import domain.sync.connections
import domain.sync.credentials
import domain.sync.questions
import domain.sync.runs
import domain.sync.signs
import domain.timeline  # noqa: F401
from domain.db import db

metadata = db.metadata
"""The tables as the program declares them."""


def declared(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether something in the database is a table of the program, and not of SQLite's own search."""
    return not (name or "").startswith("search_grams")
