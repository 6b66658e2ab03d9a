"""What happened: who did what, when, and from where. Rows are added and never changed.

A record's page shows its own part; all of it together is the audit trail (`blueprints/audit.py`).
"""

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, ScalarSelect, String, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import (
    Id,
    OrganizationScoped,
    UtcDateTime,
    current_organization_id,
    db,
    now,
    of_this_organization,
)
from domain.money import Money
from domain.organizations.users import Member
from domain.sentences import ShortSentence
from domain.words import Words, _


class HasTimeline(Protocol):
    """A record whose history is kept under its module's key."""

    MODULE: ClassVar[str]
    id: Any


NO_RECORD = 0
"""The record of what happened to a module as a whole, such as an export."""

MAX_TITLE = 200

_address: ContextVar[str] = ContextVar("network address", default="")
_guest: ContextVar[str] = ContextVar("guest", default="")


class TimelineEntry(OrganizationScoped, db.Model):
    """One thing that happened. The actor's name is kept as it was; without one it was the program."""

    __tablename__ = "timeline"
    __table_args__ = (
        Index(None, "organization_id", "module", "record_id", "id"),
        Index(None, "organization_id", "at", "id"),
        Index(None, "organization_id", "module", "at", "id"),
        Index(None, "organization_id", "actor_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    record_id: Mapped[int] = mapped_column(Id, nullable=False)
    verb: Mapped[str] = mapped_column(String(60), nullable=False)
    source: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    target: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    actor_name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    title: Mapped[Words | str] = mapped_column(ShortSentence(MAX_TITLE), nullable=False, default="")
    """What the record was called then; empty in entries of the first version."""
    address: Mapped[str] = mapped_column(String(45), nullable=False, default="")
    """The network address of the browser; empty for what the program did by itself."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())


SENTENCES: dict[str, Words] = {
    "created": _("Created"),
    "edited": _("Changed"),
    "imported": _("Imported from %(file)s"),
    "import_started": _("Import of %(file)s started"),
    "import_undone": _("Import of %(file)s undone"),
    "deleted": _("Deleted %(title)s"),
    "mark_as_sent": _("Marked as sent"),
    "issued": _("Issued as %(number)s"),
    "mark_as_accepted": _("Marked as accepted"),
    "mark_as_declined": _("Marked as declined"),
    "revise": _("Taken back to be revised"),
    "convert_to_open": _("Opened"),
    "mark_as_closed": _("Closed"),
    "close_by_itself": _("Closed, as nothing of it is left"),
    "reopen_by_itself": _("Open again, as something of it is left"),
    "convert_to_invoice": _("Converted to an invoice"),
    "convert_to_sales_order": _("Converted to a sales order"),
    "convert_to_purchase_order": _("Converted to a purchase order"),
    "convert_to_bill": _("Converted to a bill"),
    "invoice_taken_back": _("Accepted again, as its invoice was taken back"),
    "mark_as_cancelled": _("Cancelled"),
    "reopen": _("Reopened"),
    "open": _("Opened"),
    "void": _("Voided"),
    "back_to_draft": _("Put back to draft"),
    "payment_recorded": _("Payment %(number)s of %(amount)s recorded"),
    "payment_deleted": _("Payment %(number)s of %(amount)s deleted"),
    "payment_released": _("%(amount)s of payment %(number)s became an unused credit"),
    "payment_used": _("%(amount)s of payment %(number)s used"),
    "credit_note_released": _("%(amount)s of credit note %(number)s became an unused credit"),
    "credit_note_used": _("%(amount)s of credit note %(number)s used"),
    "used": _("%(amount)s used for %(number)s"),
    "given_back": _("%(amount)s taken back from %(number)s"),
    "refunded": _("%(amount)s refunded"),
    "refund_deleted": _("Refund of %(amount)s deleted"),
    "write_off": _("%(amount)s written off"),
    "cancel_write_off": _("Write-off of %(amount)s taken back"),
    "corrected": _("Corrected: credit note %(number)s over it, and a new draft"),
    "emailed": _("Mailed to %(to)s"),
    "email_scheduled": _("Mail to %(to)s scheduled"),
    "email_cancelled": _("Scheduled mail to %(to)s cancelled"),
    "email_retried": _("Mail to %(to)s tried again"),
    "email_resent": _("Mail to %(to)s sent again, although it may have arrived"),
    "cloned": _("Cloned from %(name)s"),
    "template_chosen": _("Is printed with the template %(name)s"),
    "template_left": _("Is not printed with a template of its own any more"),
    "merged": _("%(name)s was merged into this"),
    "merged_into": _("Merged into %(main)s"),
    "merge_undone": _("Separated from %(main)s again"),
    "separated": _("%(name)s was separated from this again"),
    "activated": _("Marked as active"),
    "reminders_stopped": _("Reminders stopped"),
    "reminders_resumed": _("Reminders resumed"),
    "deactivated": _("Marked as inactive"),
    "moved": _("Moved from %(before)s to %(after)s"),
    "added_to_books": _("Added to books as %(title)s"),
    "linked_to_books": _("Linked to %(title)s in books"),
    "contact_person_added": _("Contact person %(title)s added"),
    "contact_person_deleted": _("Contact person %(title)s deleted"),
    "made_primary": _("%(title)s became the primary contact person"),
    "revoked": _("Token %(title)s revoked"),
    "granted": _("%(title)s was given access"),
    "connected": _("Connected with %(title)s"),
    "disconnected": _("The integration with %(title)s was deleted"),
    "commented": _("Commented"),
    "attached": _("%(name)s attached"),
    "detached": _("Attachment %(name)s deleted"),
    "shown_in_portal": _("%(name)s shown in the portal"),
    "hidden_from_portal": _("%(name)s hidden from the portal"),
    "portal_invited": _("Invited to the portal as %(email)s"),
    "portal_joined": _("Accepted the invitation to the portal"),
    "portal_taken_away": _("Access to the portal taken away"),
    "portal_signed_in": _("Signed in to the portal"),
    "portal_viewed": _("Opened by the customer"),
    "portal_link_viewed": _("Opened by the link in a mail"),
    "portal_links_revoked": _("Links in mails revoked"),
    "signed_in": _("Signed in"),
    "sign_in_failed": _("Wrong password"),
    "signed_out": _("Signed out"),
    "signed_out_elsewhere": _("Signed out another browser"),
    "signed_out_everywhere": _("Signed out everywhere"),
    "switched_here": _("Switched to this organization"),
    "password_changed": _("Changed the password"),
    "password_link_sent": _("Asked for a link for a new password"),
    "password_reset": _("Chose a new password by a mailed link"),
    "invited": _("Invited as %(title)s"),
    "invited_again": _("Invited again"),
    "invitation_withdrawn": _("Invitation withdrawn"),
    "joined": _("Accepted the invitation"),
    "rights_changed": _("Rights changed"),
    "sync_configured": _("Sync set up"),
    "integration_connected": _("Integration connected"),
    "integration_ended": _("Integration deleted"),
    "exported": _("Exported %(count)s records as %(format)s"),
}
"""What each verb is called in a timeline; its parameters come from the entry's detail."""


def record_event(
    record: HasTimeline,
    verb: str,
    actor: Member | None,
    source: str = "",
    target: str = "",
    **detail: Any,
) -> TimelineEntry:
    """Write down what happened to a record, in the transaction in which it happens."""
    if record.id is None:
        db.session.flush()
    return _add(_about(record), verb, actor, source=source, target=target, detail=detail)


def record_events(records: Sequence[HasTimeline], verb: str, actor: Member | None) -> None:
    """The same for many records that are saved already, in one statement."""
    if records:
        entries = [{**_about(each), "verb": verb, **_who(actor)} for each in records]
        scope = {"organization_id": current_organization_id()}
        db.session.execute(insert(TimelineEntry), [scope | entry for entry in entries])


def record_act(module: str, verb: str, actor: Member | None, **detail: Any) -> TimelineEntry:
    """Write down what somebody did with a module as a whole: `record_act("books.invoices", "exported", …)`."""
    return _add({"module": module, "record_id": NO_RECORD}, verb, actor, detail=detail)


def _add(about: dict[str, Any], verb: str, actor: Member | None, **values: Any) -> TimelineEntry:
    entry = TimelineEntry(**about, verb=verb, **_who(actor), **values)
    db.session.add(entry)
    return entry


def _about(record: HasTimeline) -> dict[str, Any]:
    title = getattr(record, "title", "")
    title = title if isinstance(title, Words) else title[:MAX_TITLE]
    return {"module": record.MODULE, "record_id": record.id, "title": title}


def _who(actor: Member | None) -> dict[str, Any]:
    name = actor.name if actor else _guest.get()
    return {"actor_id": actor.id if actor else None, "actor_name": name, "address": _address.get()}


def come_from(address: str, guest: str = "") -> None:
    """What is written down from here to the end of the request comes from this network address.

    `guest` is the customer's person who does it, where nobody of the organization does.
    """
    _address.set(address[:45])
    _guest.set(guest[:100])


def entries_for(
    module: str, record_id: int, limit: int = 20, before: int | None = None, without: str = ""
) -> Sequence[TimelineEntry]:
    """The latest entries of a record, newest first; `before` is the id of the last one already seen.

    `without` leaves one verb out: the history alone has no comments.
    """
    of_it = TimelineEntry.module == module, TimelineEntry.record_id == record_id
    query = select(TimelineEntry).where(*of_it, TimelineEntry.id > _end_of_the_last_life(*of_it))
    if before is not None:
        query = query.where(TimelineEntry.id < before)
    if without:
        query = query.where(TimelineEntry.verb != without)
    return db.session.scalars(query.order_by(TimelineEntry.id.desc()).limit(limit)).all()


def _end_of_the_last_life(*of_it: ColumnElement[bool]) -> ScalarSelect[int]:
    """Where a record of this number was deleted before, or 0: SQLite gives numbers anew, and the record that has one
    now shows nothing of the one that had it."""
    deleted = select(func.coalesce(func.max(TimelineEntry.id), 0)).where(
        *of_it, TimelineEntry.verb == "deleted", of_this_organization(TimelineEntry)
    )
    return deleted.scalar_subquery()


def sentence(entry: TimelineEntry) -> Words:
    """What happened, in words: "Marked as sent"."""
    words = SENTENCES.get(entry.verb)
    return Words(words.text, _details(entry)) if words else Words(entry.verb.replace("_", " "))


def _details(entry: TimelineEntry) -> dict[str, Any]:
    """An amount is kept as a number, so that each reader has it written their own way."""
    detail = {"title": entry.title, **entry.detail}
    if "amount_minor" in detail:
        detail["amount"] = Money(detail.pop("amount_minor"), detail["currency"])
    return detail
