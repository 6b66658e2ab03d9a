"""What the placeholders of mails stand for: `%DueDate%`. A table by kind of mail, offered as a menu."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from delivery import formats
from delivery.field_words import in_words
from delivery.language import translator
from domain.books.contact_persons import ContactPerson
from domain.books.parties import Party
from domain.books.statements import Period, Statement, balances_of
from domain.custom_fields import PREFIX
from domain.mail_kinds import EARLY_REMINDER, LETTER, MAIL_KINDS, REMINDER, REMINDERS, STATEMENT, kind_of
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.module import Field
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.recipients import name_of, party_of
from domain.words import Words, _

CUSTOM = "CF_"
"""What the placeholder of a field that the organization added begins with."""


@dataclass(frozen=True)
class Source:
    """Where values come from, and how they are written: as the party writes them."""

    record: Any
    actor: Member
    language: str
    period: Period | None = None
    """Of the customer's statement, once it is known."""

    @property
    def party(self) -> Party:
        """To whom it is written."""
        return party_of(self.record)

    @property
    def name(self) -> str:
        """What they are called."""
        return name_of(self.record)

    @property
    def person(self) -> ContactPerson | None:
        """The primary contact person."""
        return self.party.primary_contact

    @property
    def contact(self) -> str:
        """Who is addressed: the primary contact person, else the party."""
        return (self.person.name if self.person else "") or self.name

    @cached_property
    def statement(self) -> Statement | None:
        """What the customer's statement of the period comes to."""
        return balances_of(self.party, self.period) if self.period else None

    def money(self, amount_minor: int) -> str:
        """An amount in the record's currency."""
        return formats.money(amount_minor, self.record.currency, self.language)

    def date(self, day: date | None) -> str:
        """A date as in a letter; nothing for None."""
        return formats.long_date(day, self.language)


class Placeholder(NamedTuple):
    """A name between percent signs, what people call it, and what it stands for; None for what isn't known yet."""

    name: str
    label: Words | str
    value: Callable[[Source], str | None]


_OURS = (
    Placeholder("CompanyName", _("Name of your organization"), lambda of: current_organization().name),
    Placeholder("OrganizationPhone", _("Your telephone number"), lambda of: current_organization().phone),
    Placeholder("UserName", _("Name of who sends it"), lambda of: of.actor.name),
    Placeholder("UserEmail", _("Address of who sends it"), lambda of: of.actor.user.email),
)

_PERSON = (
    Placeholder("ContactName", _("Contact person"), lambda of: of.contact),
    Placeholder("Salutation", _("Salutation"), lambda of: of.person.salutation if of.person else ""),
    Placeholder("FirstName", _("First name"), lambda of: of.person.first_name if of.person else ""),
    Placeholder("LastName", _("Last name"), lambda of: of.person.last_name if of.person else ""),
)

_CUSTOMER = Placeholder("CustomerName", _("Customer"), lambda of: of.name)
_VENDOR = Placeholder("VendorName", _("Vendor"), lambda of: of.name)

_REFERENCE = Placeholder("ReferenceNumber", _("Reference"), lambda of: of.record.reference)
_OF_DOCUMENTS = (_REFERENCE, Placeholder("PaymentTerms", _("Payment terms"), lambda of: _terms_of(of)))

_OF_CUSTOMERS = (
    Placeholder("Receivable", _("Receivable"), lambda of: of.money(of.record.receivable_minor)),
    Placeholder("UnusedCredits", _("Unused credits"), lambda of: of.money(of.record.unused_credits_minor)),
)


def _when_it_goes_out(_of: Source) -> None:
    """A link is made when the mail goes out (`delivery/portal_links.py`), so that nothing that is kept holds it."""


