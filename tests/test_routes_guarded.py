"""Every door of the program is guarded: who is not signed in, of elsewhere, or without the right stays outside."""

import ast
import inspect
import textwrap
from types import FunctionType

import pytest
from sqlalchemy import select

from blueprints.auth import PUBLIC
from blueprints.portal.door import PUBLIC as OPEN_AT_THE_PORTAL
from domain.books.contact_persons import ContactPerson
from domain.books.invoices import Invoice
from domain.db import db
from domain.modules import ALL
from domain.organizations.roles import PROFILES, Profile
from tests import factories
from tests.pages import HTMX, Page, compiled_once, see, send
from tests.world import a_world, doors, everything

pytestmark = pytest.mark.doors

__all__ = ["compiled_once"]

OPEN_TO_ALL_SIGNED_IN = {
    "home.show": "everybody has a first page; what it shows is asked for with `may`",
    "search.index": "everybody may search; what is found is asked for with `can` and `visible`, module by module",
    "search.offered": "everybody may search; what is found is asked for with `can` and `visible`, module by module",
    "exports.index": "everybody sees what they took out themselves",
    "home.language": "everybody chooses their own language",
    "auth.leave": "everybody may leave",
    "comments.mentions": "everybody reads where they were mentioned themselves",
    "comments.read_all": "everybody reads where they were mentioned themselves",
    "comments.read_notice": "everybody reads what customers did for whom they are told; another's notice is not there",
    "comments.read": "everybody reads where they were mentioned themselves; another's mention is not there",
    "styleguide.show": "shows the parts of the pages with made-up data",
    "auth.switch": "everybody may go where they are at home, and only there",
    "profile.show": "everybody sees who they are here",
    "profile.save": "everybody has their own name and language",
    "profile.password": "everybody has their own password",
    "profile.end": "everybody ends their own sign-ins, and no others",
    "profile.end_all": "everybody ends their own sign-ins",
}

OWN_VIEWS = {"views.create", "views.update", "views.destroy"}
"""Changes nothing but what a person sees above their own lists: open to all who may look."""

GUARDS = {"load", "require"}

AT_THE_PORTAL = {"load", "visit"}
"""The portal's own: a paper of the customer who is there, and who is there."""


# --- by reading ---------------------------------------------------------------------------------------------


def test_every_view_goes_through_load_or_require_or_is_named_with_a_reason(app):
    unguarded = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in PUBLIC and not _is_of_the_portal(view) and not _is_guarded(view)
    }
    assert unguarded == OPEN_TO_ALL_SIGNED_IN.keys()


def test_every_view_of_the_portal_asks_who_is_there_or_is_named_with_a_reason(app):
    views = {endpoint: view for endpoint, view in app.view_functions.items() if _is_of_the_portal(view)}
    unguarded = {each for each, view in views.items() if not _is_guarded(view, AT_THE_PORTAL)}
    assert unguarded == OPEN_AT_THE_PORTAL.keys()


def test_what_is_named_as_open_exists(app):
    assert (PUBLIC.keys() | OPEN_TO_ALL_SIGNED_IN.keys()) <= app.view_functions.keys()


def _is_of_the_portal(view: FunctionType) -> bool:
    return getattr(view, "__module__", "").startswith("blueprints.portal.")


def _is_guarded(view: FunctionType, guards: set[str] = GUARDS) -> bool:
    """Whether the view itself, or a function of its file that it calls, calls a guard."""
    seen: set[str] = set()
    waiting = [view]
    while waiting:
        function = waiting.pop()
        called = _called(function)
        if called & guards:
            return True
        own = {name: function.__globals__.get(name) for name in called - seen}
        seen |= called
        waiting += [each for each in own.values() if inspect.isfunction(each) and _same_file(each, view)]
    return False


