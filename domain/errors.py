"""The four ways in which the business says no. Each has one HTTP status, given to it in `blueprints/errors.py`."""

from typing import Any

from domain.words import Words, _


class DomainError(Exception):
    """A refusal in words for the person who asked."""

    message: Words

    def __init__(self, message: Words) -> None:
        super().__init__(str(message))
        self.message = message


class Refused(DomainError):
    """422: what was asked is not possible as it stands; `fields` says at which field and why."""

    def __init__(self, message: Words | None = None, **fields: Words) -> None:
        super().__init__(message or _("Please look at the marked fields."))
        self.fields = fields

    @property
    def reason(self) -> Words:
        """What is wrong, where there are no fields to mark."""
        return next(iter(self.fields.values()), self.message)


class NotAllowed(DomainError):
    """403: the person may see this, but not do it."""

    def __init__(self, message: Words | None = None) -> None:
        super().__init__(message or _("You are not allowed to do this."))


class Missing(DomainError):
    """404: there is no such record, or not for this person."""

    def __init__(self, message: Words | None = None) -> None:
        super().__init__(message or _("There is nothing here."))


class Stale(DomainError):
    """409: somebody else changed the record in the meantime."""

    def __init__(self, record: Any = None) -> None:
        super().__init__(_("Somebody else changed this while you were editing."))
        self.record = record
