"""The forms of plain records: what they keep, what they refuse, where they lead."""

import pytest
from sqlalchemy import select

from domain.books.contact_persons import ContactPerson
from domain.crm.accounts import Account
from domain.db import db
from tests import factories
from tests.pages import HTMX, Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


# --- what is not active any more stays where it is --------------------------------------------------------------


def test_a_currency_that_was_retired_stays_with_the_customer_that_has_it(admin):
    euro = factories.currency("EUR")
    customer = factories.customer(currency="EUR")
    euro.is_active = False
    address = f"/books/customers/{customer.id}/edit"
    send(admin, address, see(admin, address).form(phone="03-1234"))
    assert (customer.currency, customer.phone) == ("EUR", "03-1234")
    new = see(admin, "/books/customers/new").form(display_name="x", currency="EUR")
    assert Page(send(admin, "/books/customers/new", new, 422)).error("currency")


def test_an_owner_who_left_stays_the_owner_until_somebody_else_is_chosen(admin, cast):
    account = factories.account(owner_id=cast.staff.id)
    cast.staff.is_active = False
    address = f"/crm/accounts/{account.id}/edit"
    send(admin, address, see(admin, address).form(phone="03-1234"))
    assert (account.owner_id, account.phone) == (cast.staff.id, "03-1234")
    assert "Sora Staff" not in see(admin, "/crm/accounts/new").words("//select")


def test_a_salesperson_who_left_stays_on_the_invoice(admin, cast):
    invoice = factories.invoice(salesperson_id=cast.staff.id)
    cast.staff.is_active = False
    address = f"/books/invoices/{invoice.id}/edit"
    send(admin, address, see(admin, address).form(reference="R"))
    assert invoice.salesperson_id == cast.staff.id


def test_payment_terms_that_were_retired_stay_with_their_customer(admin):
    terms = factories.payment_terms()
    customer = factories.customer(payment_terms_id=terms.id)
    terms.is_active = False
    address = f"/books/customers/{customer.id}/edit"
    send(admin, address, see(admin, address).form(phone="03-1234"))
    assert customer.payment_terms_id == terms.id


# --- what belongs to another record -----------------------------------------------------------------------------


def test_a_contact_person_is_made_from_the_page_of_its_customer_and_leads_back_there(admin):
    customer = factories.customer()
    page = see(admin, f"/books/customers/{customer.id}/related/contact-persons")
    new = page.one('//a[starts-with(@href, "/books/contact-persons/new")]').get("href")
    form = see(admin, new).form(last_name="Sato", email="sato@example.com")
    answer = send(admin, "/books/contact-persons/new", form)
    assert answer.location == f"/books/customers/{customer.id}"
    [person] = db.session.scalars(select(ContactPerson))
    assert (person.party_id, person.is_primary) == (customer.id, True)


def test_a_contact_person_belongs_to_somebody(admin, subtests):
    for party in (None, "", "x", "999999"):
        with subtests.test(party=party):
            form = {"form_key": "k", "last_name": "Sato", "party": party or ""}
            page = Page(send(admin, "/books/contact-persons/new", form, 422))
            assert page.has('//*[@role="alert"]')
    assert not db.session.scalars(select(ContactPerson)).all()


def test_a_contact_person_can_not_be_moved_to_another_customer_by_a_forged_form(admin):
    person = factories.contact_person(factories.customer())
    other = factories.customer()
    before = person.party_id
    address = f"/books/contact-persons/{person.id}/edit"
    send(admin, address, see(admin, address).form(party=str(other.id), party_id=str(other.id), phone="1"))
    assert (person.party_id, person.phone) == (before, "1")


# --- what the business refuses ----------------------------------------------------------------------------------


def test_a_name_that_is_taken_is_refused_at_the_name_and_all_is_kept(admin):
    factories.customer(display_name="Minato Works")
    form = see(admin, "/books/customers/new").form(display_name="Minato Works", notes="kept")
    page = Page(send(admin, "/books/customers/new", form, 422))
    assert "already a customer" in page.error("display_name")
    assert page.form()["notes"] == "kept"


def test_a_refused_change_leaves_the_record_as_it_was(admin):
    factories.customer(display_name="Minato Works")
    customer = factories.customer(display_name="Other", notes="before")
    address = f"/books/customers/{customer.id}/edit"
    page = Page(send(admin, address, see(admin, address).form(display_name="Minato Works", notes="new"), 422))
    assert (customer.display_name, customer.notes, customer.version) == ("Other", "before", 1)
    assert (page.form()["display_name"], page.form()["notes"]) == ("Minato Works", "new")
    assert page.words("//h1") == "Edit Other", "the page speaks of what is saved"
    send(admin, address, page.form(display_name="Third"))
    assert (customer.display_name, customer.notes) == ("Third", "new")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_can_not_be_deleted_says_why_and_what_to_do_instead(admin, headers):
    customer = factories.invoice().party
    page = Page(send(admin, f"/books/customers/{customer.id}/delete", {}, 422, headers=headers))
    assert "inactive instead" in page.words('//*[@role="alert"]')
    assert not page.has('//form//button[contains(@class, "danger")]')
    see(admin, f"/books/customers/{customer.id}")