def _called(function: FunctionType) -> set[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def _same_file(one: FunctionType, other: FunctionType) -> bool:
    return inspect.getsourcefile(one) == inspect.getsourcefile(other)


# --- by knocking --------------------------------------------------------------------------------------------


@pytest.fixture
def world(cast):
    """Fixture: records of the administrator."""
    return a_world(cast.admin)


def knock(client, door, **options):
    """Try a door: posts carry what a form would carry, so that nothing is refused for being incomplete."""
    form = {"version": "1", "form_key": "knock", "amount": "1", "counterpart": "new"} | _a_step(door)
    return client.open(door.url, method=door.method, data=form if door.method == "POST" else None, **options)


def _a_step(door):
    steps = door.module.model.STATUS.transitions if door.module and door.module.is_document else ()
    return {"transition": steps[-1].name} if steps else {}


def test_who_is_not_signed_in_sees_the_sign_in_page_only(app, world, client, subtests):
    before = everything()
    for door in doors(app, world):
        if door.rule.endpoint in PUBLIC:
            continue
        with subtests.test(method=door.method, url=door.url):
            response = knock(client, door)
            assert response.status_code == 303
            assert response.location.startswith("/login")
            fragment = knock(client, door, headers=HTMX)
            assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, "/login")
            assert not fragment.text
    assert everything() == before


def test_a_stranger_finds_no_record_and_changes_none(app, world, client_of, cast, subtests):
    stranger = client_of(cast.stranger)
    before = everything()
    for door in doors(app, world):
        if door.is_to_a_record:
            with subtests.test(method=door.method, url=door.url):
                assert knock(stranger, door).status_code == 404
                assert knock(stranger, door, headers=HTMX).status_code == 404
    assert everything() == before


def test_a_stranger_sees_nothing_of_us_in_lists_searches_and_pickers(world, client_of, cast, subtests):
    stranger = client_of(cast.stranger)
    for module in ALL.values():
        if module.area == "settings":
            continue
        for address in (
            f"/{module.path}",
            f"/{module.path}?q=Something",
            f"/{module.path}/options?q=Something",
        ):
            with subtests.test(address=address):
                page = see(stranger, address)
                assert "Something" not in page.words("//table | //button[@role='option']")
                assert not page.has("//tbody/tr")
    assert see(stranger, "/").words('//*[@class="band"]//dd') == "0 0 0"


def test_without_a_finance_role_every_door_to_the_books_is_shut(app, world, client_of, cast, subtests):
    sales = client_of(cast.sales)
    before = everything()
    for door in doors(app, world):
        if door.leads_anywhere and (door.url.startswith("/books") or door.url.endswith("/books")):
            with subtests.test(method=door.method, url=door.url):
                assert knock(sales, door).status_code == 403
                assert knock(sales, door, headers=HTMX).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("who", ["sales", "staff"])
def test_settings_are_for_administrators(app, world, client_of, cast, who, subtests):
    client = client_of(getattr(cast, who))
    before = everything()
    for door in doors(app, world):
        if door.leads_anywhere and door.url.startswith("/settings"):
            with subtests.test(method=door.method, url=door.url):
                assert knock(client, door).status_code == 403
    assert everything() == before


def test_who_has_no_finance_role_sees_neither_panel_nor_band_nor_menu_nor_link(
    world, client_of, cast, subtests
):
    sales = client_of(cast.sales)
    account, contact = world["crm.accounts"], world["crm.contacts"]
    for address in (f"/crm/accounts/{account.id}", f"/crm/contacts/{contact.id}", "/crm/accounts", "/"):
        with subtests.test(address=address):
            page = see(sales, address)
            assert not page.has('//*[@data-panel="invoices"]')
            assert not page.has('//*[@class="band"]')
            assert not page.has('//*[starts-with(@href, "/books") or starts-with(@href, "/settings")]')
            assert not page.has('//*[contains(@action, "/books")]')
    see(sales, f"/crm/accounts/{account.id}/related/invoices", 403)
    see(sales, f"/crm/contacts/{contact.id}/related/invoices", 403)


def test_a_panel_decides_as_the_page_does(app, world, client_of, cast, subtests):
    for who in (cast.admin, cast.staff, cast.assigned, cast.sales, cast.stranger):
        client = client_of(who)
        for door in doors(app, world):
            if door.rule.endpoint == "related.show":
                with subtests.test(who=who.name, url=door.url):
                    assert knock(client, door).status_code == knock(client, door, headers=HTMX).status_code


# --- assigned customers only --------------------------------------------------------------------------------


def _adds_a_customer(door) -> bool:
    return door.rule.endpoint.startswith("adding.") and door.module.key in ("crm.accounts", "crm.contacts")


def _is_of_a_customer(door) -> bool:
    return door.module is not None and door.module.key in (
        "books.customers",
        "books.invoices",
        "books.payments",
    )


