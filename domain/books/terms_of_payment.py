"""When a document is due: its date and its terms of payment, turned into a date."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from domain.words import Words, _, _n

MONTH_END = 31


class TermsKind(StrEnum):
    """From where the days are counted. 月末締め翌月末払い is END_OF_NEXT_MONTH."""

    NET = "net"
    END_OF_MONTH = "end_of_month"
    END_OF_NEXT_MONTH = "end_of_next_month"

    @property
    def label(self) -> Words:
        """The kind in words, as it stands in a menu."""
        return _KINDS[self]


_KINDS = {
    TermsKind.NET: _("Days after the date of the document"),
    TermsKind.END_OF_MONTH: _("End of the month"),
    TermsKind.END_OF_NEXT_MONTH: _("End of the next month"),
}
_AT_ONCE = {
    TermsKind.NET: _("Due on receipt"),
    TermsKind.END_OF_MONTH: _("Due end of month"),
    TermsKind.END_OF_NEXT_MONTH: _("Due end of next month"),
}
_LATER: dict[TermsKind, Callable[[int], Words]] = {
    TermsKind.NET: lambda n: _("Net %(n)s", n=n),
    TermsKind.END_OF_MONTH: lambda n: _n("End of month plus %(n)s day", "End of month plus %(n)s days", n=n),
    TermsKind.END_OF_NEXT_MONTH: lambda n: _n(
        "End of next month plus %(n)s day", "End of next month plus %(n)s days", n=n
    ),
}

# What a new organization finds in its menu.
USUAL = (
    (TermsKind.NET, 0),
    (TermsKind.NET, 15),
    (TermsKind.NET, 30),
    (TermsKind.NET, 45),
    (TermsKind.NET, 60),
    (TermsKind.END_OF_MONTH, 0),
    (TermsKind.END_OF_NEXT_MONTH, 0),
)


def terms_label(kind: TermsKind, days: int = 0) -> Words:
    """What terms are called as long as nobody has named them: Due on receipt, Net 30, Due end of month."""
    return _LATER[kind](days) if days else _AT_ONCE[kind]


def due_date(on: date, kind: TermsKind, days: int = 0, closing_day: int = MONTH_END) -> date:
    """The day on which a document of that date is due.

    A document dated after the closing day belongs to the next month, as with 20日締め; a shorter month closes
    on its last day. Days are counted from the end of the month. 15日締め翌月10日払い is END_OF_MONTH plus 10,
    closing on the 15th; 20日締め翌月末払い is END_OF_NEXT_MONTH, closing on the 20th.
    """
    if days < 0 or not 1 <= closing_day <= MONTH_END:
        raise ValueError(f"no terms of payment: {days} days, closing on day {closing_day}")
    return _counted_from(on, kind, closing_day) + timedelta(days=days)


def _counted_from(on: date, kind: TermsKind, closing_day: int) -> date:
    if kind is TermsKind.NET:
        return on
    months = int(on.day > closing_day) + int(kind is TermsKind.END_OF_NEXT_MONTH)
    return end_of_month(on, months)


def end_of_month(on: date, months_later: int = 0) -> date:
    """The last day of the month of a date, or of a month after it."""
    years, month = divmod(on.month - 1 + months_later, 12)
    year, month = on.year + years, month + 1
    return date(year, month, monthrange(year, month)[1])
