"""From a document to its PDF: what is printed, in whose language, and where the finished file is kept.

A PDF is kept under the digest of what it was rendered from, so that a second download costs a file read.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from delivery import formats
from delivery.files import files
from delivery.language import translator
from delivery.sheet import Headings, Sheet, SheetLine, TaxRow, Total, print_sheet
from domain.books.document import Document
from domain.books.lines import DocumentLine
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.module import Field
from domain.organizations.organizations import Organization, current_organization
from domain.words import Words, _

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"

environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


def language_of(document: Document) -> str:
    """The language in which the party reads."""
    return document.party.language or current_organization().language


def file_name(document: Document) -> str:
    """What the PDF is called: by the number, which may hold what a file name can't."""
    name = document.number or f"draft-{document.id}"
    return "".join("-" if c in '/\\:*?"<>|' or ord(c) < 32 else c for c in name) + ".pdf"


def kept_pdf(document: Document) -> bytes | None:
    """The document's PDF if it was rendered before, as it is now."""
    return files().cached(_key(document))


def pdf(document: Document) -> bytes:
    """The document's PDF, from the store when it was rendered before, else rendered and kept."""
    kept = kept_pdf(document)
    if kept is None:
        rendered = print_sheet(sheet_of(document), environment)
        for note in rendered.notes:
            log.warning("%s: %s", file_name(document), note)
        kept = rendered.pdf
        files().cache(_key(document), kept)
    return kept


def _key(document: Document) -> str:
    return f"pdf-{_digest(document)}"


def sheet_of(document: Document) -> Sheet:
    """Everything that is printed, in the party's language."""
    organization, language = current_organization(), language_of(document)
    t = translator(language)
    return Sheet(
        language=language,
        title=t(_("Invoice")),
        number=document.number,
        status_note=_status_note(document, t),
        logo=files().read(organization.logo_digest) if organization.logo_digest else None,
        organization_name=organization.name,
        organization_lines=_organization_lines(organization, document.party.billing_country, language, t),
        party_name=_addressed(document, language),
        party_lines=tuple(document.address_lines),
        greeting=t(_("Thank you for your business.")),
        facts=_facts(document, language, t),
        amount_due=(t(_("Amount due")), formats.money(document.balance_minor, document.currency, language)),
        columns=Headings(
            *(
                t(w)
                for w in (_("Description"), _("Quantity"), _("Rate"), _("Discount"), _("Tax"), _("Amount"))
            )
        ),
        lines=tuple(_line(line, document.currency, language) for line in document.lines),
        lines_note=t(_("※ reduced tax rate")) if any(line.is_reduced for line in document.lines) else "",
        tax_headings=("", t(_("Net")), t(_("Tax"))),
        tax_summary=_tax_summary(document, language, t),
        totals=_totals(document, language, t),
        notes_heading=t(_("Notes")),
        notes=document.notes,
        terms_heading=t(_("Terms") if document.terms else _("Payment details")),
        terms="\n\n".join(part for part in (document.terms, organization.payment_details) if part),
        footer=" · ".join(part for part in (organization.name, document.number) if part),
    )


def _addressed(document: Document, language: str) -> str:
    if language != "ja":
        return document.party_name
    individual = getattr(document.party, "customer_type", "business") == "individual"
    return f"{document.party_name} {'様' if individual else '御中'}"


def _status_note(document: Document, t: Any) -> str:
    return t(document.shown_state.label) if document.state in ("draft", "void") else ""


def _organization_lines(organization: Organization, reader_in: str, language: str, t: Any) -> tuple[str, ...]:
    contact = [organization.phone, organization.email, organization.website]
    registration = organization.tax_registration
    if registration:
        contact.append(t(_("Registration number %(number)s", number=registration)))
    address = organization.address.written(language, reader_in or organization.country)
    return tuple(line for line in (*address, *contact) if line)


def _facts(document: Document, language: str, t: Any) -> tuple[tuple[str, str], ...]:
    facts = (
        (_("Date"), formats.long_date(document.date, language)),
        (_("Due date"), formats.long_date(document.due_on, language)),
        (_("Reference"), document.reference),
    )
    return tuple((t(label), value) for label, value in (*facts, *_printed(document, language, t)) if value)


def _printed(document: Document, language: str, t: Any) -> Iterator[tuple[Words | str, str]]:
    """The organization's own fields that are marked to be printed."""
    for field in customized(ALL[document.MODULE]).custom_fields:
        if field.prints:
            yield field.label, _in_words(field, getattr(document, field.name), language, t)


def _in_words(field: Field, value: Any, language: str, t: Any) -> str:
    if value is None or value == "":
        return ""
    match field.kind:
        case "boolean":
            return t(_("Yes") if value else _("No"))
        case "number":
            return formats.number(value, language)
        case "date":
            return formats.long_date(value, language)
    return str(value)


def _line(line: DocumentLine, currency: str, language: str) -> SheetLine:
    description, _newline, detail = line.description.partition("\n")
    quantity = formats.number(line.quantity, language)
    return SheetLine(
        description=f"{description} ※" if line.is_reduced else description,
        detail=detail,
        quantity=f"{quantity} {line.unit}".strip(),
        rate=formats.rate(line.rate, currency, language),
        discount=_discount(line, currency, language),
        tax=formats.percent(line.tax_percent, language),
        amount=formats.amount(line.net_minor, currency, language),
    )


def _discount(line: DocumentLine, currency: str, language: str) -> str:
    if line.discount_percent:
        return formats.percent(line.discount_percent, language)
    return formats.amount(line.discount_minor, currency, language) if line.discount_minor else ""


def _tax_summary(document: Document, language: str, t: Any) -> tuple[TaxRow, ...]:
    return tuple(
        TaxRow(
            t(_("Subject to %(percent)s", percent=formats.percent(Decimal(line["percent"]), language))),
            formats.money(line["base_minor"], document.currency, language),
            formats.money(line["tax_minor"], document.currency, language),
        )
        for line in document.tax_lines
    )


def _totals(document: Document, language: str, t: Any) -> tuple[Total, ...]:
    def money(amount_minor: int) -> str:
        return formats.money(amount_minor, document.currency, language)

    rows = [Total(t(_("Subtotal")), money(document.subtotal_minor))]
    if document.discount_minor:
        rows.append(Total(t(_("Discount")), money(-document.discount_minor)))
    if document.tax_minor:
        label = _("Tax, included") if document.prices_include_tax else _("Tax")
        rows.append(Total(t(label), money(document.tax_minor)))
    rows.append(Total(t(_("Total")), money(document.total_minor), is_grand=True))
    paid = document.paid_minor
    if paid:
        rows += [Total(t(_("Paid")), money(-paid)), Total(t(_("Balance")), money(document.balance_minor))]
    return tuple(rows)


def _digest(document: Document) -> str:
    """Changes when anything does that is printed; to know that costs less than to put the sheet together."""
    printed = (document, document.party, current_organization())
    states = [[each.id, each.version, each.updated_at.timestamp()] for each in printed]
    return hashlib.sha256(json.dumps([states, _engine()]).encode()).hexdigest()


@cache
def _engine() -> str:
    """Changes when a template of PDFs does, a translation, or the code that prints them."""
    sources = (
        *(TEMPLATES / "pdf").glob("*.html"),
        *(ROOT / "delivery").glob("*.py"),
        *(ROOT / "domain").rglob("*.py"),
        *(ROOT / "translations").glob("*/LC_MESSAGES/*.po"),
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()
