"""Add to books: an account becomes a customer or is linked to one that is there. It asks and never guesses."""

import pytest
from sqlalchemy import select

from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.db import db
from domain.links import Link
from tests import factories
from tests.pages import HTMX, Page, led_to, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def url(account) -> str:
    return f"/crm/accounts/{account.id}/books"


def customers() -> list[Customer]:
    return list(db.session.scalars(select(Customer).order_by(Customer.id)))


def test_an_account_that_is_not_in_the_books_says_so_and_offers_it(admin):
    account = factories.account()
    page = see(admin, f"/crm/accounts/{account.id}")
    assert page.has(f'//a[@href="{url(account)}"]')
    assert "not in the books yet" in page.words('//*[@data-panel="invoices"]')
    assert not page.has('//*[@class="band"]')
    see(admin, f"/crm/accounts/{account.id}/related/invoices", headers=HTMX)


def test_without_a_look_alike_a_new_customer_is_made_with_the_people_that_have_an_address(admin):
    account = factories.account(name="Minato Works", phone="03-1", website="https://minato.example")
    factories.contact(account_id=account.id, last_name="Sato", email="sato@minato.example")
    factories.contact(account_id=account.id, last_name="Silent")
    page = see(admin, url(account))
    assert customers() == [], "asking makes nothing"
    send(admin, url(account), page.form())
    [customer] = customers()
    assert (customer.display_name, customer.phone) == ("Minato Works", "03-1")
    assert [person.last_name for person in customer.contact_persons] == ["Sato"]
    shown = see(admin, f"/crm/accounts/{account.id}")
    assert shown.has('//*[@class="band"]')
    assert "Linked to books" in shown.words("//h1/..")
    assert "in the books now" in shown.toast()


def test_whoever_looks_alike_is_offered_and_nobody_is_chosen_for_you(admin):
    account = factories.account(name="ﾐﾅﾄ製作所")
    factories.contact(account_id=account.id, email="sato@minato.example")
    same_name = factories.customer(display_name="ミナト製作所")
    same_mail = factories.customer(display_name="Other", email="SATO@minato.example")
    factories.customer(display_name="Nobody like that")
    page = see(admin, url(account))
    offered = page.all('//input[@type="radio"]')
    assert {each.get("value") for each in offered} == {str(same_name.id), str(same_mail.id), "new"}
    assert not [each for each in offered if each.get("checked") is not None]
    refused = Page(send(admin, url(account), page.form(), 422))
    assert refused.has('//*[@role="alert"]')
    assert account.customer_id is None


def test_the_one_that_is_chosen_is_linked(admin):
    account = factories.account(name="Minato")
    customer = factories.customer(display_name="minato")
    send(admin, url(account), {"counterpart": str(customer.id)})
    assert account.customer_id == customer.id
    assert len(customers()) == 1


def test_none_of_these_makes_another_customer_under_a_name_of_its_own(admin):
    account = factories.account(name="Minato")
    factories.customer(display_name="Minato")
    send(admin, url(account), {"counterpart": "new"})
    assert [each.display_name for each in customers()] == ["Minato", "Minato (2)"]


def test_adding_twice_makes_one_customer(admin):
    account = factories.account()
    for _ in range(2):
        send(admin, url(account), {"counterpart": "new"})
    assert len(customers()) == 1
    answer = admin.get(url(account))
    assert answer.location == f"/books/customers/{account.customer_id}"


def test_a_customer_of_another_account_can_not_be_taken(admin):
    first, second = factories.account(name="Minato"), factories.account(name="minato")
    send(admin, url(first), {"counterpart": "new"})
    assert not see(admin, url(second)).has('//input[@type="radio"]'), "nor is it offered"
    page = Page(send(admin, url(second), {"counterpart": str(first.customer_id)}, 422))
    assert "belongs to another account" in page.words('//*[@role="alert"]')


@pytest.mark.parametrize("chosen", ["x", "0", "999999", "9" * 30, "²", "-1"])
def test_a_choice_that_is_none_is_refused(admin, chosen):
    account = factories.account()
    answer = admin.post(url(account), data={"counterpart": chosen})
    assert answer.status_code in (404, 422)
    assert account.customer_id is None


def test_a_vendor_can_not_be_chosen(admin):
    account, vendor = factories.account(), factories.vendor()
    send(admin, url(account), {"counterpart": str(vendor.id)}, 404)


def test_a_customer_whom_one_does_not_see_is_neither_offered_nor_linked(client_of, cast):
    account = factories.account(name="Minato", owner_id=cast.assigned.id)
    customer = factories.customer(display_name="Minato", owner_id=cast.admin.id)
    assigned = client_of(cast.assigned)
    assert not see(assigned, url(account)).has('//input[@type="radio"]')
    send(assigned, url(account), {"counterpart": str(customer.id)}, 404)
    assert not db.session.scalars(select(Link)).all()


def test_whoever_has_nothing_to_do_with_the_books_is_refused(client_of, cast):
    account = factories.account()
    sales = client_of(cast.sales)
    assert "Add to books" not in see(sales, f"/crm/accounts/{account.id}").words()
    see(sales, url(account), 403)
    send(sales, url(account), {"counterpart": "new"}, 403)
    assert customers() == []


def test_a_contact_of_the_account_shows_the_same_figures(admin):
    account = factories.account()
    contact = factories.contact(account_id=account.id, email="sato@minato.example")
    send(admin, url(account), {"counterpart": "new"})
    factories.invoice(customers()[0], issued=True)
    for address in (f"/crm/accounts/{account.id}", f"/crm/contacts/{contact.id}"):
        assert "¥1,000" in see(admin, address).words('//*[@class="band"]')
    [person] = db.session.scalars(select(ContactPerson))
    assert person.email == contact.email


def test_under_htmx_it_leads_back_to_the_account(admin):
    account = factories.account()
    answer = send(admin, url(account), {"counterpart": "new"}, 204, headers=HTMX)
    assert led_to(answer) == f"/crm/accounts/{account.id}"
