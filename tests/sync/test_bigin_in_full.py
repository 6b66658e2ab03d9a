"""Bigin and the books in full: what the help page of this integration promises, said in our own words.

Against the help page, from its top to its end:

- what is typed once is on both sides ........ test_companies_contacts_products_and_services_are_typed_once
- who may connect them ........................ test_only_who_looks_after_integrations_may_connect_them
- connecting from the books, and from Bigin ... test_from_the_settings_it_is_two_clicks..., and ELSEWHERE
- what is synced, module by module ............ "what is set up"
- pairing fields .............................. "fields"
- which records, and what of duplicates ....... "which records"
- edit, sync now, pause, resync one ........... "looking after it", and ELSEWHERE
- customers of Bigin, also on documents ....... ELSEWHERE
- deals of Bigin on documents ................. ELSEWHERE
- ending it, from either side ................. "the end", and ELSEWHERE
"""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.db import db, now
from domain.modules.making_fields import make_field
from domain.modules.saved_views import SavedView, save_view
from domain.sync.runs import SyncRun
from sync.connectors.bigin_joining import connection_in_force
from tests import factories
from tests.pages import compiled_once, see, send
from tests.sync.bigin import CONNECT, remote, there, work
from tests.sync.conftest import work_off
from tests.sync.remote import ADDRESS

__all__ = ["compiled_once", "remote", "there"]

OVERVIEW = "/integrations/bigin"

ELSEWHERE = {
    "connecting from Bigin": "test_either_side.py::test_the_called_side_begins_the_connection_too",
    "allowing it, with all that is shared": "test_either_side.py::test_another_installation_lets_us_in",
    "resyncing one customer from Bigin": "test_bigin.py::test_one_customer_is_brought_up_to_date",
    "the view of Bigin customers": "test_bigin.py::test_the_view_of_bigin_customers_shows_them_alone",
    "the tab In Bigin": "test_bigin_on_documents.py::test_the_picker_looks_in_bigin_beside",
    "a search in Bigin": "test_bigin_on_documents.py::test_a_search_there_runs_in_a_worker",
    "the side panel with the customer's deals": "test_bigin_on_documents.py::test_the_panel_asks_bigin",
    "a deal of theirs on the document": "test_bigin_on_documents.py::test_a_deal_in_bigin_is_kept_on",
    "who is found is brought over": "test_bigin_on_documents.py::test_whoever_is_chosen_there_is_brought_over",
    "ending it from Bigin": "test_either_side.py::test_who_ends_it_on_the_called_side_ends_it_on_both",
}
"""What is tried next to what it is made of."""


@pytest.fixture
def admin(remote, client_of, cast):
    """Fixture: the administrator of the books, who has just connected them with Bigin."""
    client = client_of(cast.admin)
    send(client, CONNECT, {"way": "token", "address": ADDRESS, "token": remote.token()})
    work()
    return client


@pytest.fixture
def set_up(admin):
    """Fixture: `set_up("customers", duplicates="skip")`: configure a module, save and sync, and wait for the end."""

    def set_up(part="customers", then="sync", **chosen):
        page = see(admin, f"{OVERVIEW}/{part}/edit")
        send(admin, f"{OVERVIEW}/{part}/edit", page.form(**chosen) | {"then": then})
        settled()

    return set_up


def settled():
    """Every run that was begun is through."""
    db.session.commit()
    work_off()
    db.session.expire_all()


def customers():
    """By name, what the books know of a customer."""
    return {each.display_name: each for each in db.session.scalars(select(Customer))}


def items():
    """By name, what the books know of an item."""
    return {each.name: each for each in db.session.scalars(select(Item))}


def test_what_is_tried_elsewhere_is_there():
    here = Path(__file__).parent
    for sentence, where in ELSEWHERE.items():
        file, test = where.split("::")
        assert f"def {test}" in (here / file).read_text(), sentence


# --- connecting -----------------------------------------------------------------------------------------------------


def test_companies_contacts_products_and_services_are_typed_once(set_up, there):
    with there():
        company = factories.account(name="Minato Works")
        factories.contact(last_name="Sato", email="sato@minato.example", account_id=company.id)
        factories.product(name="Anchor", code="A")
        factories.product(name="Repair", code="R", product_type="service")
    factories.customer(display_name="Sakura Foods", company_name="Sakura Foods")
    factories.item(name="Rope", sku="S")
    set_up("customers")
    set_up("products")
    assert set(customers()) == {"Minato Works", "Sakura Foods"}
    assert {each.name: each.item_type for each in items().values()} == {
        "Anchor": "goods",
        "Repair": "service",
        "Rope": "goods",
    }
    with there():
        assert set(db.session.scalars(select(Account.name))) == {"Minato Works", "Sakura Foods"}
        assert set(db.session.scalars(select(Product.name))) == {"Anchor", "Repair", "Rope"}


