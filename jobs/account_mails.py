"""The last moment of a mail about a sign-in: whether it is still wanted, and the link that only it carries."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from delivery.account_mails import with_link
from domain.access import can
from domain.emails import Body, Email
from domain.organizations import people, resets
from domain.organizations.users import Member
from domain.outbox import Failure
from domain.words import _


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
    member_id, token = member.id, people.new_invitation()
    body = with_link(email, _base_url(), token)
    return Letter(actor, body, lambda: people.keep_invitation(member_id, token))


def password(email: Email, _actor: Member | None) -> Letter:
    """A link for a new password, for whoever may still come in."""
    member = _recipient(email)
    if not member.is_here:
        raise Failure("permanent", _("This person may not sign in any more."))
    user_id, token = member.user_id, resets.new_token()
    return Letter(None, with_link(email, _base_url(), token), lambda: resets.keep_token(user_id, token))


WITH_LINKS: dict[str, Callable[[Email, Member | None], Letter]] = {
    "invitation": invitation,
    "password": password,
}


def _recipient(email: Email) -> Member:
    assert email.member is not None, "such a mail is to a member"
    return email.member


def _base_url() -> str:
    url: str = current_app.config["SETTINGS"].base_url
    return url
