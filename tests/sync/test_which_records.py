"""Which records are brought over, and what happens to those that the other side has already, module by module."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from domain import records
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.vendors import Vendor
from domain.crm.accounts import Account
from domain.crm.products import Product
from domain.crm.vendors import CrmVendor
from domain.db import db, now
from domain.modules.saved_views import SavedView, delete_view, save_view
from domain.sync.questions import Question
from sync import setting_up
from tests import factories as make
from tests.sync.conftest import rows_of


def names(model):
    return sorted(each.title for each in db.session.scalars(select(model)))


# --- the three ways with duplicates ---------------------------------------------------------------------------------

MODULES = pytest.mark.parametrize(
    ("key", "here", "there", "crm", "books"),
    [
        ("customers", make.account, make.customer, "name", "display_name"),
        ("vendors", make.crm_vendor, make.vendor, "name", "display_name"),
        ("products", make.product, make.item, "name", "name"),
    ],
    ids=["customers", "vendors", "products"],
)
SAID = {
    "customers": ("description", "notes"),
    "vendors": ("description", "notes"),
    "products": ("description",) * 2,
}


def two_alike(key, here, there, crm, books):
    """Two of one name, a new one in the CRM and an old one in the books, and the fields in which each says so."""
    one, other = here(**{crm: "Minato"}), there(**{books: "Minato"})
    said = SAID[key]
    records.update(one, {said[0]: "New"}, None)
    records.update(other, {said[1]: "Old"}, None)
    return one, other, said


@MODULES
def test_cloned_both_the_one_there_was_and_the_new_one_are_there(
    sync, settings, key, here, there, crm, books
):
    settings(key).duplicates = "clone"
    one, other, said = two_alike(key, here, there, crm, books)
    sync(key)
    assert names(type(other)) == ["Minato", "Minato (2)"]
    assert getattr(other, said[1]) == "Old"
    assert one.books_id != other.id
    assert rows_of(sync(key)) == []


@MODULES
def test_overwritten_the_one_there_was_says_what_the_new_one_says(
    sync, settings, key, here, there, crm, books
):
    settings(key).duplicates = "overwrite"
    one, other, said = two_alike(key, here, there, crm, books)
    sync(key)
    assert names(type(other)) == ["Minato"]
    assert (getattr(one, said[0]), getattr(other, said[1]), one.books_id) == ("New", "New", other.id)
    assert rows_of(sync(key)) == []


@MODULES
def test_skipped_the_one_there_was_stays_and_the_new_one_is_not_synced(
    sync, settings, key, here, there, crm, books
):
    settings(key).duplicates = "skip"
    one, other, said = two_alike(key, here, there, crm, books)
    assert [row[0] for row in rows_of(sync(key))] == ["skipped"]
    assert (names(type(one)), names(type(other))) == (["Minato"], ["Minato"])
    assert (getattr(one, said[0]), getattr(other, said[1]), one.books_id) == ("New", "Old", None)
    assert rows_of(sync(key)) == []


def test_with_duplicates_only_goods_meet_goods_of_their_number_and_keep_their_type(sync, settings, factories):
    settings("products").duplicates = "clone"
    factories.product(name="Advice", code="A-1", product_type="service")
    factories.item(name="Advice", sku="A-1", item_type="goods")
    sync("products")
    found = {(each.name, each.sku, each.item_type) for each in db.session.scalars(select(Item))}
    assert found == {("Advice", "A-1", "goods"), ("Advice (2)", "", "service")}


# --- which records --------------------------------------------------------------------------------------------------


@pytest.fixture
def view(session, cast):
    """Fixture: `view(module, **args)`: a view that everybody sees; gives what the settings call it."""

    def make_view(module: str, **args: str) -> str:
        made = save_view(SavedView(module=module, member_id=cast.admin.id), "Chosen", True, args)
        return f"view-{made.id}"

    return make_view


@pytest.mark.parametrize(
    ("key", "here", "there", "crm", "books"), MODULES.args[1][:2], ids=["customers", "vendors"]
)
def test_only_ones_own_are_brought_over(sync, settings, cast, key, here, there, crm, books):
    settings(key).records = "mine"
    made = here(**{crm: "Mine"}, owner_id=cast.admin.id)
    here(**{crm: "Hers"}, owner_id=cast.staff.id)
    kept = there(**{books: "Mine too"}, owner_id=cast.admin.id)
    there(**{books: "His"}, owner_id=cast.staff.id)
    sync(key)
    assert names(type(kept)) == ["His", "Mine", "Mine too"]
    assert names(type(made)) == ["Hers", "Mine", "Mine too"]


@pytest.mark.parametrize("which", ["created", "modified"])
@MODULES
def test_only_those_of_the_last_days_are_brought_over(sync, settings, which, key, here, there, crm, books):
    settings(key).records = which
    long_ago = now() - timedelta(days=40)
    for make_one, name, side in ((here, crm, "here"), (there, books, "there")):
        old = make_one(**{name: f"Old {side}"})
        old.created_at = old.updated_at = long_ago
        make_one(**{name: f"New {side}"})
    db.session.flush()
    sync(key)
    assert names(_CRM[key]) == ["New here", "New there", "Old here"]
    assert names(_BOOKS[key]) == ["New here", "New there", "Old there"]


_CRM = {"customers": Account, "vendors": CrmVendor, "products": Product}
_BOOKS = {"customers": Customer, "vendors": Vendor, "products": Item}


def test_people_come_with_their_company_whoever_looks_after_them(sync, settings, cast, factories):
    settings().records = "mine"
    account = factories.account(name="Minato", owner_id=cast.admin.id)
    factories.contact(account_id=account.id, last_name="Sato", owner_id=cast.staff.id)
    sync()
    [customer] = db.session.scalars(select(Customer))
    assert [each.last_name for each in customer.contact_persons] == ["Sato"]


def test_a_view_of_the_crm_says_which_go_into_the_books(sync, settings, view, factories):
    settings().records = view("crm.accounts", industry="Ships")
    factories.account(name="Minato", industry="Ships")
    factories.account(name="Sagami", industry="Trains")
    sync()
    assert names(Customer) == ["Minato"]


def test_a_view_of_the_books_says_which_go_into_the_crm(sync, settings, view, factories):
    settings("products").records = view("books.items", item_type="goods")
    factories.item(name="Teapot")
    factories.item(name="Advice", item_type="service")
    factories.product(name="Training", product_type="service")
    sync("products")
    assert names(Product) == ["Teapot", "Training"]
    assert names(Item) == ["Advice", "Teapot", "Training"]


def test_what_is_joined_stays_in_step_when_it_leaves_the_view(sync, settings, view, factories):
    settings().records = view("crm.accounts", industry="Ships")
    account = factories.account(name="Minato", industry="Ships")
    sync()
    records.update(account, {"industry": "Trains", "phone": "1"}, None)
    sync()
    assert db.session.scalars(select(Customer.phone)).one() == "1"


def test_a_view_that_was_deleted_brings_over_nobody_and_says_so(sync, settings, view, connection, factories):
    settings().records = view("crm.accounts", industry="Ships")
    delete_view(db.session.scalars(select(SavedView)).one())
    factories.account(name="Minato", industry="Ships")
    run = sync()
    assert (run.state, names(Customer)) == ("stopped", [])
    assert "view" in str(run.error) and connection.trouble == run.error
    settings().records = "all"
    sync()
    assert (names(Customer), str(connection.trouble)) == (["Minato"], "")
    assert db.session.scalar(select(func.count(Question.id))) == 0


def test_views_of_both_sides_are_offered_and_those_of_others_are_not(settings, view, cast):
    shared = {view("crm.accounts"), view("books.customers")}
    own = save_view(SavedView(module="crm.accounts", member_id=cast.staff.id), "Hers", False, {})
    offered = {each.key for each in setting_up.records_choices(settings(), cast.admin)}
    assert shared | {"all", "mine", "created", "modified"} == offered
    assert f"view-{own.id}" not in offered