def test_what_is_assigned_to_others_is_not_there(app, world, client_of, cast, subtests):
    assigned = client_of(cast.assigned)
    person = factories.contact_person(world["books.customers"])
    before = everything()
    for door in doors(app, world):
        if door.is_to_a_record and (_is_of_a_customer(door) or _adds_a_customer(door)):
            with subtests.test(method=door.method, url=door.url):
                assert knock(assigned, door).status_code == 404
    for address in (f"/crm/accounts/{world['crm.accounts'].id}", f"/crm/contacts/{world['crm.contacts'].id}"):
        see(assigned, address, 404)
    see(assigned, f"/books/contact-persons/{person.id}", 404)
    assert everything() == before


def test_what_is_assigned_to_others_is_in_no_list_search_or_picker(world, client_of, cast, subtests):
    assigned = client_of(cast.assigned)
    for path in ("crm/accounts", "crm/contacts", "books/customers", "books/invoices"):
        for address in (f"/{path}", f"/{path}?q=Something", f"/{path}/options?q=Something"):
            with subtests.test(address=address):
                page = see(assigned, address)
                assert "Something" not in page.words("//table | //button[@role='option']")
                assert not page.has("//tbody/tr")
    assert see(assigned, "/").words('//*[@class="band"]//dd') == "0 0 0", "nor is it counted"
    party = world["books.customers"].id
    see(assigned, f"/books/invoices/new?party={party}")
    assert "Something" not in see(assigned, f"/books/invoices?party={party}").words("//main")


SEEN_BY_ALL = {
    "books.vendors": "whom one buys from concerns everybody who keeps the books",
    "books.items": "what is sold is the same for every customer",
    "books.price-lists": "what is sold is the same for every customer",
    "books.price-list-rates": "what is sold is the same for every customer",
    "crm.vendors": "whom one buys from concerns everybody",
    "crm.products": "what is sold is the same for everybody",
}
"""Of the modules beside the settings: what assigned staff sees whole."""


def test_every_module_says_what_assigned_staff_sees_of_it_or_is_named_with_a_reason():
    whole = {
        key
        for key, module in ALL.items()
        if module.area != "settings" and getattr(module.model, "assigned_to", None) is None
    }
    assert whole <= SEEN_BY_ALL.keys()


def test_what_is_assigned_to_oneself_is_there(app, client_of, cast, subtests):
    world = a_world(cast.assigned)
    assigned = client_of(cast.assigned)
    for door in doors(app, world):
        if not (door.is_to_a_record and door.method == "GET" and door.module):
            continue
        if door.module.area in ("crm", "books"):
            if door.rule.endpoint.startswith("adding.") or "position" in door.rule.arguments:
                continue  # is in the books already; no file went out with the mail yet
            with subtests.test(url=door.url):
                is_refused = door.url == f"/books/customers/{world['books.customers'].id}/delete"
                assert knock(assigned, door).status_code == (403 if is_refused else 200)


def test_an_account_of_ones_own_shows_nothing_of_a_customer_of_others(world, client_of, cast, subtests):
    account, contact = world["crm.accounts"], world["crm.contacts"]
    account.owner_id = contact.owner_id = cast.assigned.id
    customer = world["books.customers"]
    assert customer.receivable_minor
    assigned = client_of(cast.assigned)
    for address in (f"/crm/accounts/{account.id}", f"/crm/contacts/{contact.id}"):
        with subtests.test(address=address):
            page = see(assigned, address)
            assert not page.has('//*[@class="band"]'), "no sums"
            assert not page.has('//*[@class="sum"]'), "no counts"
            assert not page.has(f'//*[contains(@href, "/books/customers/{customer.id}")]')
            assert not page.has(f'//*[contains(@href, "party={customer.id}")]')
            panel = see(assigned, f"{address}/related/invoices", headers=HTMX)
            assert not panel.has('//tbody/tr | //*[@class="sum"]')


def test_a_form_of_assigned_staff_can_name_no_customer_of_others(world, client_of, cast):
    assigned = client_of(cast.assigned)
    customer = world["books.customers"]
    form = {"form_key": "k", "date": "2026-01-01", "lines-0-description": "Work", "lines-0-rate": "1"}
    for names in ({"party_id": customer.id, "party": customer.title}, {"party": customer.id}):
        page = Page(send(assigned, "/books/invoices/new", form | names, 422))
        assert page.error("party")
        send(assigned, "/books/invoices/party", form | names | {"do": "party"}, 422)
    assert len(db.session.scalars(select(Invoice)).all()) == 1
    person = {"form_key": "k2", "party": customer.id, "last_name": "Spy", "email": "spy@example.com"}
    send(assigned, "/books/contact-persons/new", person, 422)
    assert "Spy" not in {each.last_name for each in db.session.scalars(select(ContactPerson))}


