"""Records for tests: say what matters, the rest is filled in. They are made as the program makes them."""

import itertools
import secrets
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select

from delivery import attached, files, tables
from delivery.language import in_every_language
from domain import comments, records
from domain.attachments import Attachment, attach
from domain.books import pdf_templates
from domain.books.adding import WAYS
from domain.books.bills import Bill
from domain.books.contact_persons import ContactPerson
from domain.books.credit_notes import CreditNote
from domain.books.currencies import Currency, ExchangeRate
from domain.books.customers import Customer
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.items import Item
from domain.books.lines import LineInput
from domain.books.paying import Entry
from domain.books.payment_terms import PaymentTerms
from domain.books.payments import Payment, record, record_payment
from domain.books.pdf_templates import PdfTemplate
from domain.books.price_lists import PriceList, PriceListRate
from domain.books.purchase_orders import PurchaseOrder
from domain.books.reminder_rules import AFTER, ReminderRule
from domain.books.sales_orders import SalesOrder
from domain.books.taxes import Tax
from domain.books.vendors import Vendor
from domain.comments import Comment
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.deal_stages import DealStage, first_stage_id
from domain.crm.deals import Deal
from domain.crm.products import Product
from domain.crm.vendors import CrmVendor
from domain.db import db, now
from domain.importing import starting
from domain.importing.imports import Import, ImportRow, as_reason
from domain.mail_templates import MailTemplate
from domain.modules import ALL
from domain.numbering import NumberSeries
from domain.organizations.organizations import current_organization
from domain.organizations.passwords import hasher
from domain.organizations.users import Member
from domain.portal import Access, invite
from domain.statement_schedules import StatementSchedule
from domain.words import Words
from tests.cast import PASSWORD

_numbers = itertools.count(1)

hashed = cache(hasher.hash)
"""To hash a password takes a while, and tests want the same one."""


def today() -> date:
    """The organization's today."""
    return current_organization().today


def days_ago(days: int) -> date:
    """A day before today; negative for one to come."""
    return today() - timedelta(days=days)


def account(actor: Member | None = None, **values: Any) -> Account:
    """An account."""
    return _make(Account, actor, {"name": f"Account {next(_numbers)}"} | values)


def contact(actor: Member | None = None, **values: Any) -> Contact:
    """A contact; without an account unless one is given."""
    return _make(Contact, actor, {"last_name": f"Contact {next(_numbers)}"} | values)


def customer(actor: Member | None = None, **values: Any) -> Customer:
    """A customer in the organization's currency."""
    defaults = {"display_name": f"Customer {next(_numbers)}", "currency": current_organization().currency}
    return _make(Customer, actor, defaults | values)


def vendor(actor: Member | None = None, **values: Any) -> Vendor:
    """A vendor in the organization's currency."""
    defaults = {"display_name": f"Vendor {next(_numbers)}", "currency": current_organization().currency}
    return _make(Vendor, actor, defaults | values)


def contact_person(party: Customer | Vendor, actor: Member | None = None, **values: Any) -> ContactPerson:
    """A contact person with a mail address."""
    number = next(_numbers)
    defaults = {"last_name": f"Person {number}", "email": f"person{number}@example.com"}
    person: ContactPerson = _make(ContactPerson, actor, defaults | values | {"party_id": party.id})
    db.session.expire(party, ["contact_persons"])
    return person


def access(person: ContactPerson, actor: Member) -> Access:
    """A contact person's access to the portal, accepted with the cast's password."""
    given = invite(person, actor)
    given.guest.password_hash = hashed(PASSWORD)
    given.joined_at = now()
    db.session.flush()
    return given


def tax(percent: Decimal | int = 10, actor: Member | None = None, **values: Any) -> Tax:
    """A tax of that percentage."""
    defaults = {"name": f"Tax {next(_numbers)}", "percent": Decimal(percent)}
    return _make(Tax, actor, defaults | values)


def item(actor: Member | None = None, **values: Any) -> Item:
    """An item that costs 1,000."""
    return _make(Item, actor, {"name": f"Item {next(_numbers)}", "rate": Decimal(1000)} | values)


def crm_vendor(actor: Member | None = None, **values: Any) -> CrmVendor:
    """A vendor on the CRM side."""
    return _make(CrmVendor, actor, {"name": f"CRM vendor {next(_numbers)}"} | values)


