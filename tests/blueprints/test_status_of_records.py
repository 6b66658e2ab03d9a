"""What the menu of a record's page does to it: no more offered, offered again, given to somebody."""

from domain.books.customers import Customer
from domain.db import db
from tests.pages import Page, see, send

OWNER = "/books/customers/bulk/owner"


def test_a_record_is_marked_as_inactive_and_as_active_from_its_page(factories, client_of, cast) -> None:
    customer = factories.customer(cast.admin)
    db.session.commit()
    address, client = f"/books/customers/{customer.id}", client_of(cast.admin)
    for to, label in (("inactive", "Mark as Inactive"), ("active", "Mark as Active")):
        page = see(client, address)
        switch = page.one(f'//form[@action="{address}/active"]//button')
        assert (switch.get("value"), switch.text_content().strip()) == (to, label)
        assert send(client, f"{address}/active", {"to": to}).location == address
        db.session.expire_all()
        assert db.session.get_one(Customer, customer.id).is_active == (to == "active")


def test_an_owner_is_assigned_from_its_page_and_the_way_leads_back_there(factories, client_of, cast) -> None:
    customer = factories.customer(cast.admin)
    db.session.commit()
    client = client_of(cast.admin)
    see(client, f"/books/customers/{customer.id}").one('//form[contains(@action, "/bulk/owner")]')
    preview = Page(send(client, OWNER, {"ids": str(customer.id)}, 200))
    done = send(client, OWNER, preview.form(owner_id=str(cast.staff.id)))
    page = see(client, done.location)
    assert page.has(f'//a[@href="/books/customers/{customer.id}" and normalize-space()="Back to the record"]')
    db.session.expire_all()
    assert db.session.get_one(Customer, customer.id).owner_id == cast.staff.id
