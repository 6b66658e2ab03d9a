"""From a document to its sheet: every word in the reader's language, every figure as that language writes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from delivery import formats
from delivery.addressing import addressed
from delivery.field_words import in_words
from delivery.files import files
from delivery.language import translator
from delivery.law import Law, law_of
from delivery.papers import PAPERS, Paper
from delivery.sheet import Headings, Sheet, SheetLine, TaxRow, Total
from delivery.style import PLAIN, Margins, Style
from domain.books.document import Document
from domain.books.lines import DocumentLine
from domain.books.pdf_templates import PdfTemplate
from domain.db import db
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.organizations.organizations import Organization, current_organization
from domain.tax_registrations import registered_as
from domain.words import Words, _

HEADINGS = {
    "description": _("Description"),
    "quantity": _("Quantity"),
    "rate": _("Rate"),
    "discount": _("Discount"),
    "tax": _("Tax"),
    "amount": _("Amount"),
}


def language_of(document: Document) -> str:
    """The language in which the party reads."""
    return document.party.language or current_organization().language


def sheet_of(document: Document, template: PdfTemplate | None = None) -> Sheet:
    """Everything that is printed, in the party's language and as the template has it."""
    return Writer(document, current_organization(), language_of(document), template).sheet()


def style_of(template: PdfTemplate | None) -> Style:
    """How a template looks; without one, the plain look as it is."""
    if template is None:
        return PLAIN
    return Style(
        look=template.look,
        layout=template.html,
        css=template.css,
        paper=template.paper,
        margins=Margins(
            template.margin_top, template.margin_right, template.margin_bottom, template.margin_left
        ),
        accent=template.accent,
        ink=template.ink,
        columns=tuple(template.columns),
        shows_logo=template.shows_logo,
    )


