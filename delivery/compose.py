"""What a new mail says: a template for its kind of document, filled in, in the party's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from delivery import mail_gallery, placeholders
from delivery.clean_html import body_of
from delivery.mail_gallery import Template
from delivery.placeholders import values
from domain.books.document import Document
from domain.books.payments import Payment
from domain.emails import Email, send_email
from domain.errors import Refused
from domain.mail_kinds import MailKind, kind_of
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.placeholders import Values, fill
from domain.recipients import known_addresses
from domain.words import _

__all__ = ("Draft", "draft", "filled", "language_of", "send_usual", "templates_for", "unknown_in", "values")


@dataclass(frozen=True)
class Draft:
    """What the compose page begins with: plain text, its placeholders filled as far as they are known."""

    subject: str
    text: str
    template: str
    """Which template it was made from."""


def draft(record: Document | Payment, actor: Member, template: str = "") -> Draft:
    """The mail that usually goes with a document, or the one that was chosen by its key.

    An unissued one's number stays a placeholder: sending issues the document, and fills it.
    """
    kind, language = _kind(record).key, language_of(record)
    usual = mail_gallery.usual(kind, language)
    found = (each for each in mail_gallery.choices(kind, language) if each.key == template)
    chosen, known = next(found, usual) if template else usual, values(record, actor)
    return Draft(filled(known, chosen.subject), _signed(filled(known, chosen.body)), chosen.key)


def filled(known: Values, text: str) -> str:
    """A template's text with what is known put in."""
    return fill(text, known)[0].strip()


def templates_for(record: Document | Payment) -> Sequence[Template]:
    """All templates from which a mail about this document can be made, the usual one first."""
    return mail_gallery.choices(_kind(record).key, language_of(record))


def unknown_in(kind: str, *texts: str) -> list[str]:
    """The placeholders in these texts that mean nothing in this kind of mail; they would go out as they stand."""
    known = dict.fromkeys(placeholders.names_of(kind))
    return list(dict.fromkeys(name for text in texts for name in fill(text, known)[1]))


def send_usual(record: Document | Payment, actor: Member, form_key: str | None) -> Email:
    """Send the usual mail to the party's primary contact person, its PDF with it: what a list does for many."""
    kind = _kind(record)
    to = [person["address"] for person in known_addresses(record.party)[:1]]
    if not to:
        raise Refused(_("%(name)s has no mail address.", name=record.party_name))
    written = draft(record, actor)
    if unknown := unknown_in(kind.key, written.subject, written.text):
        names = ", ".join(unknown)
        raise Refused(_("The template has placeholders that mean nothing: %(names)s", names=names))
    return send_email(
        record,
        to=to,
        subject=written.subject,
        body=body_of(written.text),
        actor=actor,
        attach_pdf=kind.has_pdf,
        form_key=form_key,
        values=values,
    )


def _kind(record: Document | Payment) -> MailKind:
    kind = kind_of(record)
    if kind is None:
        raise Refused(_("%(name)s is not mailed.", name=record.title))
    return kind


def language_of(record: Document | Payment) -> str:
    """The language in which the party reads."""
    return record.party.language_in(current_organization())


def _signed(text: str) -> str:
    """The text with the organization's signature below it."""
    signature = current_organization().mail_signature.strip()
    return f"{text}\n\n{signature}" if signature else text
