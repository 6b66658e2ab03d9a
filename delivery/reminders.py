"""What reminders say: of one invoice or of several at once to the customer, and to people of our own."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from delivery import formats, mail_gallery, placeholders
from delivery.clean_html import body_of
from delivery.compose import check_placeholders, signed
from delivery.language import translator
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.reminder_rules import BOTH, ReminderRule
from domain.books.reminders import note_sent, why_not
from domain.books.reminding import who_is_told
from domain.emails import Email, send_email
from domain.errors import Refused
from domain.mail_kinds import EARLY_REMINDER, REMINDER, REMINDERS
from domain.notices import REMINDED, send_notice
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.placeholders import Values, fill
from domain.recipients import first_address
from domain.words import _, _n

Pair = tuple[Invoice, ReminderRule | None]

MOST_PDFS = 10
"""With more invoices than this their list goes along instead of each of them."""


def remind_of(invoice: Invoice, actor: Member, form_key: str | None) -> Email:
    """Remind the customer of one invoice because somebody says so."""
    if reason := why_not(invoice):
        raise Refused(reason)
    return send_to_customer([(invoice, None)], actor, form_key)


def send_to_customer(pairs: Sequence[Pair], actor: Member, form_key: str | None = None) -> Email:
    """One mail to a customer about one or several of its invoices, each with the rule that came to it."""
    rule = pairs[0][1]
    send = _about_one if len(pairs) == 1 else _about_several
    email = send([invoice for invoice, _rule in pairs], rule, actor, form_key)
    note_sent(pairs, email)
    return email


def send_to_us(pairs: Sequence[Pair], rule: ReminderRule, actor: Member) -> Email:
    """One mail to whoever made a rule, and whoever else shall know, about all invoices to which it comes."""
    member = who_is_told(rule) or actor
    t = translator(member.user.language or current_organization().language)
    language = member.user.language or current_organization().language
    lines = [_line(invoice, language, name=True) for invoice, _rule in pairs]
    subject = t(_n("%(n)s invoice to look after", "%(n)s invoices to look after", n=len(pairs)))
    body = body_of("\n\n".join([f"{t(rule.title)}:", "\n".join(lines)]))
    to = {"name": member.name, "address": member.user.email}
    others = [{"name": "", "address": address} for address in rule.other_addresses]
    email = send_notice(REMINDED, to, subject, body, actor, bcc=others)
    note_sent(pairs, email, counts=False)
    return email


# --- to the customer ------------------------------------------------------------------------------------------


def _about_one(
    invoices: Sequence[Invoice], rule: ReminderRule | None, actor: Member, form_key: str | None
) -> Email:
    [invoice] = invoices
    kind = REMINDER if invoice.due_on < current_organization().today else EARLY_REMINDER
    known = partial(placeholders.values, kind=kind)
    return _send(invoice, kind, known(invoice, actor), rule, actor, form_key, attach_pdf=_attaches(rule))


def _about_several(
    invoices: Sequence[Invoice], rule: ReminderRule | None, actor: Member, form_key: str | None
) -> Email:
    customer = invoices[0].party
    many = len(invoices) > MOST_PDFS
    along = {"attach_pdf": _attaches(rule) and not many, "unpaid": many}
    known = placeholders.values(customer, actor, kind=REMINDERS) | _all_of(customer, invoices)
    return _send(customer, REMINDERS, known, rule, actor, form_key, **along)


def _send(
    record: Invoice | Customer,
    kind: str,
    known: Values,
    rule: ReminderRule | None,
    actor: Member,
    form_key: str | None,
    **along: Any,
) -> Email:
    customer = record if isinstance(record, Customer) else record.party
    template = _template(kind, customer.language_in(current_organization()), rule.template if rule else "")
    check_placeholders(kind, template.subject, template.body)
    return send_email(
        record,
        kind=kind,
        to=[first_address(customer)],
        bcc=_copies(rule),
        subject=fill(template.subject, known)[0],
        body=body_of(signed(fill(template.body, known)[0])),
        actor=actor,
        form_key=form_key,
        **along,
    )


def _template(kind: str, language: str, name: str) -> mail_gallery.Template:
    """The template of that name, where the customer's language has it; else what such mails usually say."""
    named = (each for each in mail_gallery.choices(kind, language) if name and each.name == name)
    return next(named, None) or mail_gallery.usual(kind, language)


def _attaches(rule: ReminderRule | None) -> bool:
    return rule is None or rule.attach_pdf


def _copies(rule: ReminderRule | None) -> list[str]:
    """Who of our own gets the customer's mail, too."""
    if rule is None:
        return []
    member = who_is_told(rule) if rule.goes_to == BOTH else None
    return [*([member.user.email] if member else []), *rule.other_addresses]


def _all_of(customer: Customer, invoices: Iterable[Invoice]) -> dict[str, str]:
    """What only a mail about several invoices says."""
    invoices = sorted(invoices, key=lambda each: (each.due_on, each.id))
    language = customer.language_in(current_organization())
    total = sum(each.balance_minor for each in invoices)
    return {
        "InvoiceList": "\n".join(_line(each, language) for each in invoices),
        "BalanceDue": formats.money(total, customer.currency, language),
        "Balance": formats.money(total, customer.currency, language),
    }


def _line(invoice: Invoice, language: str, name: bool = False) -> str:
    """An invoice in one line: number, when it is due, and what is open."""
    t = translator(language)
    due = t(_("due on %(date)s", date=formats.long_date(invoice.due_on, language)))
    number = f"{invoice.number} {invoice.party_name}" if name else invoice.number
    return f"- {number}, {due}: {formats.money(invoice.balance_minor, invoice.currency, language)}"
