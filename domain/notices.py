"""Mails of the program itself to one person: you were mentioned, does the mail server work. No document goes along."""

from collections.abc import Sequence

from domain.db import db
from domain.emails import Email, owe
from domain.mail_addresses import one_line
from domain.mail_contents import Body, sender_of
from domain.organizations.users import Member
from domain.recipients import Recipient

MENTION = "mention"
TEST = "test"
REMINDED = "reminded"
"""To people of our own: a rule came to invoices that are to be looked after."""


def send_notice(
    notice: str,
    to: Recipient,
    subject: str,
    body: Body,
    actor: Member | None,
    member: Member | None = None,
    bcc: Sequence[Recipient] = (),
) -> Email:
    """Owe this mail to somebody; the worker sends it after the commit.

    `member` is whose own sign-in it is about; without an actor they asked for it themselves, from outside.
    """
    sender = actor or member
    assert sender is not None, "somebody wants it"
    email = Email(
        notice=notice,
        to=[to],
        bcc=list(bcc),
        subject=one_line(subject)[:200],
        body_html=body.html,
        body_text=body.text,
        actor=actor,
        member=member,
        **sender_of(sender),
    )
    db.session.add(email)
    db.session.flush()
    owe(email, actor)
    return email