@pytest.mark.parametrize("who", ["staff", "assigned", "sales"])
def test_only_who_looks_after_integrations_may_connect_them(client_of, cast, who):
    page = see(client_of(getattr(cast, who)), CONNECT, 403)
    assert page.words("//h1") == "This is not for you."


def test_from_the_settings_it_is_two_clicks_to_the_address_and_what_is_shared_stands_there(client_of, cast):
    client = client_of(cast.admin)
    link = see(client, "/settings").one('//main//a[b[normalize-space()="Integrations"]]').get("href")
    card = '//section[.//h2[normalize-space()="Bigin"]]'
    connect = see(client, link).one(f'{card}//a[normalize-space()="Connect"]').get("href")
    page = see(client, connect)
    assert page.has('//input[@name="address"]') and "never leave your books" in page.words("//main")


# --- what is set up -------------------------------------------------------------------------------------------------


def test_a_module_is_configured_from_the_page_of_the_integration(admin):
    page = see(admin, OVERVIEW)
    links = [each.get("href") for each in page.all('//main//a[normalize-space()="Configure"]')]
    assert links == [f"{OVERVIEW}/customers/edit", f"{OVERVIEW}/products/edit"]
    form = see(admin, links[0])
    asked = {each.get("name") for each in form.all("//section//select | //section//input[@type='checkbox']")}
    assert {"covers", "with_loose", "records", "duplicates", "direction", "interval"} <= asked


def test_a_company_becomes_a_business_customer_and_its_contacts_the_persons_of_it(set_up, there):
    with there():
        company = factories.account(name="Minato Works")
        factories.contact(last_name="Sato", email="sato@minato.example", account_id=company.id)
    set_up()
    customer = customers()["Minato Works"]
    assert customer.customer_type == "business"
    [person] = db.session.scalars(select(ContactPerson).where(ContactPerson.party_id == customer.id))
    assert (person.last_name, person.is_primary) == ("Sato", True)
    person.phone = "080-1"
    with there():
        db.session.scalar(select(Contact)).mobile = "090-2"
    set_up()
    assert db.session.get(ContactPerson, person.id).mobile == "090-2"
    with there():
        assert db.session.scalar(select(Contact)).phone == "080-1"


def test_contacts_without_a_company_stay_out_unless_they_are_included_and_are_individuals_then(set_up, there):
    with there():
        factories.contact(last_name="Tanaka", first_name="Hana")
    set_up()
    assert not customers()
    set_up(with_loose="1")
    assert [each.customer_type for each in customers().values()] == ["individual"]


@pytest.mark.parametrize(
    ("covers", "kinds", "people"),
    [("both", ["business"], 1), ("companies", ["business"], 0), ("contacts", ["individual"], 0)],
)
def test_companies_contacts_or_both_become_customers(set_up, there, covers, kinds, people):
    with there():
        company = factories.account(name="Minato Works")
        factories.contact(last_name="Sato", email="sato@minato.example", account_id=company.id)
        if covers == "contacts":
            factories.contact(last_name="Tanaka")
    set_up(covers=covers)
    assert [each.customer_type for each in customers().values()] == kinds
    named = [each for each in db.session.scalars(select(ContactPerson)) if each.last_name == "Sato"]
    assert len(named) == people


def test_save_keeps_the_settings_and_save_and_sync_begins_at_once(set_up, admin, there):
    with there():
        factories.account(name="Minato Works")
    set_up(then="")
    assert not customers() and not db.session.scalars(select(SyncRun)).all()
    assert "Not yet" in see(admin, OVERVIEW).words("//main")
    set_up()
    assert set(customers()) == {"Minato Works"}


# --- fields ---------------------------------------------------------------------------------------------------------


def test_usual_fields_are_paired_and_one_of_ones_own_is_offered_as_soon_as_the_books_have_it(
    set_up, admin, cast, there
):
    with there():
        factories.account(
            name="Minato Works", phone="03-1", website="https://minato.example", industry="Ships"
        )
    where = f"{OVERVIEW}/customers/edit"
    offered = '//select[@name="companies-0-books"]/option'
    before = {each.get("value") for each in see(admin, where).all(offered)}
    field = make_field("books.customers", {"label": "Line of business", "kind": "text"}, cast.admin, "key")
    db.session.commit()
    page = see(admin, where)
    assert {each.get("value") for each in page.all(offered)} - before == {field.name}
    spare = max(
        int(each.get("name").split("-")[1]) for each in page.all('//select[starts-with(@name,"companies-")]')
    )
    set_up(**{f"companies-{spare}-crm": "Industry", f"companies-{spare}-books": field.name})
    customer = customers()["Minato Works"]
    assert (customer.phone, customer.website) == ("03-1", "https://minato.example")
    assert customer.custom[field.key] == "Ships"


