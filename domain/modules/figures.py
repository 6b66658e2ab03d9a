"""Figures of how we stand with somebody: kept sums, read in a fixed number of statements."""

from collections.abc import Mapping

from sqlalchemy import select

from domain.books.bills import Bill
from domain.books.customers import Customer
from domain.books.document_counts import DocumentCount, counts_of_deal
from domain.books.invoices import Invoice
from domain.books.overdue import Overdue, overdue_of
from domain.books.parties import Party
from domain.books.vendors import Vendor
from domain.db import db
from domain.modules.module import Args, Figure, Kept
from domain.organizations.users import Member
from domain.words import Words, _, _n

INVOICES = "books.invoices"
BILLS = "books.bills"
PAYMENTS = "books.payments"


# --- the band: how we stand with somebody -----------------------------------------------------------------------


def customer_band(customer_id: int | None) -> tuple[Figure, ...] | None:
    """What a customer owes us, what of it is late, what they have to their credit, and what we owe them.

    None when there is no customer yet. What we owe is known of a customer that is linked to a vendor.
    """
    customer = db.session.get(Customer, customer_id) if customer_id else None
    if customer is None:
        return None
    owed = _open(_("Receivable"), customer.receivable_minor, customer, INVOICES)
    late = _late(overdue_of(customer.id, Invoice), customer, INVOICES)
    return (owed, late, _unused(customer), *_payable(customer.vendor))


def vendor_band(vendor_id: int | None) -> tuple[Figure, ...] | None:
    """What we owe a vendor, what of it is late, and what we paid ahead; None when there is none yet."""
    vendor = db.session.get(Vendor, vendor_id) if vendor_id else None
    if vendor is None:
        return None
    return (*_payable(vendor), _late(overdue_of(vendor.id, Bill), vendor, BILLS), _unused(vendor))


def _payable(vendor: Vendor | None) -> tuple[Figure, ...]:
    return (_open(_("Payable"), vendor.payable_minor, vendor, BILLS),) if vendor else ()


def _open(label: Words, amount_minor: int, party: Party, module: str) -> Figure:
    return Figure(label, amount_minor, party.currency, module, _of(party, state="unpaid"))


def _late(overdue: Overdue, party: Party, module: str) -> Figure:
    note, tone = (_lateness(overdue), "bad") if overdue.documents else (_("Nothing is late"), "")
    args = _of(party, state="overdue")
    return Figure(_("Overdue"), overdue.amount_minor, party.currency, module, args, note, tone)


def _lateness(overdue: Overdue) -> Words:
    return _(
        "%(invoices)s · %(days)s",
        invoices=_n("%(n)s document", "%(n)s documents", n=overdue.documents),
        days=_n("%(n)s day", "%(n)s days", n=overdue.days),
    )


def _unused(party: Party) -> Figure:
    """They come from payments and from credit notes: a page of the party's own shows both."""
    return Figure(_("Unused credits"), party.unused_credits_minor, party.currency, PAYMENTS, {}, of=party)


def _of(party: Party, **more: str) -> Args:
    return {"party": str(party.id), **more}


# --- the headings of related lists ------------------------------------------------------------------------------


def kept_of_party(party_id: int | None) -> Mapping[str, list[Kept]]:
    """By kind, how many documents a party has and what is open on them."""
    if party_id is None:
        return {}
    query = (
        select(DocumentCount.kind, DocumentCount.count, DocumentCount.balance_minor, Party.currency)
        .join(Party, Party.id == DocumentCount.party_id)
        .where(DocumentCount.party_id == party_id)
    )
    rows = db.session.execute(query)
    return {kind: [Kept(count, open_minor, currency)] for kind, count, open_minor, currency in rows}


def kept_of_deal(deal_id: int, member: Member) -> Mapping[str, list[Kept]]:
    """By kind, how many documents a deal has and what is open on them, in each currency.

    Not for those who see assigned customers only: a deal may have documents of other customers than its own.
    """
    kept: dict[str, list[Kept]] = {}
    for each in [] if member.is_assigned_only else counts_of_deal(deal_id):
        kept.setdefault(each.kind, []).append(Kept(each.count, each.balance_minor, each.currency))
    return kept
