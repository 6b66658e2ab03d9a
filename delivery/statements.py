"""A customer's statement as a PDF, in the customer's language."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from delivery import formats
from delivery.addressing import addressed
from delivery.language import translator
from delivery.pdf import render
from domain.books.parties import Party
from domain.books.statements import Entry, Period, Statement, statement_of
from domain.organizations.organizations import current_organization
from domain.words import Words, _, _p

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"

ROWS_IN_PIECE = 50
"""The time for one table grows faster than its rows, the time for many tables doesn't."""

KINDS: dict[str, Words] = {
    "invoice": _("Invoice"),
    "credit_note": _("Credit note"),
    "payment": _p("statement", "Payment"),
    "refund": _p("statement", "Refund"),
    "write_off": _p("statement", "Written off"),
}
"""What each kind of entry is called."""

environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


@dataclass(frozen=True)
class Row:
    """A line of the statement: every figure written out."""

    date: str
    kind: str
    number: str
    asked: str
    settled: str
    balance: str


def pdf(party: Party, period: Period) -> bytes:
    """The statement of a customer for a period."""
    return render(page(statement_of(party, period))).pdf


def file_name(period: Period) -> str:
    """What the PDF is called."""
    return f"statement-{period.first.isoformat()}-{period.last.isoformat()}.pdf"


def page(statement: Statement) -> str:
    """The statement as the page that is printed."""
    language = statement.party.language_in(current_organization())
    t = translator(language)
    rows = [_row(entry, statement, language, t) for entry in statement.entries]
    return environment.get_template("pdf/statement.html").render(
        language=language,
        title=t(_("Statement of account")),
        organization=current_organization(),
        organization_lines=_our_lines(language, statement.party),
        party_name=addressed(statement.party.display_name, statement.party, language),
        party_lines=statement.party.address_lines(current_organization()),
        period=t(_("%(first)s to %(last)s", **_days(statement.period, language))),
        headings=[t(words) for words in _HEADINGS],
        opening=(t(_("Opening balance")), _money(statement.opening_minor, statement, language)),
        closing=(t(_("Balance due")), _money(statement.closing_minor, statement, language)),
        sums=_sums(statement, language, t),
        pieces=[rows[n : n + ROWS_IN_PIECE] for n in range(0, len(rows), ROWS_IN_PIECE)],
        nothing=t(_("Nothing happened in this period.")),
    )


_HEADINGS = (_("Date"), _("Entry"), _("Number"), _("Amount"), _("Settled"), _("Balance"))


def _row(entry: Entry, statement: Statement, language: str, t: Callable[[Words | str], str]) -> Row:
    amount = formats.amount(abs(entry.amount_minor), statement.party.currency, language)
    return Row(
        date=formats.short_date(entry.on, language),
        kind=t(KINDS[entry.kind]),
        number=entry.number,
        asked=amount if entry.amount_minor >= 0 else "",
        settled=amount if entry.amount_minor < 0 else "",
        balance=formats.amount(entry.balance_minor, statement.party.currency, language),
    )


def _sums(statement: Statement, language: str, t: Callable[[Words | str], str]) -> list[tuple[str, str]]:
    asked = sum(each.amount_minor for each in statement.entries if each.amount_minor > 0)
    settled = sum(each.amount_minor for each in statement.entries if each.amount_minor < 0)
    rows = (
        (_("Opening balance"), statement.opening_minor),
        (_("Invoiced and refunded") if _is_refunded(statement) else _("Invoiced"), asked),
        (_("Settled"), settled),
    )
    return [(t(label), _money(amount, statement, language)) for label, amount in rows]


def _is_refunded(statement: Statement) -> bool:
    return any(entry.kind == "refund" for entry in statement.entries)


def _money(amount_minor: int, statement: Statement, language: str) -> str:
    return formats.money(amount_minor, statement.party.currency, language)


def _days(period: Period, language: str) -> dict[str, str]:
    return {
        "first": formats.long_date(period.first, language),
        "last": formats.long_date(period.last, language),
    }


def _our_lines(language: str, party: Party) -> list[str]:
    organization = current_organization()
    address = organization.address.written(language, party.billing_country or organization.country)
    return [line for line in (*address, organization.phone, organization.email) if line]
