"""Saved views, columns and the form that adds a condition."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from domain.db import db
from domain.modules.making_fields import make_field, retire_field
from domain.modules.saved_views import SavedView
from tests import factories
from tests.modules import samples
from tests.pages import HTMX, Page, see, send

ACCOUNTS = "/crm/accounts"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def saved(client, listing, **values):
    """The view that a list is saved as."""
    page = see(client, f"{ACCOUNTS}/views/new", query_string={"listing": listing})
    location = send(client, f"{ACCOUNTS}/views/new", page.form(**{"name": "Mine"} | values)).location
    return db.session.get(SavedView, int(location.rpartition("/")[2]))


def names(page):
    return [row.text_content() for row in page.all("//tbody//th")]


# --- views ----------------------------------------------------------------------------------------------------


def test_a_view_keeps_filters_order_and_columns_but_no_page(admin):
    view = saved(admin, "industry=Wood&sort=-name&columns=name,industry&after=x&view=9")
    assert view.args == {"industry": "Wood", "sort": "-name", "columns": "name,industry"}
    for name in ("A", "B"):
        factories.account(name=name, industry="Wood")
    factories.account(name="C", industry="Metal")
    page = see(admin, f"{ACCOUNTS}/views/{view.id}")
    assert names(page) == ["B", "A"]
    assert page.words('//thead//th[not(@class="pick")]') == "Account name Industry"
    assert page.one('//*[@class="tabs"]/a[@aria-current]').text_content() == "Mine"


def test_the_same_form_sent_twice_makes_one_view(admin):
    form = see(admin, f"{ACCOUNTS}/views/new").form(name="Mine")
    first, second = (send(admin, f"{ACCOUNTS}/views/new", form) for _ in range(2))
    assert first.location == second.location


def test_a_view_of_ones_own_is_seen_by_nobody_else(admin, client_of, cast):
    view = saved(admin, "industry=Wood")
    staff = client_of(cast.staff)
    see(staff, f"{ACCOUNTS}/views/{view.id}", 404)
    assert "Mine" not in see(staff, ACCOUNTS).words("//main")


def test_a_shared_view_is_everybodys_but_changed_only_by_who_made_it(admin, client_of, cast):
    view = saved(admin, "industry=Wood", is_shared="1")
    staff = client_of(cast.staff)
    assert "Mine" in see(staff, ACCOUNTS).words('//*[@class="tabs"]')
    see(staff, f"{ACCOUNTS}/views/{view.id}")
    for address in ("edit", "delete"):
        see(staff, f"{ACCOUNTS}/views/{view.id}/{address}", 403)
        send(staff, f"{ACCOUNTS}/views/{view.id}/{address}", {"version": "1"}, 403)


def test_a_shared_view_shows_nobody_more_than_they_may_see(admin, client_of, cast):
    factories.account(name="Theirs", industry="Wood")
    factories.account(name="Own", industry="Wood", owner_id=cast.assigned.id)
    view = saved(admin, "industry=Wood", is_shared="1")
    assert names(see(admin, f"{ACCOUNTS}/views/{view.id}")) == ["Own", "Theirs"]
    assert names(see(client_of(cast.assigned), f"{ACCOUNTS}/views/{view.id}")) == ["Own"]
    see(client_of(cast.stranger), f"{ACCOUNTS}/views/{view.id}", 404)


def test_a_view_belongs_to_its_list(admin):
    view = saved(admin, "industry=Wood")
    see(admin, f"/crm/contacts/views/{view.id}", 404)


def test_a_view_is_saved_again_with_what_the_list_is_now(admin):
    view = saved(admin, "industry=Wood")
    page = see(admin, f"{ACCOUNTS}?industry=Metal&view={view.id}")
    again = page.one('//*[@class="tabs"]/a[contains(., "Save changes")]').get("href")
    send(admin, f"{ACCOUNTS}/views/{view.id}/edit", see(admin, again).form(name="Metal"))
    assert (view.name, view.args) == ("Metal", {"industry": "Metal"})
    assert not see(admin, f"{ACCOUNTS}/views/{view.id}").has('//a[contains(., "Save changes")]')


def test_a_list_opens_with_ones_default_view_and_shows_all_on_demand(admin, client_of, cast):
    factories.account(name="A", industry="Wood")
    factories.account(name="B", industry="Metal")
    view = saved(admin, "industry=Wood", is_default="1", is_shared="1")
    assert names(see(admin, ACCOUNTS)) == ["A"]
    every = see(admin, ACCOUNTS).one('//*[@class="tabs"]/a[1]').get("href")
    assert names(see(admin, every)) == ["A", "B"]
    assert names(see(client_of(cast.staff), ACCOUNTS)) == ["A", "B"]
    send(admin, f"{ACCOUNTS}/views/{view.id}/delete", {})
    assert names(see(admin, ACCOUNTS)) == ["A", "B"]
    assert not db.session.scalar(select(SavedView.id))


def test_a_view_that_names_a_field_that_is_gone_says_so_in_a_sentence(admin, cast):
    field = make_field("crm.accounts", {"label": "Colour", "kind": "text"}, cast.admin, samples.key())
    db.session.commit()
    view = saved(admin, "cf_colour=Blue", is_default="1")
    retire_field(field, True, cast.admin)
    page = see(admin, f"{ACCOUNTS}/views/{view.id}", 422)
    assert "not there any more" in page.words("//main")
    see(admin, ACCOUNTS)
    see(admin, f"{ACCOUNTS}/views/{view.id}/edit", 422)
    send(admin, f"{ACCOUNTS}/views/{view.id}/delete", {})


def test_a_view_without_name_is_refused_at_its_field(admin):
    form = see(admin, f"{ACCOUNTS}/views/new", query_string={"listing": "industry=Wood"}).form(name=" ")
    page = Page(send(admin, f"{ACCOUNTS}/views/new", form, 422))
    assert page.error("name")
    assert page.form()["listing"] == "industry=Wood"
    see(admin, f"{ACCOUNTS}/views/new?listing=nonsense%3D1", 422)


# --- columns --------------------------------------------------------------------------------------------------


def test_columns_are_chosen_and_ordered_without_script(admin):
    factories.account(name="A", industry="Wood")
    page = see(admin, f"{ACCOUNTS}/columns", query_string={"listing": "industry=Wood"})
    form = page.form("columns", show=["name", "industry"])
    moved = see(admin, f"{ACCOUNTS}/columns", query_string=form | {"up": "industry"})
    order = [each.get("value") for each in moved.all('//input[@name="order"]')]
    assert order.index("industry") == 3
    form = moved.form("columns", order=["industry", "name"], show=["name", "industry"], apply="1")
    location = admin.get(f"{ACCOUNTS}/columns", query_string=form).location
    assert parse_qs(urlsplit(location).query) == {"industry": ["Wood"], "columns": ["industry,name"]}
    page = see(admin, location)
    assert page.words('//thead//th[not(@class="pick")]') == "Industry Account name"
    assert names(page) == ["Wood"]


def test_a_column_that_is_not_there_is_refused(admin):
    see(admin, f"{ACCOUNTS}?columns=name,nonsense", 422)
    see(admin, f"{ACCOUNTS}?columns=organization_id", 422)


def test_a_page_keeps_the_columns_while_one_sorts_and_filters(admin):
    factories.account(name="A", industry="Wood")
    page = see(admin, f"{ACCOUNTS}?columns=name,industry&industry=Wood")
    for link in page.all("//thead//a | //*[@class='chip']/a"):
        assert "columns=name" in link.get("href")


# --- conditions -----------------------------------------------------------------------------------------------


def form_for(client, address, **chosen):
    return see(client, f"{address}/filter/form", query_string=chosen, headers=HTMX)


@pytest.mark.parametrize(
    ("field", "operator", "inputs"),
    [
        ("number", "contains", {"value"}),
        ("number", "empty", set()),
        ("date", "between", {"value", "other"}),
        ("date", "period", {"value"}),
        ("date", "next", {"value"}),
        ("total_minor", "between", {"value", "other"}),
        ("state", "is", {"value"}),
        ("party", "is", {"value", "value_id"}),
        ("salesperson", "is", {"value_id"}),
        ("salesperson", "mine", set()),
        ("currency", "is", {"value"}),
    ],
)
def test_the_form_has_the_input_that_fits(admin, field, operator, inputs):
    page = form_for(admin, "/books/invoices", field=field, operator=operator, listing="")
    named = {each.get("name") for each in page.all("//input | //select")}
    assert named - {"listing", "field", "operator"} == inputs


def test_the_form_offers_only_the_operators_of_its_field(admin):
    page = form_for(admin, "/books/invoices", field="state", operator="contains", listing="")
    options = [each.get("value") for each in page.all('//select[@name="operator"]/option')]
    assert options == ["is", "not", "in"]


def test_a_condition_is_added_to_those_there_are(admin):
    typed = {"listing": "industry=Wood&sort=-name", "field": "name", "operator": "lacks", "value": "x"}
    location = admin.get(f"{ACCOUNTS}/filter", query_string=typed).location
    args = parse_qs(urlsplit(location).query)
    assert args == {"industry": ["Wood"], "sort": ["-name"], "name__lacks": ["x"]}


def test_what_cannot_be_read_is_said_at_the_input(admin):
    typed = {"listing": "", "field": "date", "operator": "between", "value": "2026-01-01", "other": "x"}
    page = see(admin, "/books/invoices/filter", 422, query_string=typed)
    assert "is not a date" in page.error("value")
    assert page.form("filter")["value"] == "2026-01-01"


def test_several_choices_become_one_condition(admin):
    typed = {"field": "account_type", "operator": "in", "value": ["customer", "partner"]}
    location = admin.get(f"{ACCOUNTS}/filter", query_string=typed).location
    for account_type in ("customer", "partner", "other"):
        factories.account(name=account_type, account_type=account_type)
    page = see(admin, location)
    assert names(page) == ["customer", "partner"]
    assert page.words('//*[@class="chip"]') == "Type is one of: Customer, Partner"


def test_without_script_a_record_is_chosen_by_its_name(admin):
    customer = factories.customer(display_name="Minato")
    typed = {"field": "party", "operator": "is", "value_id": "", "value": "Minato"}
    location = admin.get("/books/invoices/filter", query_string=typed).location
    assert location.endswith(f"party={customer.id}")


@pytest.mark.parametrize(
    ("args", "days", "sentence"),
    [
        ({"due_on__next": "5"}, [0, 5], "Due date in the next 5 days"),
        ({"due_on__next": "1"}, [0, 1], "Due date in the next 1 day"),
        ({"due_on__last": "5"}, [-5, 0], "Due date in the last 5 days"),
        ({"due_on__period": "tomorrow"}, [1], "Due date: tomorrow"),
    ],
)
def test_dates_are_asked_for_as_people_speak_of_them(admin, args, days, sentence):
    today = factories.today()
    invoices = {}
    for day in (-6, -5, 0, 1, 5, 6):
        due = today + timedelta(days=day)
        invoices[day] = factories.invoice(date=min(due, today), due_on=due)
    page = see(admin, "/books/invoices", query_string=args)
    found = {int(each.get("href").rpartition("/")[2]) for each in page.all("//tbody//th/a")}
    assert found == {each.id for day, each in invoices.items() if min(days) <= day <= max(days)}
    assert page.words('//*[@class="chip"]') == sentence


@pytest.mark.parametrize(
    "args",
    [
        {"due_on__period": "nonsense"},
        {"due_on__next": "x"},
        {"due_on__next": "9" * 12},
        {"due_on__between": "2026-01-01"},
        {"due_on__between": ".."},
        {"total_minor__between": "1..x"},
        {"total_minor__min": ""},
        {"party__not": "9" * 30},
        {"view": "9" * 30, "columns": "\x00"},
    ],
)
def test_no_address_is_more_than_refused(admin, args):
    see(admin, "/books/invoices", 422, query_string=args)