# --- which records --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("records", "expected"), [("all", {"Old", "New"}), ("created", {"New"}), ("modified", {"New"})]
)
def test_all_records_or_those_made_or_changed_of_late(set_up, there, records, expected):
    long_ago = now() - timedelta(days=60)
    with there():
        old = factories.account(name="Old")
        factories.account(name="New")
        thing = factories.product(name="Old", code="1")
        factories.product(name="New", code="2")
        for model, each in ((Account, old), (Product, thing)):
            times = {"created_at": long_ago, "updated_at": long_ago}
            db.session.execute(update(model).where(model.id == each.id).values(**times))
    set_up("customers", records=records)
    set_up("products", records=records)
    assert set(customers()) == set(items()) == expected


def test_a_view_of_the_books_says_which_customers_go_over(set_up, there, cast):
    mine = SavedView(module="books.customers", member_id=cast.admin.id)
    view = save_view(mine, "Big", False, {"q": "Big"})
    for name in ("Big one", "Small one"):
        factories.customer(display_name=name, company_name=name)
    set_up(records=f"view-{view.id}")
    with there():
        assert list(db.session.scalars(select(Account.name))) == ["Big one"]


@pytest.mark.parametrize(
    ("way", "phones", "rates"),
    [
        ("clone", ["books", "crm"], [1, 2]),
        ("overwrite", ["crm"], [2]),
        ("skip", ["books"], [1]),
    ],
)
def test_a_duplicate_is_cloned_overwrites_or_is_skipped(set_up, there, way, phones, rates):
    with there():
        factories.account(name="Minato Works", phone="crm")
        factories.product(name="Anchor", code="A", unit_price=2)
    factories.customer(display_name="Minato Works", company_name="Minato Works", phone="books")
    factories.item(name="Anchor", sku="A", rate=1)
    set_up("customers", duplicates=way)
    set_up("products", duplicates=way)
    assert sorted(each.phone for each in db.session.scalars(select(Customer))) == phones
    assert sorted(int(each.rate) for each in db.session.scalars(select(Item))) == rates


# --- looking after it -----------------------------------------------------------------------------------------------


def test_the_page_on_the_other_side_says_who_comes_and_how_often(set_up, client_of, cast):
    set_up()
    page = see(client_of(cast.stranger), "/settings/api-access")
    row = page.words('//section[.//*[@id="h_tokens"]]//tbody/tr')
    assert "Books" in row and "127.0.0.1" in row


def test_settings_are_edited_and_a_module_is_synced_when_one_says_so(set_up, admin, there):
    set_up(interval="15m")
    page = see(admin, f"{OVERVIEW}/customers/edit")
    assert page.one('//select[@name="interval"]/option[@selected]').get("value") == "15m"
    with there():
        factories.account(name="Minato Works")
    button = see(admin, OVERVIEW).one(
        '//*[@id="h_customers"]/..//form[.//button[normalize-space()="Sync now"]]'
    )
    send(admin, button.get("action"), {})
    settled()
    assert set(customers()) == {"Minato Works"}


def test_a_run_is_paused_in_the_middle_and_taken_up_again(set_up, admin, there):
    set_up()
    with there():
        factories.account(name="Minato Works")
    send(admin, f"{OVERVIEW}/customers/runs", {})
    send(admin, f"{OVERVIEW}/customers/pause", {"pause": "1"})
    settled()
    assert not customers() and "Paused" in see(admin, OVERVIEW).words("//main")
    send(admin, f"{OVERVIEW}/customers/pause", {"pause": ""})
    settled()
    assert set(customers()) == {"Minato Works"}


# --- the end --------------------------------------------------------------------------------------------------------


def test_deleting_asks_once_more_and_what_was_synced_stays_and_can_be_edited(set_up, admin, there):
    with there():
        factories.account(name="Minato Works")
        factories.product(name="Anchor", code="A")
    set_up("customers")
    set_up("products")
    link = see(admin, OVERVIEW).one('//main//a[normalize-space()="Delete integration"]').get("href")
    asked = see(admin, link)
    assert connection_in_force() is not None
    where = asked.one('//main//form[.//button[normalize-space()="Delete integration"]]').get("action")
    send(admin, where, {})
    work()
    assert connection_in_force() is None
    page = see(admin, OVERVIEW)
    assert "Switched off" in page.words("//main//section") and page.has(f'//main//a[@href="{CONNECT}"]')
    customer = customers()["Minato Works"]
    assert set(items()) == {"Anchor"}
    page = f"/books/customers/{customer.id}"
    send(admin, f"{page}/edit", see(admin, f"{page}/edit").form(phone="03-9"))
    db.session.expire_all()
    assert customers()["Minato Works"].phone == "03-9"
