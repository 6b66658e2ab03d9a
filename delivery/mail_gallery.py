"""The mails that the program knows how to write, in every language: what new mails begin with, and what is cloned."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from delivery.portal_links import NAMES
from domain.books.associated_templates import mail_template
from domain.mail_kinds import EARLY_REMINDER, REMINDER, REMINDERS
from domain.mail_templates import MailTemplate, default_for, templates_for
from domain.organizations.organizations import current_organization
from domain.words import Words, _, _p

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "email"


@dataclass(frozen=True)
class Sample:
    """A template of the program: a folder under templates/email, for a kind of document."""

    key: str
    kind: str
    name: Words
    language: str = "en"

    @property
    def subject(self) -> str:
        """What stands in its subject, with its placeholders."""
        return text_of(self.key, self.language, "subject").strip()

    @property
    def body(self) -> str:
        """What it says, with its placeholders; where links are switched off, without the paragraph that brings one."""
        text = text_of(self.key, self.language, "body").strip()
        return text if current_organization().links_are_open else _without_links(text)

    def in_language(self, language: str) -> "Sample":
        """The same in another language."""
        return Sample(self.key, self.kind, self.name, language)


_STANDARD = _p("mail", "Standard")

SAMPLES: dict[str, Sample] = {
    sample.key: sample
    for sample in (
        Sample("estimate", "estimate", _STANDARD),
        Sample("estimate_follow_up", "estimate", _("Follow-up")),
        Sample("sales_order", "sales_order", _STANDARD),
        Sample("invoice", "invoice", _STANDARD),
        Sample("invoice_short", "invoice", _p("mail", "Short")),
        Sample("invoice_reminder", "invoice", _("Reminder")),
        Sample("reminder", REMINDER, _STANDARD),
        Sample("reminder_firm", REMINDER, _p("mail", "Firm")),
        Sample("reminder_early", EARLY_REMINDER, _STANDARD),
        Sample("reminders", REMINDERS, _STANDARD),
        Sample("credit_note", "credit_note", _STANDARD),
        Sample("purchase_order", "purchase_order", _STANDARD),
        Sample("payment", "payment", _("Thank you")),
        Sample("customer", "customer", _STANDARD),
        Sample("customer_unpaid", "customer", _("Unpaid invoices")),
        Sample("statement", "statement", _STANDARD),
    )
}
"""By key; the first of a kind is what a mail begins with unless the organization says otherwise."""

Template = MailTemplate | Sample


def samples_for(kind: str, language: str) -> list[Sample]:
    """The program's own templates of a kind, in a language."""
    return [sample.in_language(language) for sample in SAMPLES.values() if sample.kind == kind]


def choices(kind: str, language: str) -> list[Template]:
    """All that a mail may begin with: the organization's templates, its default first, then the program's."""
    return [*templates_for(kind, language), *samples_for(kind, language)]


def usual(kind: str, language: str, party_id: int | None = None) -> Template:
    """What a mail of this kind begins with: the party's own template, the default, or the program's."""
    own = mail_template(party_id, kind, language) if party_id else None
    return own or default_for(kind, language) or samples_for(kind, language)[0]


def _without_links(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(each for each in paragraphs if not any(f"%{name}%" in each for name in NAMES.values()))


@cache
def text_of(folder: str, language: str, part: str) -> str:
    """The subject or body of one of the program's mails; in English where the language has none."""
    path = TEMPLATES / folder / language / f"{part}.txt"
    return (path if path.exists() else TEMPLATES / folder / "en" / path.name).read_text("utf-8")
