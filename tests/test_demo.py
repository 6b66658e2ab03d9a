"""The demo company: it is whole, believable to the books, and the same wherever it is loaded on one day."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

import demo
from app import create_app
from config import Settings
from delivery.files import files
from delivery.pictures import picture
from demo.orders import orders
from demo.story import CUSTOMERS
from domain.access import can, visible
from domain.books.adding import candidates
from domain.books.allocations import Allocation
from domain.books.bills import Bill
from domain.books.check import differences
from domain.books.contact_persons import ContactPerson
from domain.books.credit_notes import CreditNote
from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.items import Item
from domain.books.parties import Party
from domain.books.payments import Payment
from domain.books.purchase_orders import PurchaseOrder
from domain.books.sales_orders import SalesOrder
from domain.books.vendors import Vendor
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import Base, db, everywhere, now, scoped_to, writing
from domain.emails import Email
from domain.organizations.organizations import Organization, current_organization
from domain.organizations.sign_ins import sign_in, signed_in
from domain.organizations.users import Member
from domain.outbox import OutboxRow
from domain.sync.questions import Question
from domain.sync.runs import SyncRow, SyncRun
from domain.timeline import TimelineEntry
from tests.databases import Databases

Session = scoped_session[Any]


@contextmanager
def _loaded(made: Databases, template: str, data_dir: Path, moment: datetime) -> Iterator[bool]:
    """The demo in a database of its own, with its organization in scope."""
    with made.fresh(template) as url, pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "now", lambda: moment)
        app = create_app(Settings.from_environment({"DATA_DIR": str(data_dir), "DATABASE_URL": url}))
        with app.app_context():
            with writing():
                loaded = demo.load()
                db.session.commit()
            with everywhere():
                organization = db.session.scalars(select(Organization).order_by(Organization.id)).first()
            with scoped_to(organization.id):
                yield loaded
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def moment() -> datetime:
    """When the demo is loaded, both times."""
    return now()


@pytest.fixture(scope="module")
def demo_is_loaded(
    made: Databases, empty_template: str, tmp_path_factory: pytest.TempPathFactory, moment: datetime
) -> Iterator[None]:
    """The demo company, for all tests of this file."""
    with _loaded(made, empty_template, tmp_path_factory.mktemp("demo"), moment) as loaded:
        assert loaded
        yield


FLEETING: dict[type[Document], set[str]] = {SalesOrder: {"invoiced"}, PurchaseOrder: {"billed"}}
"""States in which no order stays: one of which all is invoiced or billed closes by itself."""

pytestmark = [pytest.mark.usefixtures("demo_is_loaded"), pytest.mark.xdist_group("demo")]


def test_it_is_loaded_once() -> None:
    assert demo.load() is False


def test_it_is_as_large_as_a_small_company() -> None:
    assert _count(Customer) >= 64
    assert _count(Account) >= 80
    assert _count(Contact) >= 150
    assert (_count(Vendor), _count(Item)) == (9, 25)
    assert 240 <= _count(Invoice) <= 290
    assert {each.currency for each in _all(Customer)} == {"JPY", "EUR", "USD", "TND"}


def test_its_books_are_right() -> None:
    assert differences() == []


@pytest.mark.parametrize("kind", [Estimate, SalesOrder, Invoice, CreditNote, PurchaseOrder, Bill])
def test_every_state_of_every_document_occurs(kind: type[Document]) -> None:
    states = Counter(document.state for document in _all(kind))
    assert set(states) == {key for key, _label in kind.states()} - FLEETING.get(kind, set())


def test_deals_became_estimates_orders_and_invoices_one_after_the_other() -> None:
    invoices = [each for each in _all(Invoice) if each.source_id]
    orders = {each.id: each for each in _all(SalesOrder)}
    estimates = {each.id: each for each in _all(Estimate)}
    chains = [orders[each.source_id] for each in invoices if each.source_id in orders]
    assert Counter(order.id for order in chains).most_common(1)[0][1] == 2
    assert any(estimates[order.source_id].deal_id and order.deal_id for order in chains)
    assert any(order.source_id in orders for order in _all(PurchaseOrder))
    assert any(bill.source_id for bill in _all(Bill))


def test_payments_settle_several_documents_and_leave_a_rest() -> None:
    settled = Counter(each.payment_id for each in _all(Allocation) if each.payment_id)
    several = [db.session.get_one(Payment, each) for each, count in settled.items() if count > 1]
    assert {payment.direction for payment in several} == {"received", "made"}
    assert any(payment.unused_minor for payment in _all(Payment))


def test_numbers_run_in_the_order_of_dates() -> None:
    issued = sorted((each for each in _all(Invoice) if each.number), key=lambda each: each.number)
    assert [each.date for each in issued] == sorted(each.date for each in issued)
    paid = sorted(_all(Payment), key=lambda each: each.number)
    for direction in ("received", "made"):
        dates = [each.date for each in paid if each.direction == direction]
        assert dates and dates == sorted(dates)


def test_nobody_can_be_reached_by_mail_or_page() -> None:
    addresses = {each.email for each in (*_all(Party), *_all(Contact), *_all(ContactPerson)) if each.email}
    addresses.remove("customer@example.com")  # who signs in to the portal; nobody has a mailbox there either
    assert addresses and all(address.endswith(".example") for address in addresses)
    pages = [each.website for each in (*_all(Party), *_all(Account)) if each.website]
    assert pages and all(page.endswith(".example") for page in pages)


def test_every_customer_has_a_mail_address_and_one_primary_contact_person() -> None:
    for customer in _all(Customer):
        people = customer.contact_persons
        assert customer.email
        assert 1 <= len(people) <= 3
        assert [person.is_primary for person in people] == [True, *[False] * (len(people) - 1)]


def test_about_a_dozen_accounts_are_not_in_the_books_and_two_of_them_make_it_ask() -> None:
    unlinked = [account for account in _all(Account) if account.customer_id is None]
    assert 10 <= len(unlinked) <= 16
    assert sum(bool(candidates(account)) for account in unlinked) == 2


@pytest.mark.parametrize(
    ("person", "sees_invoices", "settles_settings"),
    [("admin", True, True), ("staff", True, False), ("assigned", True, False), ("sales", False, False)],
)
def test_everybody_can_sign_in(person: str, sees_invoices: bool, settles_settings: bool) -> None:
    token = sign_in(f"{person}@example.com", "demo-password", "127.0.0.1")
    carrier = signed_in(token or "")
    db.session.rollback()  # the demo remembers nobody who came in
    assert carrier is not None
    member = carrier.member
    assert member.user.language == ""
    assert can(member, "crm.accounts.view")
    assert can(member, "books.invoices.view") is sees_invoices
    assert can(member, "settings.taxes.edit") is settles_settings


def test_the_assigned_one_has_about_a_dozen_customers() -> None:
    member = next(each for each in _all(Member) if each.is_assigned_only)
    seen = db.session.scalars(select(Customer).where(visible(member, Customer))).all()
    assert 10 <= len(seen) <= 16


def test_what_happened_happened_in_the_past() -> None:
    times = [each.at for each in _all(TimelineEntry)] + [each.created_at for each in _all(Email)]
    assert max(times) < now() - timedelta(hours=1)
    assert min(times) < now() - timedelta(days=400)
    assert all(each.issued_at < now() - timedelta(hours=1) for each in _all(Invoice) if each.issued_at)


def test_mails_show_how_they_ended_and_none_is_owed() -> None:
    states = Counter(email.state for email in _all(Email))
    assert set(states) == {"sent", "failed", "unknown"}
    assert all(email.error for email in _all(Email) if email.state == "failed")
    assert _count(OutboxRow) == 0


def test_its_two_sides_are_in_step_but_for_three_things_that_wait_for_a_person() -> None:
    assert Counter(run.state for run in _all(SyncRun)) == {"done": 8}
    assert {row.outcome for row in _all(SyncRow)} == {"updated", "created", "asked", "conflicted", "failed"}
    assert sorted(asked.kind for asked in _all(Question)) == ["conflict", "match"]
    assert [row.lane for row in _all(SyncRow) if row.outcome == "failed"] == ["products"]


def test_its_logo_prints() -> None:
    digest = current_organization().logo_digest
    assert digest and picture(files().read(digest)).width > 0


def test_registration_numbers_have_their_check_digit() -> None:
    numbers = [current_organization().tax_registration]
    numbers += [vendor.tax_registration for vendor in _all(Vendor) if vendor.tax_registration]
    assert len(numbers) == 8
    assert all(_is_corporate_number(number) for number in numbers)


@pytest.mark.ground
def test_two_loads_give_the_same(
    made: Databases, empty_template: str, tmp_path: Path, moment: datetime
) -> None:
    first = _story()
    with _loaded(made, empty_template, tmp_path, moment):
        assert _story() == first


@pytest.mark.parametrize("days", [0, 17, 38, 60, 111, 150, 203, 254, 299, 340])
def test_whenever_it_is_loaded_there_is_something_of_everything(days: int) -> None:
    today = date(2027, 1, 1) + timedelta(days=days)
    planned = orders(CUSTOMERS, today)
    assert {order.fate for order in planned} >= {"draft", "sent", "viewed", "overdue", "paid", "void"}
    assert {"failed", "unknown"} <= {order.mail for order in planned}
    assert all(order.on < today and all(part.on < today for part in order.parts) for order in planned)


def _all(model: type[Base]) -> Any:
    return db.session.scalars(select(model)).all()


def _count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count(model.id)))  # type: ignore[attr-defined,return-value]


def _story() -> list[Any]:
    """What the demo comes to: names, numbers, amounts, and when everything happened."""
    return [
        [(each.display_name, each.email, each.receivable_minor) for each in _all(Party)],
        [(each.name, each.customer_id) for each in _all(Account)],
        [(each.number, each.party_name, each.date, each.total_minor, each.state) for each in _all(Document)],
        [(each.number, each.date, each.amount_minor) for each in _all(Payment)],
        [(each.record_id, each.verb, each.at) for each in _all(TimelineEntry)],
    ]


def _is_corporate_number(text: str) -> bool:
    """T, a check digit, and the twelve digits that it checks."""
    letter, check, digits = text[0], text[1], text[2:]
    total = sum(int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits), 1))
    return letter == "T" and len(digits) == 12 and int(check) == 9 - total % 9
