"""What the mails of the program itself say, in the language of whoever gets them."""

from typing import Any

from flask import current_app

from delivery.clean_html import body_of
from delivery.language import translator
from domain.comments import Mention
from domain.emails import Email
from domain.notices import MENTION, TEST, send_notice
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.words import _


def tell(mention: Mention, record: Any, actor: Member) -> Email:
    """The mail to somebody whom a comment mentions: what was said, and where to answer."""
    say = _speaker(mention.member)
    address = f"{_base()}/{record.MODULE.replace('.', '/')}/{record.id}#comment-{mention.comment_id}"
    title = say(record.title)
    heading = say(_("%(name)s mentioned you on %(title)s:", name=actor.name, title=title))
    text = f"{heading}\n\n{mention.comment.body}\n\n{address}"
    subject = say(_("%(name)s mentioned you: %(title)s", name=actor.name, title=title))
    mention.email_id = (email := send_notice(MENTION, _to(mention.member), subject, body_of(text), actor)).id
    return email


def send_test(address: str, actor: Member) -> Email:
    """A mail that shows whether mail leaves the building."""
    say = _speaker(actor)
    subject = say(_("A test mail from %(name)s", name=current_organization().name))
    text = say(_("If you can read this, mails arrive. This one was sent from %(address)s.", address=_base()))
    to = {"name": actor.name if address == actor.user.email else "", "address": address}
    return send_notice(TEST, to, subject, body_of(text), actor)


def _speaker(member: Member):  # type: ignore[no-untyped-def]
    return translator(member.user.language or current_organization().language)


def _to(member: Member) -> dict[str, str]:
    return {"name": member.name, "address": member.user.email}


def _base() -> str:
    return str(current_app.config["SETTINGS"].base_url)
