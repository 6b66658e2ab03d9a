"""The apps of an organization: what is switched off does not exist, and is there again afterwards."""

import pytest

from domain.access import can
from domain.db import db
from domain.organizations.apps import APPS
from domain.organizations.organizations import current_organization
from tests.pages import see, send

PAGE = "/settings/apps"


@pytest.fixture
def admin(client_of, cast):
    return client_of(cast.admin)


def switch(admin, **boxes):
    """Tick and untick boxes of the settings page."""
    send(admin, PAGE, see(admin, PAGE).form(**boxes))
    db.session.expire_all()


def test_a_new_organization_uses_all_of_the_books(admin):
    assert see(admin, PAGE).by_id("books").get("checked") is not None
    assert see(admin, "/").has('//nav//a[@href="/books/vendors"]')


def test_with_invoice_only_there_are_customers_and_invoices_but_no_vendors(admin, cast):
    switch(admin, books=None, invoice="1")
    page = see(admin, "/")
    assert page.has('//nav//a[@href="/books/invoices"]')
    assert page.has('//nav//a[@href="/books/customers"]')
    assert not page.has('//a[starts-with(@href, "/books/vendors")]')
    see(admin, "/books/invoices")
    see(admin, "/books/vendors", 403)
    assert not can(cast.staff, "books.purchase-orders.view")


def test_without_any_app_the_accounts_page_says_nothing_of_the_books(admin, factories):
    account = factories.account()
    switch(admin, books=None)
    page = see(admin, f"/crm/accounts/{account.id}")
    assert not page.has('//*[@data-panel="invoices"]')
    assert not page.has('//dl[@class="band"]')
    assert not page.has('//*[@id="area_books"]')
    assert "Add to books" not in page.words("//main")
    see(admin, "/")


def test_what_was_there_is_there_again(admin, factories):
    vendor = factories.vendor()
    switch(admin, books=None)
    see(admin, f"/books/vendors/{vendor.id}", 403)
    switch(admin, books="1")
    see(admin, f"/books/vendors/{vendor.id}")


def test_an_app_without_modules_is_kept_as_it_is(admin):
    switch(admin, books=None, invoice="1")
    assert current_organization().apps == "invoice,expense,subscriptions,inventory"
    assert not see(admin, PAGE).has('//input[@name="subscriptions"]')


def test_whoever_saw_an_older_page_switches_nothing(admin):
    form = see(admin, PAGE).form(books=None)
    switch(admin, invoice="1")
    send(admin, PAGE, form, 409)


def test_only_who_may_change_the_settings_may_switch(client_of, cast):
    staff = client_of(cast.staff)
    see(staff, PAGE, 403)
    send(staff, PAGE, {"version": "1"}, 403)


def test_every_app_opens_something():
    assert all(app.permissions for app in APPS.values())