def test_a_deleted_account_leaves_its_contacts(admin):
    account = factories.account()
    contact = factories.contact(account_id=account.id)
    send(admin, f"/crm/accounts/{account.id}/delete", {})
    assert contact.account_id is None
    see(admin, f"/crm/contacts/{contact.id}")


# --- who made it ------------------------------------------------------------------------------------------------


def test_whoever_makes_an_account_owns_it(client_of, cast):
    sales = client_of(cast.sales)
    send(sales, "/crm/accounts/new", see(sales, "/crm/accounts/new").form(name="Mine"))
    [account] = db.session.scalars(select(Account))
    assert account.owner_id == cast.sales.id


def test_assigned_staff_can_see_the_customer_they_made(client_of, cast):
    assigned = client_of(cast.assigned)
    form = see(assigned, "/books/customers/new").form(display_name="Mine", owner_id=str(cast.admin.id))
    see(assigned, send(assigned, "/books/customers/new", form).location)


def test_assigned_staff_gives_no_customer_away(client_of, cast):
    assigned = client_of(cast.assigned)
    customer = factories.customer(owner_id=cast.assigned.id)
    address = f"/books/customers/{customer.id}/edit"
    form = see(assigned, address).form(owner_id=str(cast.admin.id), phone="1")
    assert "who sees all customers" in Page(send(assigned, address, form, 422)).error("owner_id")
    assert (customer.owner_id, customer.phone) == (cast.assigned.id, "")


def test_assigned_staff_who_gives_an_account_away_is_led_to_those_that_are_left(client_of, cast):
    assigned = client_of(cast.assigned)
    account = factories.account(owner_id=cast.assigned.id)
    address = f"/crm/accounts/{account.id}/edit"
    answer = send(assigned, address, see(assigned, address).form(owner_id=str(cast.admin.id)))
    assert answer.location == "/crm/accounts"
    assert account.owner_id == cast.admin.id


# --- pickers ----------------------------------------------------------------------------------------------------


def test_a_picker_offers_what_holds_the_text_in_any_width_and_case(admin):
    for name in ("ﾐﾅﾄ商事", "みなと製作所", "Minato Works"):
        factories.account(name=name)
    options = see(admin, "/crm/accounts/options?q=ミナト").all('//button[@role="option"]')
    assert {option.get("data-text") for option in options} == {"ﾐﾅﾄ商事", "みなと製作所"}
    assert see(admin, "/crm/accounts/options?q=MINATO").has('//button[@data-text="Minato Works"]')


def test_a_picker_takes_the_text_from_the_field_that_asks(admin):
    factories.account(name="Minato Works")
    factories.account(name="Other")
    page = see(admin, "/crm/accounts/options?field=account&account=minato", headers=HTMX)
    assert len(page.all('//button[@role="option"]')) == 1


def test_a_picker_says_so_when_nothing_matches(admin):
    assert see(admin, "/crm/accounts/options?q=nothing").words("//p") == "No match."


def test_a_picker_takes_signs_literally(admin, subtests):
    factories.account(name="100% cotton_wool")
    factories.account(name="100 percent cotton wool")
    for text in ("100%", "cotton_", "\\"):
        with subtests.test(text=text):
            found = see(admin, "/crm/accounts/options", query_string={"q": text}).all('//*[@role="option"]')
            assert len(found) == (text != "\\")


def test_a_picker_leaves_out_what_is_inactive(admin):
    factories.customer(display_name="Gone", is_active=False)
    assert not see(admin, "/books/customers/options?q=gone").has('//*[@role="option"]')


def test_a_name_that_several_bear_has_to_be_written_out(admin):
    for name in ("Minato Works", "Minato Trading", "Minato"):
        factories.account(name=name)
    form = see(admin, "/crm/contacts/new").form(last_name="Sato", account="minato w")
    send(admin, "/crm/contacts/new", form)
    page = see(admin, "/crm/contacts/new").form(last_name="Suzuki", account="Minato")
    send(admin, "/crm/contacts/new", page)
    several = see(admin, "/crm/contacts/new").form(last_name="Ito", account="minat")
    assert "Several match" in Page(send(admin, "/crm/contacts/new", several, 422)).error("account")


def test_an_emptied_picker_means_nobody(admin):
    account = factories.account()
    contact = factories.contact(account_id=account.id)
    address = f"/crm/contacts/{contact.id}/edit"
    send(admin, address, see(admin, address).form(account=""))
    assert contact.account_id is None
