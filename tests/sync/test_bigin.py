"""Bigin and the books: connected, brought into step over the wire, and parted."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from domain import records
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.crm.accounts import Account
from domain.crm.products import Product
from domain.db import db, everywhere, now, scoped_to
from domain.organizations.programs import register
from domain.outbox import Failure, OutboxRow
from domain.sync.connections import SyncConnection
from domain.sync.credentials import SyncCredentials
from sync import run as runs
from sync.calling import Said
from sync.connectors.bigin_joining import connection_in_force
from tests import factories
from tests.pages import Page, compiled_once, see, send
from tests.sync.bigin import CONNECT, connection, remote, sync, there, work
from tests.sync.conftest import rows_of, work_off
from tests.sync.remote import ADDRESS

__all__ = ["compiled_once", "connection", "remote", "sync", "there"]

# --- connecting and leaving -----------------------------------------------------------------------------------------


def test_a_token_connects_with_whoever_is_behind_it(connection, cast):
    assert (connection.title, connection.is_on, connection.actor_id) == ("Elsewhere Ltd", True, cast.admin.id)
    assert [each.key for each in connection.modules] == ["customers", "products"]
    assert "Account_Name" in {each["api_name"] for each in connection.settings["fields"]["Accounts"]}


def test_by_consent_a_person_goes_there_and_comes_back_with_a_code(remote, client_of, cast):
    admin, back = client_of(cast.admin), "http://127.0.0.1:8000/integrations/bigin/callback"
    with everywhere(), scoped_to(cast.stranger.organization_id):
        made = register(cast.stranger, "Books", back)
        form = {"way": "consent", "address": ADDRESS, "client_id": made.program.client_id}
        form |= {"client_secret": made.secret}
        db.session.commit()
    page = Page(send(admin, CONNECT, form, 200))
    target = page.one('//*[@id="go"]//a[contains(@href, "/oauth/v2/auth")]').get("href")
    stranger = client_of(cast.stranger)
    consent = see(stranger, target.removeprefix(ADDRESS)).form(do="allow")
    returned = send(stranger, "/oauth/v2/auth", consent).location
    send_back = admin.get(returned.removeprefix("http://127.0.0.1:8000"))
    assert send_back.location == "/integrations/bigin/connecting"
    work()
    assert connection_in_force().title == "Elsewhere Ltd"
    kept = db.session.scalar(select(SyncCredentials))
    assert kept.refresh_token and kept.access_token and not kept.code
    code = parse_qs(urlsplit(returned).query)["state"][0]
    assert admin.get(f"/integrations/bigin/callback?state={code}&code=x").status_code == 422, "it comes once"


def test_an_answer_that_nobody_waits_for_is_refused(remote, client_of, cast):
    admin = client_of(cast.admin)
    for query in ("", "?state=nonsense&code=x", "?code=x", "?state=%00"):
        assert admin.get(f"/integrations/bigin/callback{query}").status_code == 422
    assert not db.session.scalars(select(SyncCredentials)).all()


@pytest.mark.parametrize("who", ["staff", "assigned", "sales"])
def test_only_who_may_change_integrations_connects(remote, client_of, cast, who):
    client = client_of(getattr(cast, who))
    for path in ("connect", "callback", "connecting", "delete"):
        see(client, f"/integrations/bigin/{path}", 403)
    send(client, CONNECT, {"way": "token", "address": ADDRESS, "token": "x"}, 403)
    send(client, "/integrations/bigin/delete", {}, 403)


def test_what_goes_wrong_is_said_on_the_page_that_waits(remote, client_of, cast, subtests):
    admin = client_of(cast.admin)
    wrong = [
        (Said(401, {}, {"code": "INVALID_TOKEN"}), "does not know us"),
        (Said(404, {}, None), "no Bigin"),
        (Said(200, {}, {"org": [{"id": "1", "company_name": "X", "iso_code": "USD"}]}), "USD"),
        (Failure("configuration", "This address may not be reached from here."), "may not be reached"),
    ]
    for mood, sentence in wrong:
        with subtests.test(sentence=sentence):
            send(admin, CONNECT, {"way": "token", "address": ADDRESS, "token": remote.token()})
            remote.moods = [mood]
            work()
            assert sentence in see(admin, "/integrations/bigin/connecting").words('//*[@role="alert"]')
            assert connection_in_force() is None


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"way": "token", "address": "", "token": "x"}, "address"),
        ({"way": "token", "address": "file:///etc/passwd", "token": "x"}, "address"),
        ({"way": "token", "address": ADDRESS, "token": "é"}, "token"),
        ({"way": "consent", "address": ADDRESS, "client_id": "", "client_secret": "x"}, "client_id"),
    ],
)
def test_what_can_not_be_an_address_or_a_token_is_refused_at_its_field(client_of, cast, form, field):
    assert Page(send(client_of(cast.admin), CONNECT, form, 422)).error(field)


def test_who_deletes_the_integration_keeps_everything_and_may_connect_again(
    sync, connection, remote, client_of, cast, there
):
    with there():
        factories.account(name="Minato")
        db.session.commit()
    sync()
    admin = client_of(cast.admin)
    send(admin, "/integrations/bigin/delete", see(admin, "/integrations/bigin/delete").form())
    work()
    assert connection_in_force() is None and not db.session.scalars(select(SyncCredentials)).all()
    assert db.session.scalar(select(Customer)).display_name == "Minato"
    send(admin, CONNECT, {"way": "token", "address": ADDRESS, "token": remote.token()})
    work()
    again = connection_in_force()
    assert again.id == connection.id
    sync()
    assert len(db.session.scalars(select(Customer)).all()) == 1
    assert len(db.session.scalars(select(SyncConnection)).all()) == 2


# --- in step --------------------------------------------------------------------------------------------------------


def test_companies_with_their_contacts_and_loose_contacts_become_customers(sync, there):
    with there():
        account = factories.account(name="みなと製作所", phone="03-1111", billing_city="東京")
        factories.contact(last_name="佐藤", first_name="健", account_id=account.id, email="sato@example.com")
        factories.contact(last_name="田中", first_name="花")
        db.session.commit()
    sync()
    customers = {each.display_name: each for each in db.session.scalars(select(Customer))}
    company = customers["みなと製作所"]
    assert (company.customer_type, company.phone, company.billing_city) == ("business", "03-1111", "東京")
    people = db.session.scalars(select(ContactPerson).where(ContactPerson.party_id == company.id)).all()
    assert [each.email for each in people if each.last_name == "佐藤"] == ["sato@example.com"]
    assert any(each.customer_type == "individual" for each in customers.values())
    again = sync()
    assert not rows_of(again), "a run right after a run changes nothing"


def test_edits_go_both_ways_and_nothing_echoes(sync, there):
    with there():
        account_id = factories.account(name="Minato", phone="1").id
        db.session.commit()
    sync()
    customer = db.session.scalar(select(Customer))
    customer.website = "https://minato.example"
    db.session.commit()
    with there():
        db.session.get(Account, account_id).phone = "2"
        db.session.commit()
    sync()
    assert db.session.scalar(select(Customer)).phone == "2"
    with there():
        assert db.session.get(Account, account_id).website == "https://minato.example"
    assert not rows_of(sync())


def test_customers_of_the_books_are_made_there_once(sync, there):
    factories.customer(display_name="Ours only", company_name="Ours only")
    db.session.commit()
    sync()
    with there():
        assert [each.name for each in db.session.scalars(select(Account))] == ["Ours only"]
    assert not rows_of(sync())


def test_what_was_made_there_is_not_made_again_when_the_answer_was_lost(sync, remote, there):
    factories.customer(display_name="Ours only", company_name="Ours only")
    db.session.commit()
    remote.loses = "POST"
    run = sync()
    assert not remote.loses
    db.session.execute(update(OutboxRow).where(OutboxRow.done_at.is_(None)).values(not_before=now()))
    db.session.commit()
    work_off()
    db.session.expire_all()
    assert db.session.get(runs.SyncRun, run.id).state == "done"
    assert rows_of(sync()) == [("created", "crm", "Ours only")], "the next run hears what became of it"
    with there():
        assert [each.name for each in db.session.scalars(select(Account))] == ["Ours only"]
    assert [each.display_name for each in db.session.scalars(select(Customer))] == ["Ours only"]
    assert not rows_of(sync())


def test_products_become_items_with_type_and_price(sync, there):
    with there():
        factories.product(name="Work", code="W1", product_type="service", unit_price=1200)
        db.session.commit()
    sync("products")
    item = db.session.scalar(select(Item))
    assert (item.name, item.sku, item.item_type, item.rate) == ("Work", "W1", "service", 1200)
    assert not rows_of(sync("products"))


# --- from a document and from a customer ----------------------------------------------------------------------------


def test_one_customer_is_brought_up_to_date_and_nobody_else(sync, client_of, cast, there):
    with there():
        one, other = factories.account(name="One"), factories.account(name="Other")
        db.session.commit()
        ids = [one.id, other.id]
    sync()
    with there():
        for each in ids:
            db.session.get(Account, each).phone = "9"
        db.session.commit()
    customers = {each.display_name: each for each in db.session.scalars(select(Customer))}
    admin, customer_id = client_of(cast.admin), customers["One"].id
    assert see(admin, f"/books/customers/{customer_id}").has(
        '//button[normalize-space()="Resync from Bigin"]'
    )
    send(admin, f"/books/customers/{customer_id}/bigin", {})
    work_off()
    db.session.expire_all()
    phones = {each.display_name: each.phone for each in db.session.scalars(select(Customer))}
    assert phones == {"One": "9", "Other": ""}
    send(client_of(cast.assigned), f"/books/customers/{customer_id}/bigin", {}, 404)


def test_the_view_of_bigin_customers_shows_them_alone(sync, client_of, cast, there):
    with there():
        factories.account(name="From Bigin")
        db.session.commit()
    sync()
    next(each for each in connection_in_force().modules if each.key == "customers").is_paused = True
    factories.customer(display_name="Ours only")
    db.session.commit()
    admin = client_of(cast.admin)
    tab = see(admin, "/books/customers").one('//nav[@class="tabs"]//a[normalize-space()="Bigin customers"]')
    assert see(admin, tab.get("href")).words("//tbody//th") == "From Bigin"


def test_deals_are_read_when_they_are_asked_for_and_never_copied(sync, client_of, cast, there):
    with there():
        account_id = factories.account(name="Minato").id
        factories.deal(name="Big one", account_id=account_id, amount_minor=5000)
        db.session.commit()
    sync()
    customer = db.session.scalar(select(Customer))
    staff = client_of(cast.staff)
    page = send(staff, f"/books/customers/{customer.id}/bigin/deals", {}).location
    work()
    row = see(staff, page).words('//*[@id="deals"]//tbody')
    assert "Big one" in row and "¥5,000" in row
    assert "Big one" not in see(client_of(cast.admin), page).text
    see(client_of(cast.assigned), page, 404)


def test_the_stock_of_the_books_goes_there_and_never_comes_back(sync, there):
    item = factories.item(name="Teapot", stock_on_hand=Decimal(12))
    db.session.commit()
    sync("products")
    with there():
        product = db.session.scalars(select(Product)).one()
        assert product.in_stock == 12
        records.update(product, {"in_stock": Decimal(9)}, None)
        db.session.commit()
    assert [row[0] for row in rows_of(sync("products"))] == []
    assert item.stock_on_hand == 12
    records.update(item, {"stock_on_hand": Decimal(11)}, None)
    db.session.commit()
    sync("products")
    with there():
        assert db.session.scalars(select(Product.in_stock)).one() == 11
    assert rows_of(sync("products")) == []


def test_whom_a_record_of_the_other_side_may_be_is_shown_beside_what_it_said(sync, client_of, cast, there):
    with there():
        factories.account(name="Minato Inc.", phone="045-555-0100")
        db.session.commit()
    factories.customer(display_name="Minato Ltd", phone="045-555-0199")
    sync()
    page = see(client_of(cast.admin), "/integrations/bigin/review").words("//main")
    assert "045-555-0100" in page and "045-555-0199" in page
