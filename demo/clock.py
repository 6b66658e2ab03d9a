"""The clock of the demo: what is made at a moment of the past says so, in its timeline too."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import domain.attachments
import domain.books.bills
import domain.books.credit_notes
import domain.books.document
import domain.books.estimates
import domain.books.invoices
import domain.db
import domain.links
import domain.organizations.organizations
import domain.sync.runs
import domain.timeline
import sync.run
import sync.setting_up
import sync.written

TOKYO = ZoneInfo("Asia/Tokyo")

# Whoever asks what time it is while the demo is loaded.
_ASK: tuple[Any, ...] = (
    domain.attachments,
    domain.db,
    domain.timeline,
    domain.links,
    domain.organizations.organizations,
    domain.books.bills,
    domain.books.credit_notes,
    domain.books.document,
    domain.books.estimates,
    domain.books.invoices,
    domain.sync.runs,
    sync.run,
    sync.setting_up,
    sync.written,
)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside it is that moment, for everything that is made and written there."""
    real = domain.db.now
    try:
        for module in _ASK:
            module.now = lambda: moment
        yield
        domain.db.db.session.flush()
    finally:
        for module in _ASK:
            module.now = real


def in_tokyo(day: date, hour: int, minute: int = 0) -> datetime:
    """That moment of a day, by the clock of the office."""
    return datetime.combine(day, time(hour, minute), TOKYO)
