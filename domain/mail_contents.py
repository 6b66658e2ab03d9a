"""What a mail says, from whom, when and with how many files; what no mail may have is refused at its field."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid

from sqlalchemy import select

from domain.db import db, now
from domain.errors import Refused
from domain.files import StoredFile
from domain.mail_addresses import is_address, one_line
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.placeholders import Values, fill
from domain.words import _

MAX_SUBJECT = 1000
MAX_TEXT = 20_000
MAX_FILES = 10
MAX_BYTES = 15 * 1024 * 1024
"""Of all chosen files together: many mail servers take 20 MB, and in a mail a file is a third larger."""

FARTHEST = timedelta(days=366)
"""A mail that is scheduled for later than this was scheduled by a slip of the finger."""


@dataclass(frozen=True)
class Body:
    """What a mail says, twice. Only `delivery.clean_html` makes these: the HTML holds only what it allows."""

    html: str
    text: str


def check_time(send_at: datetime | None) -> None:
    """Refuse a moment that is past, or far off."""
    if send_at is not None and not now() < send_at < now() + FARTHEST:
        raise Refused(send_at=_("Please choose a moment to come, within a year."))


def check_files(files: Sequence[StoredFile]) -> None:
    """Refuse more, or larger, files than mail servers take."""
    if len(files) > MAX_FILES:
        raise Refused(files=_("A mail has at most %(most)d files.", most=MAX_FILES))
    if sum(file.size for file in files) > MAX_BYTES:
        most = MAX_BYTES // 1024 // 1024
        raise Refused(files=_("The files of a mail have at most %(most)d MB together.", most=most))


def sender_of(actor: Member | None) -> dict[str, str]:
    """From whom a mail comes: as the mail settings say, else the organization, else the person."""
    organization = current_organization()
    addresses = (organization.mail_sender_address, organization.email)
    address = next((each for each in addresses if is_address(each)), _address_of(actor))
    domain = address.rpartition("@")[2].encode("idna").decode()
    return {
        "sender_name": one_line(organization.mail_sender_name or organization.name)[:200],
        "sender_address": address,
        "message_id": make_msgid(domain=domain),
    }


def _address_of(actor: Member | None) -> str:
    """Of who writes; where nobody does, of who came in first."""
    first = select(Member).where(Member.is_active, Member.joined_at.is_not(None)).order_by(Member.id).limit(1)
    actor = actor or db.session.scalars(first).one()
    return actor.user.email


def said(subject: str, body: Body, values: Values) -> dict[str, str]:
    """Subject and body with their placeholders filled."""
    subject = one_line(fill(subject, values)[0])
    text = fill(body.text, values)[0]
    if not subject:
        raise Refused(subject=_("Please give the mail a subject."))
    if len(subject) > MAX_SUBJECT:
        raise Refused(subject=_("A subject has at most %(count)s characters.", count=MAX_SUBJECT))
    if len(text) > MAX_TEXT:
        raise Refused(body=_("A message has at most %(count)s characters.", count=MAX_TEXT))
    return {"subject": subject, "body_html": fill(body.html, values, html.escape)[0], "body_text": text}
