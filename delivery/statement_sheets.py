"""A customer's statement as rows that a spreadsheet opens."""

from collections.abc import Callable
from typing import IO

from delivery.language import translator
from delivery.spreadsheets import FORMATS, Wanted
from domain.books.entries import LABELS, Entry
from domain.books.statements import Statement
from domain.files import file_name
from domain.modules.rows import Cell
from domain.money import Money
from domain.words import Words, _, _p

HEADINGS = (
    _("Date"),
    _p("statement", "Transaction"),
    _("Number"),
    _("Details"),
    _("Due date"),
    _("Amount"),
    _("Payments"),
    _("Balance"),
    _("Currency"),
)


def write(statement: Statement, format: str, language: str, file: IO[bytes]) -> None:
    """The statement with its opening balance as first row, in the language of whoever asked."""
    t = translator(language)
    rows = [
        _opening(statement, t(_("Opening balance"))),
        *(_row(each, statement, t) for each in statement.entries),
    ]
    headings = [t(heading) for heading in HEADINGS]
    FORMATS[format].write(file, t(_("Statement of account")), headings, [rows], Wanted())


def name_of(statement: Statement, format: str, language: str) -> str:
    """What the file is called."""
    period, title = statement.period, translator(language)(_("Statement of account"))
    days = f"{period.first.isoformat()} {period.last.isoformat()}"
    return file_name(f"{title} {statement.party.display_name} {days}.{format}".replace("/", "-"))


def _opening(statement: Statement, label: str) -> tuple[Cell, ...]:
    currency = statement.party.currency
    opening = Money(statement.opening_minor, currency).decimal
    return (statement.period.first, label, "", "", None, opening, None, opening, currency)


def _row(entry: Entry, statement: Statement, t: Callable[[Words | str], str]) -> tuple[Cell, ...]:
    currency = statement.party.currency

    def major(minor: int | None) -> Cell:
        return None if minor is None else Money(minor, currency).decimal

    details = "; ".join(map(t, entry.details(currency)))
    amounts = (entry.asked_minor, entry.paid_minor, entry.balance_minor)
    return (
        entry.on,
        t(LABELS[entry.kind]),
        entry.number,
        details,
        entry.due_on,
        *map(major, amounts),
        currency,
    )
