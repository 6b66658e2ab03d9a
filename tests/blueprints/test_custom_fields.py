"""Settings ▸ Custom fields, and what a field does once it is there."""

import pytest
from sqlalchemy import select

from domain.custom_fields import CustomField
from domain.db import db
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.making_fields import make_field
from tests import factories
from tests.modules import samples
from tests.pages import Page, see, send

FIELDS = "/settings/fields"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def make(cast, label, kind="text", module="crm.accounts", **values):
    made = make_field(module, {"label": label, "kind": kind} | values, cast.admin, samples.key())
    db.session.commit()
    return made


def typed(page, **values):
    return page.form(**{"module": "crm.accounts", "kind": "text"} | values)


def test_a_field_is_made_once_however_often_the_form_is_sent(admin):
    form = typed(see(admin, f"{FIELDS}/new"), label="Loyalty card")
    for _ in range(2):
        send(admin, f"{FIELDS}/new", form)
    [field] = db.session.scalars(select(CustomField))
    assert (field.name, field.position) == ("cf_loyalty_card", 1)
    assert "Loyalty card" in see(admin, FIELDS).words("//tbody")
    assert see(admin, "/crm/accounts/new").by_id("cf_loyalty_card").get("name") == "cf_loyalty_card"


def test_a_name_in_any_script_makes_a_field(admin, cast):
    assert [make(cast, "色").name, make(cast, "型").name, make(cast, "色 色").name] == [
        "cf_field",
        "cf_field_2",
        "cf_field_3",
    ]


def test_what_is_wrong_is_said_at_its_field(admin, cast):
    make(cast, "Colour")
    address = f"{FIELDS}/new"
    page = Page(send(admin, address, typed(see(admin, address), label="colour"), 422))
    assert page.error("label") == "There is a field of this name already."
    page = Page(send(admin, address, typed(see(admin, address), label=" "), 422))
    assert page.error("label")
    page = Page(send(admin, address, typed(see(admin, address), label="C", kind="choice"), 422))
    assert page.error("choices")
    page = Page(
        send(admin, address, typed(see(admin, address), label="C", kind="choice", choices="a|b"), 422)
    )
    assert page.error("choices")
    send(admin, address, typed(see(admin, address), label="C", kind="nonsense"), 422)
    send(admin, address, typed(see(admin, address), label="C", module="settings.users"), 422)


def test_values_go_through_form_page_list_and_filter(admin, cast):
    make(cast, "Colour", "choice", choices=["Blue", "Red"], is_listed=True)
    make(cast, "Since", "date")
    make(cast, "Share", "number")
    make(cast, "VIP", "checkbox")
    make(cast, "Shop", "link")
    values = {
        "name": "A",
        "cf_colour": "Red",
        "cf_since": "2026-03-31",
        "cf_share": "12.5",
        "cf_vip": "1",
        "cf_shop": "example.com/a",
    }
    made = send(admin, "/crm/accounts/new", see(admin, "/crm/accounts/new").form(**values)).location
    words = see(admin, made).words('//*[@class="facts"]')
    for word in ("ColourRed", "Share12.5", "Shopexample.com/a", "VIPYes", "Since2026-03-31"):
        assert word in words
    assert see(admin, "/crm/accounts").words("//thead").endswith("Colour")
    assert "Red" in see(admin, "/crm/accounts?cf_colour=Red").words("//tbody")
    assert not see(admin, "/crm/accounts?cf_colour=Blue").has("//tbody")
    edited = see(admin, f"{made}/edit").form(cf_share="x")
    assert Page(send(admin, f"{made}/edit", edited, 422)).error("cf_share")


def test_a_choice_that_was_taken_away_stays_where_it_was_chosen(admin, cast):
    field = make(cast, "Colour", "choice", choices=["Blue", "Red"])
    account = factories.account(cf_colour="Blue")
    address = f"{FIELDS}/{field.id}/edit"
    send(admin, address, see(admin, address).form(choices="Red\nGreen"))
    page = see(admin, f"/crm/accounts/{account.id}/edit")
    assert page.form()["cf_colour"] == "Blue"
    send(admin, f"/crm/accounts/{account.id}/edit", page.form(name="Other"))
    assert account.cf_colour == "Blue"
    options = see(admin, "/crm/accounts/new").words('//select[@name="cf_colour"]')
    assert options == "Not saidRedGreen"


def test_a_retired_field_is_out_of_forms_but_keeps_its_values(admin, cast):
    field = make(cast, "Colour")
    account = factories.account(cf_colour="Blue")
    send(admin, f"{FIELDS}/{field.id}/retire", {})
    assert not see(admin, f"/crm/accounts/{account.id}/edit").has('//*[@name="cf_colour"]')
    see(admin, "/crm/accounts?cf_colour=Blue", 422)
    send(admin, f"{FIELDS}/{field.id}/retire", {"back": "1"})
    assert see(admin, f"/crm/accounts/{account.id}/edit").form()["cf_colour"] == "Blue"


def test_a_field_with_values_is_only_deleted_by_who_says_so(admin, cast):
    field, other = make(cast, "Colour"), make(cast, "Size")
    account = factories.account(cf_colour="Blue", cf_size="L")
    address = f"{FIELDS}/{field.id}/delete"
    assert "1 record has a value there" in see(admin, address).words("//main")
    send(admin, address, {}, 422)
    send(admin, address, {"values": "1"})
    db.session.expire_all()
    assert account.custom == {"size": "L"}
    assert [each.name for each in db.session.scalars(select(CustomField))] == [other.name]
    assert not see(admin, f"/crm/accounts/{account.id}").has('//dt[text()="Colour"]')


def test_fields_stand_in_the_order_they_are_given(admin, cast):
    fields = [make(cast, label) for label in "ABC"]
    send(admin, f"{FIELDS}/{fields[2].id}/move", {"to": "up"})
    send(admin, f"{FIELDS}/{fields[0].id}/move", {"to": "up"})
    db.session.expire_all()
    assert [each.label for each in customized(ALL["crm.accounts"]).custom_fields] == ["A", "C", "B"]


def test_a_document_has_them_in_its_form_and_after_issuing_those_that_do_not_print(admin, cast):
    make(cast, "Site", module="books.invoices", prints=True)
    make(cast, "Inside", module="books.invoices")
    invoice = factories.invoice(cf_site="Yokohama")
    address = f"/books/invoices/{invoice.id}/edit"
    page = see(admin, address)
    assert page.form()["cf_site"] == "Yokohama"
    send(admin, address, page.form(cf_site="Kobe", cf_inside="x"))
    assert (invoice.cf_site, invoice.cf_inside) == ("Kobe", "x")
    invoice.issue(cast.admin)
    page = see(admin, address)
    assert not page.has('//*[@name="cf_site"]')
    send(admin, address, page.form(cf_inside="y"))
    assert (invoice.cf_site, invoice.cf_inside) == ("Kobe", "y")


def test_two_people_at_one_field_are_told(admin, cast):
    field = make(cast, "Colour")
    address = f"{FIELDS}/{field.id}/edit"
    form = see(admin, address).form(label="Mine")
    send(admin, address, see(admin, address).form(label="Theirs"))
    send(admin, address, form, 409)


def test_fields_of_another_organization_are_not_there(client_of, cast):
    field = make(cast, "Colour")
    stranger = client_of(cast.stranger)
    assert "Colour" not in see(stranger, FIELDS).text
    see(stranger, f"{FIELDS}/{field.id}/edit", 404)
    assert not see(stranger, "/crm/accounts/new").has('//*[@name="cf_colour"]')