def product(actor: Member | None = None, **values: Any) -> Product:
    """A product that costs 1,000 in the organization's currency."""
    defaults = {"name": f"Product {next(_numbers)}", "unit_price": Decimal(1000), "currency": _ours()}
    return _make(Product, actor, defaults | values)


def deal(actor: Member | None = None, **values: Any) -> Deal:
    """A deal over 1,000 in the first stage, to be closed in a month."""
    defaults = {
        "name": f"Deal {next(_numbers)}",
        "stage_id": first_stage_id(),
        "amount_minor": 1000,
        "currency": _ours(),
        "closing_on": days_ago(-30),
    }
    return _make(Deal, actor, defaults | values)


def stage(name: str) -> DealStage:
    """One of the usual stages, by its English name."""
    return db.session.scalars(select(DealStage).where(DealStage.name == name)).one()


def price_list(actor: Member | None = None, **values: Any) -> PriceList:
    """Ten per cent less on everything."""
    return _make(PriceList, actor, {"name": f"Price list {next(_numbers)}", "percent": Decimal(10)} | values)


def price_list_rate(
    price_list: PriceList | None = None, actor: Member | None = None, **values: Any
) -> PriceListRate:
    """A rate of 900 for an item, in a list of rates."""
    price_list = price_list or rates(actor)
    defaults = {"price_list_id": price_list.id, "rate": Decimal(900)}
    if "item_id" not in values:
        defaults["item_id"] = item().id
    return _make(PriceListRate, actor, defaults | values)


def rates(actor: Member | None = None) -> PriceList:
    """A price list with a rate for each item, in the organization's currency."""
    return price_list(actor, kind="rates", currency=_ours())


def _ours() -> str:
    return current_organization().currency


def currency(code: str, actor: Member | None = None) -> Currency:
    """A currency to write documents in, whether it was in the list already or not."""
    found = db.session.scalar(select(Currency).where(Currency.code == code))
    return found or _make(Currency, actor, {"code": code})


def exchange_rate(
    code: str, rate: Decimal | str, on: date | None = None, actor: Member | None = None
) -> ExchangeRate:
    """What one unit of a currency is worth from a day on; from long ago unless said otherwise."""
    currency(code)
    values = {"currency_code": code, "rate": Decimal(rate), "on_date": on or date(2000, 1, 1)}
    return _make(ExchangeRate, actor, values)


def payment_terms(actor: Member | None = None, **values: Any) -> PaymentTerms:
    """Net 30 under a name of its own."""
    return _make(PaymentTerms, actor, {"name": f"Terms {next(_numbers)}", "days": 30} | values)


def line(rate: Decimal | int | str = 1000, quantity: Decimal | int | str = 1, **values: Any) -> LineInput:
    """A line, without tax unless one is given."""
    defaults = {"description": "Something", "rate": Decimal(rate), "quantity": Decimal(quantity)}
    return LineInput(**(defaults | values))


def invoice(
    party: Customer | None = None,
    lines: list[LineInput] | None = None,
    actor: Member | None = None,
    issued: bool = False,
    **values: Any,
) -> Invoice:
    """A draft over 1,000; `issued=True` for one that was sent."""
    made = Invoice.create({"party_id": (party or customer()).id} | values, lines or [line()], actor)
    if issued:
        made.issue(actor)
    return made


def estimate(party: Customer | None = None, actor: Member | None = None, **values: Any) -> Estimate:
    """A draft of an offer over 1,000."""
    return _document(Estimate, party or customer(), actor, values)


def sales_order(party: Customer | None = None, actor: Member | None = None, **values: Any) -> SalesOrder:
    """A draft of an order over 1,000."""
    return _document(SalesOrder, party or customer(), actor, values)


def credit_note(party: Customer | None = None, actor: Member | None = None, **values: Any) -> CreditNote:
    """A draft of a credit of 1,000."""
    return _document(CreditNote, party or customer(), actor, values)


def purchase_order(party: Vendor | None = None, actor: Member | None = None, **values: Any) -> PurchaseOrder:
    """A draft of an order of 1,000 to a vendor."""
    return _document(PurchaseOrder, party or vendor(), actor, values)


def bill(party: Vendor | None = None, actor: Member | None = None, **values: Any) -> Bill:
    """A draft of a bill over 1,000, under a number of its own."""
    return _document(Bill, party or vendor(), actor, {"number": f"V-{next(_numbers)}"} | values)