_RECORDS: dict[str, tuple[Placeholder, ...]] = {
    "estimate": (
        Placeholder("EstimateNumber", _("Number"), lambda of: of.record.number or None),
        Placeholder("EstimateDate", _("Date"), lambda of: of.date(of.record.date)),
        Placeholder("ExpiryDate", _("Expiry date"), lambda of: of.date(of.record.expires_on)),
        Placeholder("EstimateTotal", _("Total"), lambda of: of.money(of.record.total_minor)),
        Placeholder("EstimateURL", _("Link to the estimate"), _when_it_goes_out),
        *_OF_DOCUMENTS,
    ),
    "sales_order": (
        Placeholder("SalesOrderNumber", _("Number"), lambda of: of.record.number or None),
        Placeholder("SalesOrderDate", _("Date"), lambda of: of.date(of.record.date)),
        Placeholder("ShipmentDate", _("Shipment date"), lambda of: of.date(of.record.shipment_on)),
        Placeholder("SalesOrderTotal", _("Total"), lambda of: of.money(of.record.total_minor)),
        *_OF_DOCUMENTS,
    ),
    "invoice": (
        Placeholder("InvoiceNumber", _("Number"), lambda of: of.record.number or None),
        Placeholder("InvoiceDate", _("Date"), lambda of: of.date(of.record.date)),
        Placeholder("DueDate", _("Due date"), lambda of: of.date(of.record.due_on)),
        Placeholder("InvoiceTotal", _("Total"), lambda of: of.money(of.record.total_minor)),
        Placeholder("InvoiceURL", _("Link to the invoice"), _when_it_goes_out),
        Placeholder("BalanceDue", _("Balance"), lambda of: of.money(of.record.balance_minor)),
        Placeholder("OverdueDays", _("Days overdue"), lambda of: _days_overdue(of)),
        *_OF_DOCUMENTS,
    ),
    "credit_note": (
        Placeholder("CreditNoteNumber", _("Number"), lambda of: of.record.number or None),
        Placeholder("CreditNoteDate", _("Date"), lambda of: of.date(of.record.date)),
        Placeholder("CreditNoteTotal", _("Total"), lambda of: of.money(of.record.total_minor)),
        Placeholder("BalanceDue", _("Balance"), lambda of: of.money(of.record.balance_minor)),
        *_OF_DOCUMENTS,
    ),
    "purchase_order": (
        Placeholder("PurchaseOrderNumber", _("Number"), lambda of: of.record.number or None),
        Placeholder("PurchaseOrderDate", _("Date"), lambda of: of.date(of.record.date)),
        Placeholder("DeliveryDate", _("Delivery date"), lambda of: of.date(of.record.delivery_on)),
        Placeholder("PurchaseOrderTotal", _("Total"), lambda of: of.money(of.record.total_minor)),
        *_OF_DOCUMENTS,
    ),
    "payment": (
        Placeholder("PaymentNumber", _("Number"), lambda of: of.record.number),
        Placeholder("PaymentDate", _("Date"), lambda of: of.date(of.record.date)),
        Placeholder("AmountReceived", _("Amount"), lambda of: of.money(of.record.amount_minor)),
        Placeholder("UnusedAmount", _("Unused"), lambda of: of.money(of.record.unused_minor)),
        Placeholder("PaymentMode", _("Method"), lambda of: translator(of.language)(of.record.method_label)),
        _REFERENCE,
    ),
    LETTER: _OF_CUSTOMERS,
    STATEMENT: (
        Placeholder("StatementPeriod", _("Period"), lambda of: _period_of(of)),
        Placeholder("StartDate", _("Start date"), lambda of: of.date(of.period.first) if of.period else None),
        Placeholder("EndDate", _("End date"), lambda of: of.date(of.period.last) if of.period else None),
        Placeholder("OpeningBalance", _("Opening balance"), lambda of: _balance_of(of, "opening_minor")),
        Placeholder("ClosingBalance", _("Balance due"), lambda of: _balance_of(of, "closing_minor")),
        *_OF_CUSTOMERS,
    ),
    REMINDERS: (
        Placeholder("InvoiceList", _("The invoices, line by line"), lambda of: None),
        Placeholder("BalanceDue", _("What is open on them"), lambda of: None),
        *_OF_CUSTOMERS,
    ),
}
_RECORDS |= dict.fromkeys((REMINDER, EARLY_REMINDER), _RECORDS["invoice"])

ALIASES = {"PrimaryContactName": "ContactName", "Balance": "BalanceDue"}
"""Names that mean the same as another one: understood, but not offered beside it."""

_A_CUSTOMER = (_("Customer"), [_CUSTOMER, *_PERSON])
_PARTIES = {"purchase_order": (_("Vendor"), [_VENDOR, *_PERSON])}
"""Who is written to, where it is not a customer."""


def _days_overdue(of: Source) -> str:
    return str(of.record.days_overdue(current_organization().today))


def _terms_of(of: Source) -> str:
    terms = of.record.payment_terms
    return terms.name if terms else ""


def _period_of(of: Source) -> str | None:
    if of.period is None:
        return None
    days = {"first": of.date(of.period.first), "last": of.date(of.period.last)}
    return translator(of.language)(_("%(first)s to %(last)s", **days))


def _balance_of(of: Source, which: str) -> str | None:
    return of.money(getattr(of.statement, which)) if of.statement else None


def offered(kind: str) -> list[tuple[Words, list[Placeholder]]]:
    """The placeholders of a kind of mail, in groups, as its menu shows them."""
    groups = (
        (MAIL_KINDS[kind].label, [*_RECORDS[kind]]),
        _PARTIES.get(kind, _A_CUSTOMER),
        (_("Your organization"), [*_OURS]),
        (_("Custom fields"), list(_custom(kind))),
    )
    return [(label, placeholders) for label, placeholders in groups if placeholders]


def names_of(kind: str) -> list[str]:
    """All names that mean something in this kind of mail."""
    names = [placeholder.name for _label, group in offered(kind) for placeholder in group]
    return [*names, *(alias for alias, name in ALIASES.items() if name in names)]


def values(
    record: Any, actor: Member, language: str = "", kind: str = "", period: Period | None = None
) -> dict[str, str | None]:
    """What the placeholders stand for, written as the party writes it; None for a number not yet given.

    Of a statement the period and its balances are not known without `period`.
    """
    language = language or party_of(record).language_in(current_organization())
    source, mail = Source(record, actor, language, period), kind_of(record, kind)
    groups = offered(mail.key) if mail else []
    known = {each.name: each.value(source) for _label, group in groups for each in group}
    return known | {alias: known[name] for alias, name in ALIASES.items() if name in known}


def _custom(kind: str) -> Iterator[Placeholder]:
    """A placeholder for each field that the organization added to this kind of document."""
    for field in customized(ALL[MAIL_KINDS[kind].module]).custom_fields:
        name = CUSTOM + field.name.removeprefix(PREFIX)
        yield Placeholder(name, field.label, _reader(field))


def _reader(field: Field) -> Callable[[Source], str]:
    return lambda of: in_words(field, getattr(of.record, field.name), of.language, translator(of.language))
