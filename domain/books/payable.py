"""What invoices and bills have in common: they ask for money, payments settle them, and they can be voided."""

from datetime import date
from typing import Any

from domain.books.allocations import release_all
from domain.books.document import Document
from domain.books.keeping import books_kept
from domain.books.progress import source_kept
from domain.conditions import Rules
from domain.db import now
from domain.locking import lock
from domain.organizations.users import Member


def while_open(document: Any, today: date) -> Rules:
    """What comes first while money is open: the first condition that holds, on a record and on the class alike."""
    return (
        (document.due_on < today, "overdue"),
        (document.balance_minor < document.total_minor - document.withholding_minor, "partially_paid"),
    )


class Payable(Document):
    """A document that payments settle."""

    GROUPS = {"unpaid": "open"}
    PAID = True

    __mapper_args__ = {"polymorphic_abstract": True}

    def void(self, actor: Member | None) -> None:
        """Take it back. Its number stays, and what was paid on it can be used for others."""
        lock(self)
        with books_kept(self), source_kept(self):
            self.STATUS.move(self, "void", actor)
            release_all(self, actor)
            self.balance_minor = self.written_off_minor = 0
            self.written_off_on = None
            self.voided_at = now()

    def back_to_draft(self, actor: Member | None) -> None:
        """Let it be changed and issued again, under the number it has."""
        self.move("back_to_draft", actor)
