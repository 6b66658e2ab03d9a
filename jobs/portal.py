"""What the portal owes to the outside: invitations, and word of what customers did. Each is told once."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from delivery.portal_mails import mail_invitation, mail_notice
from domain.access import can
from domain.books.contact_persons import ContactPerson
from domain.comments import may_see
from domain.db import db
from domain.organizations.users import Member
from domain.outbox import Failure, OutboxRow
from domain.portal.guests import Access, state_of
from domain.portal.notices import PortalNotice
from domain.words import _
from jobs.dispatch import transaction


def write_invitation(row: OutboxRow) -> None:
    """Write the mail that invites a contact person; nothing when it was written, taken back or accepted."""
    with transaction():
        access = loaded(row.payload["access"])
        if access is None or state_of(access).key != "invited" or access.invitation_id:
            return
        mail_invitation(access, inviting(access, row.actor_id))


def write_notice(row: OutboxRow) -> None:
    """Write the mail about what a customer did; nothing when it was written, or read under the bell meanwhile."""
    with transaction():
        notice = db.session.get(PortalNotice, row.payload["notice"])
        if notice is not None and notice.email_id is None and notice.read_at is None:
            mail_notice(notice)


def loaded(access_id: int) -> Access | None:
    """An access with its person and customer."""
    whole = joinedload(Access.person).joinedload(ContactPerson.party)
    return db.session.scalar(select(Access).where(Access.id == access_id).options(whole))


def inviting(access: Access, actor_id: int | None) -> Member:
    """Who invites, if that is still theirs to do."""
    actor = db.session.get(Member, actor_id) if actor_id else None
    if actor is None or not may_invite(actor) or not may_see(actor, access.person.party):
        raise Failure("permanent", _("The person who sent this mail may not send it any more."))
    return actor


def may_invite(member: Member) -> bool:
    """Whether somebody may let customers into the portal: they change the customer, and it is by mail."""
    return can(member, "books.customers.edit") and can(member, "books.customers.email")
