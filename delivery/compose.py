"""What a new mail says: a template for its kind of document, filled in, in the customer's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from delivery import formats
from domain.books.document import Document
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.placeholders import fill

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "email"


@dataclass(frozen=True)
class _Source:
    """Where values come from, and how they are written."""

    document: Document
    actor: Member

    @property
    def language(self) -> str:
        return _language(self.document)

    @property
    def contact(self) -> str:
        """Who is addressed: the primary contact person, else the customer."""
        person = self.document.party.primary_contact
        return (person.name if person else "") or self.document.party_name

    def money(self, amount_minor: int) -> str:
        return formats.money(amount_minor, self.document.currency, self.language)

    def date(self, day: date) -> str:
        return formats.long_date(day, self.language)


PLACEHOLDERS: dict[str, Callable[[_Source], str | None]] = {
    "CustomerName": lambda of: of.document.party_name,
    "ContactName": lambda of: of.contact,
    "PrimaryContactName": lambda of: of.contact,
    "InvoiceNumber": lambda of: of.document.number or None,
    "InvoiceDate": lambda of: of.date(of.document.date),
    "DueDate": lambda of: of.date(of.document.due_on),
    "InvoiceTotal": lambda of: of.money(of.document.total_minor),
    "BalanceDue": lambda of: of.money(of.document.balance_minor),
    "Balance": lambda of: of.money(of.document.balance_minor),
    "ReferenceNumber": lambda of: of.document.reference,
    "CompanyName": lambda of: current_organization().name,
    "OrganizationPhone": lambda of: current_organization().phone,
    "UserName": lambda of: of.actor.name,
    "UserEmail": lambda of: of.actor.user.email,
}
"""All placeholders, with what each stands for."""


@dataclass(frozen=True)
class Draft:
    """What the compose page begins with: plain text, its placeholders filled as far as they are known."""

    subject: str
    text: str


def draft(document: Document, actor: Member) -> Draft:
    """The mail that usually goes with a document.

    An unissued one's number stays a placeholder: sending issues the document, and fills it.
    """
    language = _language(document)
    known = values(document, actor)
    subject, text = (fill(template(document.kind, language, part), known)[0] for part in ("subject", "body"))
    return Draft(subject.strip(), _signed(text.strip()))


def _signed(text: str) -> str:
    """The text with the organization's signature below it."""
    signature = current_organization().mail_signature.strip()
    return f"{text}\n\n{signature}" if signature else text


def values(document: Document, actor: Member) -> dict[str, str | None]:
    """What the placeholders stand for, written as the customer writes it; None for a number not yet given."""
    source = _Source(document, actor)
    return {name: value(source) for name, value in PLACEHOLDERS.items()}


def unknown_in(*texts: str) -> list[str]:
    """The placeholders in these texts that mean nothing; they would go out as they stand."""
    nothing_known = dict.fromkeys(PLACEHOLDERS)
    return list(dict.fromkeys(name for text in texts for name in fill(text, nothing_known)[1]))


def _language(document: Document) -> str:
    return document.party.language_in(current_organization())


@cache
def template(kind: str, language: str, part: str) -> str:
    """The subject or body that a kind of mail begins with; in English where the language has none."""
    folder = TEMPLATES / kind
    path = (folder if folder.exists() else TEMPLATES / "invoice") / language / f"{part}.txt"
    return (path if path.exists() else path.parent.parent / "en" / path.name).read_text("utf-8")