def _document(model: Any, party: Any, actor: Member | None, values: dict[str, Any]) -> Any:
    lines = values.pop("lines", None) or [line()]
    return model.create({"party_id": party.id} | values, lines, actor)


def payment(of: Invoice | Bill, amount_minor: int | None = None, actor: Member | None = None) -> Payment:
    """A payment of an invoice or bill, of all that is open unless said otherwise."""
    amount = of.balance_minor if amount_minor is None else amount_minor
    return record_payment(of, amount, today(), "bank_transfer", "", actor)


def advance(party: Customer | Vendor, amount_minor: int = 1000, actor: Member | None = None) -> Payment:
    """A payment that settles nothing yet."""
    return record(party, Entry(amount_minor, today()), {}, actor)


def series(actor: Member | None = None, **values: Any) -> NumberSeries:
    """Another number series for invoices."""
    defaults = {"name": f"Series {next(_numbers)}", "document_kind": "invoice", "prefix": "X-"}
    return _make(NumberSeries, actor, defaults | values)


def mail_template(actor: Member | None = None, **values: Any) -> MailTemplate:
    """A template of English invoice mails."""
    defaults = {
        "kind": "invoice",
        "language": "en",
        "name": f"Template {next(_numbers)}",
        "subject": "Invoice %InvoiceNumber%",
        "body": "Dear %ContactName%,\n\nyour invoice.",
    }
    return _make(MailTemplate, actor, defaults | values)


def reminder_rule(actor: Member | None = None, **values: Any) -> ReminderRule:
    """A rule by which customers are reminded."""
    return _make(ReminderRule, actor, {"days": 3, "side": AFTER} | values)


def statement_schedule(actor: Member | None = None, **values: Any) -> StatementSchedule:
    """Statements that go out every month."""
    return _make(StatementSchedule, actor, {"name": "Monthly", "day": 1, "period": "last_month"} | values)


def pdf_template(
    actor: Member, kind: str = "invoice", is_default: bool = False, **values: Any
) -> PdfTemplate:
    """A template of PDFs, of the plain look unless said otherwise."""
    defaults = {"name": f"Template {next(_numbers)}", "look": "plain"}
    made = pdf_templates.make_template(kind, defaults | values, actor, secrets.token_hex(8))
    if is_default:
        pdf_templates.make_default(made, actor)
    return made


def comment(record: Any, actor: Member, body: str = "Something", in_portal: bool = False) -> Comment:
    """What somebody said about a record."""
    return comments.say(record, body, actor, in_portal=in_portal, form_key=None).comment


def picture(colour: str = "red", size: tuple[int, int] = (20, 10), kind: str = "PNG") -> bytes:
    """The bytes of a picture."""
    drawn = BytesIO()
    Image.new("RGB", size, colour).save(drawn, kind)
    return drawn.getvalue()


def attachment(
    record: Any, actor: Member | None, name: str = "Something.png", content: bytes | None = None
) -> Attachment:
    """A file on a record; a picture unless said otherwise."""
    file = attached.kept(picture() if content is None else content, name)
    return attach(record, file, actor, in_portal=False)


def _make(model: Any, actor: Member | None, values: dict[str, Any]) -> Any:
    return records.create(model, values, actor)


def an_import(module: str, actor: Member, state: str = "done", text: str = "Something") -> Import:
    """An import of one row, which failed; its file speaks of nothing but the text."""
    heading = text.replace('"', '""')
    content = f'"{heading}"\n"{heading}"\n'.encode()
    read = tables.read(content)
    imported = starting.begin(ALL[module], files.keep(content, f"{text[:80]}.csv", "text/csv"), actor, None)
    found = {
        "digest": files.files().save(read.lines),
        "rows": read.rows,
        "reading": {"kind": "csv", "encoding": "utf-8", "delimiter": ",", "sheet": 0, "sheets": []},
    }
    starting.take_table(imported, ALL[module], found, [[text], [text]], in_every_language, "en", True)
    imported.state, imported.counts = state, {"failed": 1}
    row = ImportRow(import_id=imported.id, number=2, position=0, outcome="failed", title=text[:200])
    row.reasons = [as_reason("", Words("%(text)s", {"text": text}))]
    db.session.add(row)
    db.session.flush()
    return imported


def add_to_books(record: Any, counterpart: Any = None, actor: Member | None = None) -> Any:
    """What a record of the CRM now is in the books: the one given, or a new one."""
    return WAYS[record.MODULE].add(record, actor, counterpart)