# --- what a form may not say ----------------------------------------------------------------------


def test_a_form_can_not_say_what_is_not_its_to_say(world, client_of, cast):
    stranger_id = cast.stranger.organization_id
    admin = client_of(cast.admin)
    forged = {
        "organization_id": stranger_id,
        "id": "999",
        "status": "sent",
        "number": "INV-1",
        "total_minor": "1",
        "balance_minor": "0",
        "paid_minor": "1",
        "currency": "EUR",
        "issued_at": "2026-01-01",
        "search_text": "forged",
        "kind": "bill",
        "created_at": "2000-01-01",
    }
    page = see(admin, f"/books/invoices/new?party={world['books.customers'].id}")
    form = page.form(**forged, **{"lines-0-description": "Work", "lines-0-rate": "500"})
    made = send(admin, "/books/invoices/new", form)
    invoice = db.session.get(Invoice, int(made.location.rpartition("/")[2]))
    assert (invoice.status, invoice.number, invoice.total_minor, invoice.currency) == (
        "draft",
        "",
        500,
        "JPY",
    )
    assert invoice.organization_id == cast.organization_id
    assert invoice.kind == "invoice"


def test_an_account_can_not_be_given_to_somebody_of_elsewhere(world, client_of, cast):
    admin = client_of(cast.admin)
    account = world["crm.accounts"]
    address = f"/crm/accounts/{account.id}/edit"
    form = see(admin, address).form(owner_id=str(cast.stranger.id))
    assert Page(send(admin, address, form, 422)).error("owner_id")
    assert account.owner_id == cast.admin.id


def test_a_form_that_was_opened_in_another_organization_is_not_taken(world, client_of, cast, subtests):
    admin = client_of(cast.admin)
    account = world["crm.accounts"]
    form = see(admin, f"/crm/accounts/{account.id}/edit").form(
        name="Elsewhere", organization=str(cast.stranger.organization_id)
    )
    for headers in ({}, HTMX):
        send(admin, f"/crm/accounts/{account.id}/edit", form, 409, headers=headers)
    assert account.name == "Something"


# --- who may only look ----------------------------------------------------------------------------------------


LOOKING = {"pdfs.make", "statements.make_pdf"}
"""POSTs for whoever may look: the PDF of a long document or statement, which a worker makes."""


def test_who_may_only_look_changes_nothing_at_any_door(app, world, client_of, cast, monkeypatch, subtests):
    only_view = frozenset({f"{area}.*.view" for area in ("crm", "books", "settings")})
    monkeypatch.setitem(PROFILES, "viewer", Profile("viewer", "Viewer", only_view))
    cast.admin.profile_key = "viewer"
    viewer = client_of(cast.admin)
    before = everything()
    for door in doors(app, world):
        if (
            door.method == "POST"
            and door.leads_anywhere
            and door.rule.endpoint not in PUBLIC.keys() | OPEN_TO_ALL_SIGNED_IN.keys() | OWN_VIEWS | LOOKING
        ):
            with subtests.test(url=door.url):
                assert knock(viewer, door).status_code == 403
    assert everything() == before


# --- what is kept ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "status", "name"),
    [
        ("POST", 200, "Changed"),
        ("POST", 303, "Changed"),
        ("POST", 422, "Something"),
        ("POST", 403, "Something"),
        ("POST", 500, "Something"),
        ("GET", 200, "Something"),
    ],
)
def test_only_a_post_that_ends_well_is_kept(app, world, client_of, cast, method, status, name):
    def view(module, record_id):
        db.session.get(module.model, record_id).name = "Changed"
        db.session.flush()
        return "", status

    for endpoint in ("records.edit", "records.update"):
        app.view_functions[endpoint] = view
    account = world["crm.accounts"]
    answer = client_of(cast.admin).open(f"/crm/accounts/{account.id}/edit", method=method)
    assert answer.status_code == status
    assert account.name == name