@dataclass(frozen=True)
class Writer:
    """One document, for one reader, by one template. (A sample has all that a document has on paper.)"""

    document: Any
    organization: Organization
    language: str
    template: PdfTemplate | None = None

    def sheet(self) -> Sheet:
        """The document as it is printed."""
        paper, document = self.paper, self.document
        return Sheet(
            language=self.language,
            style=style_of(self.template),
            title=self.labelled("title", paper.title),
            number=document.number,
            status_note=self._status_note(),
            logo=self._logo(),
            **self._names(),
            greeting=self.labelled("greeting", paper.greeting),
            facts=tuple((self.t(label), value) for label, value in self._facts() if value),
            amount_due=self._amount(),
            columns=Headings(**{name: self.labelled(name, words) for name, words in HEADINGS.items()}),
            lines=tuple(map(self._line, document.lines)),
            lines_note=self.t(_("※ reduced tax rate"))
            if any(line.is_reduced for line in document.lines)
            else "",
            tax_headings=("", self.t(_("Net")), self.t(_("Tax"))),
            tax_summary=tuple(map(self._tax_row, document.tax_lines)),
            totals=tuple(self._totals()),
            notes_heading=self.labelled("notes", _("Notes")),
            notes=document.notes,
            **self._terms(),
            mentions=self._mentions(),
            seal=self.t(_("Seal")),
            footer=self._footer(),
        )

    @property
    def paper(self) -> Paper:
        """What is printed on this kind of document."""
        return PAPERS[self.document.kind]

    @property
    def law(self) -> Law:
        """What the sender's country asks for."""
        return law_of(self.organization.country)

    @cached_property
    def t(self) -> Any:
        """Turns the program's sentences into the reader's language."""
        return translator(self.language)

    def labelled(self, name: str, words: Words | str) -> str:
        """A word on the paper: the template's own, or ours."""
        own = self.template.labels.get(name) if self.template else ""
        return own or self.t(words)

    def money(self, amount_minor: int) -> str:
        """An amount in the document's currency."""
        return formats.money(amount_minor, self.document.currency, self.language)

    # --- the head ---------------------------------------------------------------------------------------------

    def _logo(self) -> bytes | None:
        digest = self.organization.logo_digest
        return files().read(digest) if digest and not self.paper.is_theirs else None

    def _names(self) -> dict[str, Any]:
        """Who writes to whom. What a vendor wrote to us has their name at the top."""
        ours = {"organization_name": self.organization.name, "organization_lines": self._organization_lines()}
        theirs = {
            "party_name": addressed(self.document.party_name, self.document.party, self.language),
            "party_lines": self._party_lines(),
        }
        if not self.paper.is_theirs:
            return ours | theirs
        return {
            "organization_name": self.document.party_name,
            "organization_lines": theirs["party_lines"],
            "party_name": ours["organization_name"],
            "party_lines": ours["organization_lines"],
        }

    @property
    def _is_to_an_individual(self) -> bool:
        return self.document.party.customer_type == "individual"

    def _party_lines(self) -> tuple[str, ...]:
        party = self.document.party
        lines = tuple(self.document.address_lines)
        if not (party.tax_registration and self.law.names_buyer):
            return lines
        return (*lines, self.t(registered_as(party.tax_registration, party.billing_country)))

    def _organization_lines(self) -> tuple[str, ...]:
        organization = self.organization
        reader_in = self.document.party.billing_country or organization.country
        registrations = (organization.company_registration, organization.tax_registration)
        lines = (
            *organization.address.written(self.language, reader_in),
            *(organization.phone, organization.email, organization.website),
            *(self.t(registered_as(each, organization.country)) for each in registrations if each),
        )
        return tuple(line for line in lines if line)

    def _status_note(self) -> str:
        document = self.document
        return self.t(document.shown_state.label) if document.state in ("draft", "void") else ""

    def _amount(self) -> tuple[str, str]:
        label = self.labelled("amount_due", self.paper.amount)
        return label, self.money(getattr(self.document, self.paper.amount_of))

    def _facts(self) -> Iterator[tuple[Words | str, str]]:
        for label, path in self.paper.facts:
            yield label, self._in_words(self._at(path))
        for field in customized(ALL[self.document.MODULE]).custom_fields:
            if field.prints:
                yield field.label, in_words(field, getattr(self.document, field.name), self.language, self.t)

    @cached_property
    def source(self) -> Document | None:
        """The document that this one was made from."""
        key = self.document.source_id
        return db.session.get(Document, key) if key else None

    def _at(self, path: str) -> Any:
        """What an attribute of the document holds, or of its source: `source.number`."""
        of, _dot, name = path.rpartition(".")
        return getattr(self.source if of else self.document, name, None)

    def _in_words(self, value: Any) -> str:
        return formats.long_date(value, self.language) if isinstance(value, date) else value or ""

    # --- lines and sums ---------------------------------------------------------------------------------------

    def _line(self, line: DocumentLine) -> SheetLine:
        currency, language = self.document.currency, self.language
        description, _newline, detail = line.description.partition("\n")
        quantity = formats.number(line.quantity, language)
        return SheetLine(
            description=f"{description} ※" if line.is_reduced else description,
            detail=detail,
            quantity=f"{quantity} {line.unit}".strip(),
            rate=formats.rate(line.rate, currency, language),
            discount=self._discount(line),
            tax=formats.percent(line.tax_percent, language),
            amount=formats.amount(line.net_minor, currency, language),
        )

    def _discount(self, line: DocumentLine) -> str:
        if line.discount_percent:
            return formats.percent(line.discount_percent, self.language)
        if not line.discount_minor:
            return ""
        return formats.amount(line.discount_minor, self.document.currency, self.language)

    def _tax_row(self, line: dict[str, Any]) -> TaxRow:
        percent = formats.percent(Decimal(line["percent"]), self.language)
        label = self.t(_("Subject to %(percent)s", percent=percent))
        return TaxRow(
            f"{label} ※" if line.get("is_reduced") else label,
            self.money(line["base_minor"]),
            self.money(line["tax_minor"]),
        )

    def _totals(self) -> Iterator[Total]:
        document, money, t = self.document, self.money, self.t
        tax = _("Tax, included") if document.prices_include_tax else _("Tax")
        rows = (
            (_("Discount"), -document.discount_minor),
            (_("Shipping"), document.shipping_minor),
            (tax, document.tax_minor),
            (document.adjustment_label or _("Adjustment"), document.adjustment_minor),
        )
        yield Total(t(_("Subtotal")), money(document.subtotal_minor))
        yield from (Total(t(label), money(amount)) for label, amount in rows if amount)
        yield Total(t(_("Total")), money(document.total_minor), is_grand=True)
        if document.withholding_minor:
            yield Total(t(_("Withholding tax")), money(-document.withholding_minor))
            yield Total(t(_("Amount due")), money(document.due_minor))
        if document.paid_minor:
            yield Total(t(self.paper.settled), money(-document.paid_minor))
            yield Total(t(self.paper.left), money(document.balance_minor))

    # --- the foot ---------------------------------------------------------------------------------------------

    def _terms(self) -> dict[str, Any]:
        document = self.document
        details = self.organization.payment_details if self.paper.asks_for_money else ""
        heading = _("Terms") if document.terms else _("Payment details")
        terms = "\n\n".join(part for part in (document.terms, details) if part)
        return {"terms_heading": self.labelled("terms", heading), "terms": terms}

    def _mentions(self) -> tuple[str, ...]:
        if not self.paper.asks_for_money or self._is_to_an_individual:
            return ()
        return tuple(map(self.t, self.law.mentions))

    def _footer(self) -> str:
        own = self.template.footer if self.template else ""
        name = self.document.party_name if self.paper.is_theirs else self.organization.name
        return " · ".join(part for part in (own or name, self.document.number) if part)
