"""A customer's statement as a PDF, in the customer's language."""

import hashlib
from functools import partial

from delivery import formats
from delivery.files import files
from delivery.language import translator
from delivery.letterhead import letterhead
from delivery.list_paper import Column, ListPaper, printed
from domain.books.aging import aging_of
from domain.books.entries import LABELS, Entry
from domain.books.ledger import ALL, OUTSTANDING
from domain.books.parties import Party
from domain.books.statements import Period, Statement, statement_of
from domain.organizations.organizations import current_organization
from domain.words import _, _p

LONG = 500
"""With more entries it is a worker's job, and kept for whoever asks next."""

COLUMNS = (
    (_("Date"), 56, False),
    (_p("statement", "Transaction"), 74, False),
    (_("Details"), 142, False),
    (_("Amount"), 70, True),
    (_("Payments"), 70, True),
    (_("Balance"), 70, True),
)
"""Headings with their widths, and whether figures stand below."""


def pdf(party: Party, period: Period, show: str = ALL) -> bytes:
    """The statement of a customer for a period."""
    return made(statement_of(party, period, show))


def made(statement: Statement) -> bytes:
    """A statement on paper; a long one is printed once."""
    paper = paper_of(statement)
    if is_short(statement):
        return printed(paper)
    found = files().cached(_key(paper))
    if found is None:
        found = printed(paper)
        files().cache(_key(paper), found)
    return found


def is_short(statement: Statement) -> bool:
    """Whether one can wait for it."""
    return statement.count <= LONG


def kept(statement: Statement) -> bytes | None:
    """A long one as it was printed before, if nothing of it has changed since."""
    return files().cached(_key(paper_of(statement)))


def file_name(period: Period) -> str:
    """What the PDF is called."""
    return f"statement-{period.first.isoformat()}-{period.last.isoformat()}.pdf"


def paper_of(statement: Statement) -> ListPaper:
    """The statement as it is printed."""
    language = statement.party.language_in(current_organization())
    return _Writer(statement, language).paper()


def _key(paper: ListPaper) -> str:
    return f"statement-{hashlib.sha256(repr(paper).encode()).hexdigest()}"


class _Writer:
    """Writes a statement out for the customer."""

    def __init__(self, statement: Statement, language: str) -> None:
        self.statement, self.language, self.t = statement, language, translator(language)
        currency = statement.party.currency
        self.amount = partial(formats.amount, currency=currency, language=language)
        self.money = partial(formats.money, currency=currency, language=language)

    def paper(self) -> ListPaper:
        """All that stands on it."""
        statement, t = self.statement, self.t
        due = (t(_("Balance due")), self.money(statement.closing_minor))
        aging = aging_of(statement.party)
        ages = [*aging.buckets, (_("Total"), aging.total_minor)]
        return ListPaper(
            letterhead(statement.party, self.language),
            title=t(_("Statement of account")),
            subtitle=self._subtitle(),
            columns=[Column(t(label), width, is_number) for label, width, is_number in COLUMNS],
            rows=[self._opening(), *map(self._row, statement.entries)],
            sums=[*self._sums(), due],
            total=due,
            boxes_title=t(_("Open invoices on %(date)s", date=aging.on)),
            boxes=[(t(label), self.money(amount)) for label, amount in ages] if aging.total_minor else (),
            notes_title=t(_("Payment details")),
            notes=current_organization().payment_details if statement.closing_minor > 0 else "",
        )

    def _subtitle(self) -> str:
        period = self.statement.period
        first, last = (formats.long_date(day, self.language) for day in (period.first, period.last))
        days = self.t(_("%(first)s to %(last)s", first=first, last=last))
        return f"{days} · {self.t(_('Only what is open'))}" if self.statement.show == OUTSTANDING else days

    def _sums(self) -> list[tuple[str, str]]:
        sums = [(_("Opening balance"), self.statement.opening_minor), *self.statement.sums]
        return [(self.t(label), self.money(amount)) for label, amount in sums]

    def _opening(self) -> tuple[str, ...]:
        opening = self.amount(self.statement.opening_minor)
        day = formats.short_date(self.statement.period.first, self.language)
        return (day, self.t(_("Opening balance")), "", opening, "", opening)

    def _row(self, entry: Entry) -> tuple[str, ...]:
        return (
            formats.short_date(entry.on, self.language),
            self.t(LABELS[entry.kind]),
            "\n".join(map(self.t, entry.details(self.statement.party.currency))),
            "" if entry.asked_minor is None else self.amount(entry.asked_minor),
            "" if entry.paid_minor is None else self.amount(entry.paid_minor),
            self.amount(entry.balance_minor),
        )
