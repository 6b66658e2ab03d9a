"""The last moment of a mail about a sign-in: whether it is still wanted, and the link that only it carries."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import select

from delivery.account_mails import with_link
from delivery.portal_links import with_document_link
from delivery.portal_mails import ACTIVITY, COMMENT, INVITATION, PASSWORD
from domain.access import can
from domain.comments import may_see
from domain.db import db
from domain.emails import Email
from domain.mail_addresses import sign_in_address
from domain.mail_contents import Body
from domain.modules import ALL
from domain.organizations import people, resets
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.outbox import Failure
from domain.portal import inviting
from domain.portal import resets as guest_resets
from domain.portal.guests import Access, state_of
from domain.portal.links import keep_link
from domain.portal.notices import PortalNotice
from domain.portal.sign_ins import accesses_by
from domain.tokens import new_token
from domain.words import _
from jobs.portal import inviting as who_invites
from jobs.portal import loaded

NOT_FOR_THEM = _("Whoever it is for may not see this any more.")


@dataclass(frozen=True)
class Letter:
    """Who answers are for, what the mail says instead of what is kept, and what is written down before it goes."""

    actor: Member | None
    body: Body | None = None
    keep: Callable[[], None] = lambda: None


def invitation(email: Email, actor: Member | None) -> Letter:
    """An invitation, if it was neither accepted nor withdrawn, and who invites still may."""
    member = _recipient(email)
    if actor is None or not actor.is_here or not can(actor, "settings.users.create"):
        raise Failure("permanent", _("The person who sent this mail may not send it any more."))
    if not member.is_active or member.joined_at:
        raise Failure("permanent", _("This invitation was accepted or withdrawn."))
    member_id, token = member.id, new_token()
    body = with_link(email, _base_url(), token)
    return Letter(actor, body, lambda: people.keep_invitation(member_id, token))


def password(email: Email, _actor: Member | None) -> Letter:
    """A link for a new password, for whoever may still come in."""
    member = _recipient(email)
    if not member.is_here:
        raise Failure("permanent", _("This person may not sign in any more."))
    user_id, token = member.user_id, new_token()
    return Letter(None, with_link(email, _base_url(), token), lambda: resets.keep_token(user_id, token))


def portal_invitation(email: Email, actor: Member | None) -> Letter:
    """An invitation to the portal, if it was neither accepted nor withdrawn nor followed by another one."""
    access_id = db.session.scalar(select(Access.id).where(Access.invitation_id == email.id))
    access = loaded(access_id) if access_id else None
    if access is None or state_of(access).key != "invited" or not current_organization().portal_is_open:
        raise Failure("permanent", _("This invitation was accepted or withdrawn."))
    actor = who_invites(access, actor.id if actor else None)
    token = new_token()
    keep = partial(inviting.keep_token, access.id, token)
    return Letter(actor, with_link(email, _base_url(), token), keep)


def portal_password(email: Email, _actor: Member | None) -> Letter:
    """A link for a new password of the portal."""
    accesses = accesses_by(sign_in_address(email.to[0]["address"]))
    if not accesses:
        raise Failure("permanent", _("This person may not sign in any more."))
    token = new_token()
    keep = partial(guest_resets.keep_token, accesses[0].guest_id, token)
    return Letter(None, with_link(email, _base_url(), token), keep)


def document_link(email: Email, actor: Member | None) -> Letter:
    """A mail about a document, with the link that shows it where its text asks for one."""
    found = with_document_link(email, _base_url())
    if found is None or email.document_id is None:
        return Letter(actor)
    body, token = found
    if not token:
        return Letter(actor, body)
    return Letter(actor, body, partial(keep_link, email.document_id, token, email.id))


def portal_activity(email: Email, _actor: Member | None) -> Letter:
    """Word of what a customer did, to who looks after them, if they may still see what it is about."""
    notice = db.session.scalar(select(PortalNotice).where(PortalNotice.email_id == email.id))
    record = _record_of(notice) if notice else None
    if notice is None or record is None or not may_see(notice.member, record):
        raise Failure("permanent", NOT_FOR_THEM)
    return Letter(None)


def _record_of(notice: PortalNotice) -> Any:
    model = ALL[notice.module].model
    return db.session.scalar(select(model).where(model.id == notice.record_id))


def portal_comment(email: Email, actor: Member | None) -> Letter:
    """Word of what was said to a customer, to one of their people, if the portal still opens to them there."""
    accesses = accesses_by(sign_in_address(email.to[0]["address"]))
    if all(access.person.party_id != email.party_id for access in accesses):
        raise Failure("permanent", NOT_FOR_THEM)
    return Letter(actor)


WITH_LINKS: dict[str, Callable[[Email, Member | None], Letter]] = {
    "invitation": invitation,
    "password": password,
    INVITATION: portal_invitation,
    PASSWORD: portal_password,
    ACTIVITY: portal_activity,
    COMMENT: portal_comment,
}


def _recipient(email: Email) -> Member:
    assert email.member is not None, "such a mail is to a member"
    return email.member


def _base_url() -> str:
    url: str = current_app.config["SETTINGS"].base_url
    return url
