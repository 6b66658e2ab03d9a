"""What a new mail says: a template for its kind of document, filled in, in the party's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from delivery import mail_gallery, placeholders
from delivery.clean_html import body_of
from delivery.mail_gallery import Template
from delivery.placeholders import values
from domain.books.customers import Customer
from domain.books.statements import Period
from domain.emails import Email, Mailed, send_email
from domain.errors import Refused
from domain.mail_kinds import STATEMENT, MailKind, kind_of
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.placeholders import Values, fill
from domain.recipients import known_addresses, name_of, party_of
from domain.words import _

__all__ = (
    "Draft",
    "draft",
    "filled",
    "language_of",
    "send_statement",
    "send_usual",
    "signed",
    "templates_for",
    "unknown_in",
    "values",
)


@dataclass(frozen=True)
class Draft:
    """What the compose page begins with: plain text, its placeholders filled as far as they are known."""

    subject: str
    text: str
    template: str
    """Which template it was made from."""


def draft(record: Mailed, actor: Member, template: str = "", kind: str = "") -> Draft:
    """The mail that usually goes with a document, or the one that was chosen by its key.

    An unissued one's number stays a placeholder: sending issues the document, and fills it. So does what is known
    of a statement only when its period is.
    """
    key, language = _kind(record, kind).key, language_of(record)
    usual = mail_gallery.usual(key, language, party_of(record).id)
    found = (each for each in mail_gallery.choices(key, language) if each.key == template)
    chosen, known = next(found, usual) if template else usual, values(record, actor, kind=key)
    return Draft(filled(known, chosen.subject), signed(filled(known, chosen.body)), chosen.key)


def filled(known: Values, text: str) -> str:
    """A template's text with what is known put in."""
    return fill(text, known)[0].strip()


def templates_for(record: Mailed, kind: str = "") -> Sequence[Template]:
    """All templates from which a mail about this record can be made, the usual one first."""
    return mail_gallery.choices(_kind(record, kind).key, language_of(record))


def unknown_in(kind: str, *texts: str) -> list[str]:
    """The placeholders in these texts that mean nothing in this kind of mail; they would go out as they stand."""
    known = dict.fromkeys(placeholders.names_of(kind))
    return list(dict.fromkeys(name for text in texts for name in fill(text, known)[1]))


def check_placeholders(kind: str, *texts: str) -> None:
    """Refuse a mail that nobody looks at before it goes out, if a placeholder in it means nothing."""
    if unknown := unknown_in(kind, *texts):
        names = ", ".join(unknown)
        raise Refused(_("The template has placeholders that mean nothing: %(names)s", names=names))


def send_usual(record: Mailed, actor: Member, form_key: str | None) -> Email:
    """Send the usual mail to the party's primary contact person, its PDF with it: what a list does for many."""
    return _send_to_first(record, _kind(record), actor, form_key, values=values)


def send_statement(
    customer: Customer, period: Period, actor: Member, form_key: str | None, with_unpaid: bool = False
) -> Email:
    """Send a customer's statement to its primary contact person, if wanted with the list of unpaid invoices.

    The same form key again gives the mail that it made the first time.
    """
    return _send_to_first(
        customer,
        _kind(customer, STATEMENT),
        actor,
        form_key,
        statement=period,
        unpaid=with_unpaid,
        values=partial(values, kind=STATEMENT, period=period),
    )


def _send_to_first(
    record: Mailed, kind: MailKind, actor: Member, form_key: str | None, **along: Any
) -> Email:
    """The usual text of a kind of mail, to whoever of the party gets mail first."""
    to = [person["address"] for person in known_addresses(party_of(record))[:1]]
    if not to:
        raise Refused(_("%(name)s has no mail address.", name=name_of(record)))
    written = draft(record, actor, kind=kind.key)
    check_placeholders(kind.key, written.subject, written.text)
    return send_email(
        record,
        kind=kind.key,
        to=to,
        attach_pdf=kind.has_pdf,
        subject=written.subject,
        body=body_of(written.text),
        actor=actor,
        form_key=form_key,
        **along,
    )


def _kind(record: Mailed, key: str = "") -> MailKind:
    kind = kind_of(record, key)
    if kind is None:
        raise Refused(_("%(name)s is not mailed.", name=record.title))
    return kind


def language_of(record: Mailed) -> str:
    """The language in which the party reads."""
    return party_of(record).language_in(current_organization())


def signed(text: str) -> str:
    """The text with the organization's signature below it."""
    signature = current_organization().mail_signature.strip()
    return f"{text}\n\n{signature}" if signature else text
