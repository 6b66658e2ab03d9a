"""A mail as bytes: text and HTML, what is attached, and a head in which nobody's name can end a line."""

import html
from collections.abc import Sequence
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from delivery.mailer import Envelope
from domain.db import now
from domain.emails import Email
from domain.files import StoredFile
from domain.mail_addresses import one_line
from domain.mail_contents import Body
from domain.recipients import Recipient

# Text outside of ASCII is encoded, so that any server can pass it on.
_ASCII = policy.SMTP.clone(cte_type="7bit")
_UTF8 = _ASCII.clone(utf8=True)


def build(
    email: Email,
    attachments: Sequence[tuple[StoredFile, bytes]],
    reply_to: Recipient | None,
    body: Body | None = None,
) -> Envelope:
    """The mail as it goes to the server. Bcc stands on the envelope only.

    `body` is what it says instead of what was kept: a link that only the recipient may know.
    """
    body = body or Body(email.body_html, email.body_text)
    needs_utf8 = not all(person["address"].rpartition("@")[0].isascii() for person in _everybody(email))
    message = EmailMessage(_UTF8 if needs_utf8 else _ASCII)
    _head(message, email, reply_to)
    message.set_content(body.text or "\n")
    message.add_alternative(_page(email.subject, body), subtype="html")
    for file, content in attachments:
        main, _slash, sub = file.media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=file.name)
    return Envelope(
        sender=ascii_domain(email.sender_address),
        recipients=list(dict.fromkeys(ascii_domain(person["address"]) for person in email.recipients)),
        content=message.as_bytes(),
        needs_utf8=needs_utf8,
    )


def ascii_domain(address: str) -> str:
    """The address with its domain as name servers know it: 例え.jp is xn--r8jz45g.jp."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _everybody(email: Email) -> list[Recipient]:
    return [{"name": "", "address": email.sender_address}, *email.recipients]


def _head(message: EmailMessage, email: Email, reply_to: Recipient | None) -> None:
    message["From"] = _address(email.sender_name, email.sender_address)
    if reply_to and reply_to["address"].casefold() != email.sender_address.casefold():
        message["Reply-To"] = _address(reply_to["name"], reply_to["address"])
    message["To"] = [_address(person["name"], person["address"]) for person in email.to]
    if email.cc:
        message["Cc"] = [_address(person["name"], person["address"]) for person in email.cc]
    message["Subject"] = _said(email.subject)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = email.message_id


def _address(name: str, address: str) -> Address:
    local, _at, domain = ascii_domain(address).rpartition("@")
    return Address(_said(name), local, domain)


def _said(text: str) -> str:
    """Text for a header: one line, and not to be taken for an encoded word."""
    return one_line(text).replace("=?", "= ?")


def _page(subject: str, body: Body) -> str:
    title = html.escape(one_line(subject))
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f"<!DOCTYPE html>\n<html>{head}<body>\n{body.html}\n</body></html>\n"
