"""Mails about somebody's own sign-in: the invitation, and the link for a new password.

What is kept of such a mail holds no link: that is made when the mail goes out, and only its digest is kept.
"""

from delivery.clean_html import body_of
from delivery.mail_gallery import text_of
from domain.emails import Email
from domain.mail_addresses import one_line
from domain.mail_contents import Body
from domain.notices import send_notice
from domain.organizations.organizations import Organization
from domain.organizations.users import Member
from domain.placeholders import fill

LINK = "Link"

ADDRESSES = {
    "invitation": "/invitations/{token}",
    "password": "/password/{token}",
    "portal_invitation": "/portal/invitations/{token}",
    "portal_password": "/portal/password/{token}",
}
"""By what the mail is for, the page that its link opens."""


def mail_invitation(member: Member, actor: Member) -> Email:
    """Owe somebody the mail with which they come in."""
    return _write("invitation", member, actor)


def mail_password_link(member: Member) -> Email:
    """Owe somebody who forgot their password the mail with which they choose a new one."""
    return _write("password", member, None)


def with_link(email: Email, base_url: str, token: str) -> Body:
    """What the mail says when it goes out. The address is that of the settings, never that of a request."""
    link = base_url + ADDRESSES[email.notice].format(token=token)
    return body_of(fill(email.body_text, {LINK: link})[0])


def _write(notice: str, member: Member, actor: Member | None) -> Email:
    organization = member.organization
    language = member.user.language or organization.language
    values = _values(member, actor, organization)
    subject, text = (fill(text_of(notice, language, part), values)[0] for part in ("subject", "body"))
    to = {"name": one_line(member.name), "address": member.user.email}
    return send_notice(notice, to, subject, body_of(text), actor, member)


def _values(member: Member, actor: Member | None, organization: Organization) -> dict[str, str | None]:
    return {
        "PersonName": member.name,
        "PersonEmail": member.user.email,
        "UserName": actor.name if actor else "",
        "UserEmail": actor.user.email if actor else "",
        "CompanyName": organization.name,
        LINK: None,
    }
