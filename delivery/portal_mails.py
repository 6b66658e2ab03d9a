"""Mails about the portal: to the customer's people in their language, and to whoever looks after the customer."""

from typing import Any

from flask import current_app

from delivery.clean_html import body_of
from delivery.language import translator
from delivery.mail_gallery import text_of
from domain.comments import Comment
from domain.db import db
from domain.emails import Email, owe
from domain.mail_addresses import one_line
from domain.mail_contents import sender_of
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.placeholders import fill
from domain.portal import shelf
from domain.portal.guests import Access, accesses_of, state_of
from domain.portal.notices import PortalNotice
from domain.words import _

INVITATION, PASSWORD, ACTIVITY, COMMENT = (
    "portal_invitation",
    "portal_password",
    "portal_activity",
    "portal_comment",
)

LINK = "Link"


def mail_invitation(access: Access, actor: Member) -> Email:
    """Owe a contact person the mail with which they come in. Its link is made when it goes out."""
    email = _write(INVITATION, access, *_filled(INVITATION, access), actor)
    access.invitation_id = email.id
    return email


def mail_password_link(access: Access) -> Email:
    """Owe a guest who forgot their password the mail with which they choose a new one."""
    return _write(PASSWORD, access, *_filled(PASSWORD, access))


def tell_guests(record: Any, comment: Comment, actor: Member) -> list[Email]:
    """Tell the customer's people what was said to them, where that is set and they can read it in the portal."""
    organization, path = current_organization(), shelf.path_of(record)
    if path is None or not (organization.portal_is_open and organization.portal_mails_them):
        return []
    party = record if record.MODULE == "books.customers" else record.party
    accesses = accesses_of(party).values() if party.is_active else []
    return [
        _mail_comment(access, comment, record, path, actor)
        for access in accesses
        if state_of(access).key == "active"
    ]


def _mail_comment(access: Access, comment: Comment, record: Any, path: str, actor: Member) -> Email:
    say = translator(_language(access))
    title = say(record.title)
    heading = say(_("%(name)s wrote about %(title)s:", name=comment.author_name, title=title))
    text = f"{heading}\n\n{comment.body}\n\n{_base()}{path}"
    return _write(COMMENT, access, say(_("A message about %(title)s", title=title)), text, actor)


def mail_notice(notice: PortalNotice) -> Email:
    """Tell somebody of the organization what a customer did, and where to see it."""
    member = notice.member
    say = translator(member.user.language or current_organization().language)
    address = f"{_base()}/{notice.module.replace('.', '/')}/{notice.record_id}"
    text = "\n\n".join(part for part in (say(notice.sentence), notice.body, address) if part)
    email = Email(
        notice=ACTIVITY,
        to=[{"name": member.name, "address": member.user.email}],
        member=member,
        **_said(say(notice.sentence), text),
        **sender_of(member),
    )
    notice.email = _owed(email, None)
    return email


def _write(notice: str, access: Access, subject: str, text: str, actor: Member | None = None) -> Email:
    email = Email(
        notice=notice,
        party_id=access.person.party_id,
        to=[{"name": one_line(access.person.name), "address": access.email}],
        actor=actor,
        **_said(subject, text),
        **sender_of(actor),
    )
    return _owed(email, actor)


def _said(subject: str, text: str) -> dict[str, str]:
    body = body_of(text)
    return {"subject": one_line(subject)[:200], "body_html": body.html, "body_text": body.text}


def _owed(email: Email, actor: Member | None) -> Email:
    db.session.add(email)
    db.session.flush()
    owe(email, actor)
    return email


def _filled(notice: str, access: Access) -> tuple[str, str]:
    """Subject and text from the program's own template."""
    person = access.person
    values: dict[str, str | None] = {
        "ContactName": person.name or person.party.display_name,
        "CustomerName": person.party.display_name,
        "CompanyName": current_organization().name,
        LINK: None,
    }
    language = _language(access)
    subject, text = (fill(text_of(notice, language, part), values)[0] for part in ("subject", "body"))
    return subject, text


def _language(access: Access) -> str:
    """The guest's own language, else that of their customer."""
    return access.guest.language or access.person.party.language_in(current_organization())


def _base() -> str:
    return str(current_app.config["SETTINGS"].base_url)
