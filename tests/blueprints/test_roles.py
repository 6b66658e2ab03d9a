"""Roles of one's own: cloned, chosen in the grid, given, and as strict as the standard ones."""

import ast
import inspect
import textwrap

import pytest
from sqlalchemy import select

from blueprints.auth import PUBLIC
from blueprints.rights_grid import grid
from domain.access import can
from domain.db import db
from domain.modules import ALL
from domain.organizations.custom_roles import CustomRole
from domain.organizations.roles import NEEDS, VERBS
from domain.timeline import TimelineEntry
from tests.pages import Page, see, send
from tests.test_routes_guarded import OPEN_TO_ALL_SIGNED_IN, knock
from tests.world import a_world, doors, everything


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def make(client, kind="role", of="staff", status=303, **changes):
    """Clone, change, save."""
    page = see(client, f"/settings/roles/new?kind={kind}&of={of}")
    changes = {"name": "Own"} | changes
    return send(client, "/settings/roles/new", page.form(**changes), status)


def the_role():
    [role] = db.session.scalars(select(CustomRole))
    return role


# --- the grid ---------------------------------------------------------------------------------------------------


def test_a_clone_holds_what_the_original_does(admin):
    make(admin)
    assert set(the_role().permissions) == {f"{key}.*" for key in ALL if key.startswith("books.")}


def test_a_clone_of_assigned_staff_sees_assigned_customers_only_and_deletes_none(admin):
    make(admin, of="assigned")
    role = the_role()
    assert role.assigned_only
    assert "books.customers.edit" in role.permissions
    assert "books.customers.delete" not in role.permissions


def test_standard_ones_can_be_looked_at_and_not_changed(admin):
    for kind, key in (("role", "staff"), ("profile", "no_email")):
        page = see(admin, f"/settings/roles/{kind}/{key}")
        assert not page.has('//main//input[@type="checkbox"]')
        assert page.has('//*[@aria-label="View, Invoices"]')
    assert not see(admin, "/settings/roles/profile/no_email").has('//*[@aria-label="Email, Invoices"]')
    assert admin.post("/settings/roles/role/staff", data={}).status_code == 405


@pytest.mark.parametrize(("verb", "needed"), NEEDS.items())
def test_a_right_without_the_one_it_needs_is_refused_in_its_row(admin, verb, needed):
    module = "books.customers" if verb == "merge" else "books.invoices"
    ticked = [f"{module}.{verb}"]
    page = Page(make(admin, status=422, permissions=ticked))
    assert "need another one" in page.words('//*[@role="alert"]')
    [cell] = page.all('//*[@aria-invalid="true"]')
    assert cell.get("value") == f"{module}.{verb}"
    assert page.by_id(cell.get("aria-describedby")).text_content()
    assert page.one('//input[@name="name"]').get("value") == "Own"
    chain = [needed, *([NEEDS[needed]] if needed in NEEDS else [])]
    make(admin, permissions=[*ticked, *(f"{module}.{each}" for each in chain)])


@pytest.mark.parametrize(
    "forged",
    [
        "*.*.*",
        "books.*.*",
        "settings.*.*",
        "settings.users.edit",
        "settings.roles.*",
        "books.invoices",
        "x",
        "",
    ],
)
def test_what_the_grid_does_not_offer_is_not_given(admin, forged, cast):
    make(admin, permissions=["books.items.view", forged])
    assert the_role().permissions == ["books.items.view"]


def test_nobody_can_be_made_an_administrator_by_a_role_of_ones_own(admin, cast, client_of):
    make(admin, of="admin")
    make(admin, "profile", "administrator", name="All")
    role, profile = db.session.scalars(select(CustomRole).order_by(CustomRole.id))
    cast.staff.custom_role, cast.staff.custom_profile = role, profile
    staff = client_of(cast.staff)
    for page in ("users", "users/new", "roles", f"roles/{role.id}"):
        see(staff, f"/settings/{page}", 403)
    see(staff, "/settings/audit")


def test_a_name_is_given_once(admin):
    make(admin)
    assert Page(make(admin, status=422)).error("name")
    make(admin, "profile", "standard")


def test_a_role_that_somebody_has_is_not_deleted(admin, cast):
    make(admin)
    cast.staff.custom_role = the_role()
    address = f"/settings/roles/{the_role().id}/delete"
    send(admin, address, {}, 422)
    cast.staff.custom_role = None
    send(admin, address, {})
    assert not db.session.scalars(select(CustomRole)).all()


def test_what_changed_in_a_role_stands_in_the_audit_trail(admin):
    make(admin, permissions=["books.items.view"])
    address = f"/settings/roles/{the_role().id}"
    changed = {"name": "Ours", "permissions": ["books.items.view", "books.invoices.view"]}
    send(admin, address, see(admin, address).form(**changed))
    words = see(admin, "/settings/audit?module=settings.roles").words("//tbody")
    assert "Own → Ours" in words
    assert "Invoices: View" in words
    [entry] = db.session.scalars(select(TimelineEntry).where(TimelineEntry.verb == "edited"))
    assert (entry.title, entry.address, entry.actor_name) == ("Ours", "127.0.0.1", "Aoi Admin")


def test_a_page_that_is_older_than_the_role_saves_nothing(admin):
    make(admin)
    address = f"/settings/roles/{the_role().id}"
    old = see(admin, address).form(name="Mine")
    send(admin, address, see(admin, address).form(name="Theirs"))
    assert Page(send(admin, address, old, 409)).one('//input[@name="name"]').get("value") == "Mine"
    assert the_role().name == "Theirs"


# --- what a role of one's own opens -----------------------------------------------------------------------------


def test_a_role_of_ones_own_costs_no_question_more(client_of, cast, count_queries, admin, session):
    def cost(member):
        client = client_of(member)
        session.commit()
        see(client, "/books/invoices")
        with count_queries() as queries:
            see(client, "/books/invoices")
        return len(queries)

    standard = cost(cast.staff)
    make(admin)
    make(admin, "profile", "standard", name="Profile")
    role, profile = db.session.scalars(select(CustomRole).order_by(CustomRole.id))
    cast.staff.custom_role, cast.staff.custom_profile = role, profile
    assert cost(cast.staff) == standard


def rights(*permissions):
    """A role and a profile that hold just these."""
    return [CustomRole(kind=kind, name=kind, permissions=list(permissions)) for kind in ("role", "profile")]


def first_right_of(view):
    """The verb that a view asks for before anything else, as its source says; None when it says no literal."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(view)))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = {"load": 2, "permission": 0}.get(name)
        if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
            return node.args[place].value
    return None


ASKS_WHEN_IT_MATTERS = {
    "imports.check": "needs the right to edit only where records are overwritten",
    "conversions.new": "needs also the right to make what the document becomes",
    "corrections.confirm": "needs also the right to make credit notes",
}


@pytest.mark.doors
@pytest.mark.parametrize("verb", VERBS)
def test_who_has_one_verb_opens_the_doors_of_that_verb_only(app, client_of, cast, verb, subtests):
    world = a_world(cast.admin)
    given = {verb, NEEDS.get(verb, "view"), "view"}
    role, profile = rights(*(f"{key}.{each}" for key in ALL for each in sorted(given)))
    cast.staff.custom_role, cast.staff.custom_profile = role, profile
    db.session.commit()
    staff = client_of(cast.staff)
    refused = everything()
    for door in doors(app, world):
        view = app.view_functions[door.rule.endpoint]
        needed = first_right_of(view)
        open_anyway = PUBLIC | OPEN_TO_ALL_SIGNED_IN | ASKS_WHEN_IT_MATTERS
        if not door.module or door.rule.endpoint in open_anyway or not door.leads_anywhere:
            continue
        if needed in VERBS and needed not in given:
            with subtests.test(method=door.method, url=door.url, needs=needed):
                assert knock(staff, door).status_code == 403
        elif needed == verb and door.method == "GET":
            with subtests.test(method=door.method, url=door.url, needs=needed):
                assert knock(staff, door).status_code != 403
    assert everything() == refused


@pytest.mark.parametrize("side", ["role", "profile"])
def test_what_only_one_of_the_two_allows_is_not_allowed(cast, side):
    role, profile = rights("books.invoices.view")
    other = cast.staff
    if side == "role":
        other.custom_role, other.profile_key = role, "crm_only"
    else:
        other.role_key, other.custom_profile = None, profile
    assert not can(other, "books.invoices.view")


def test_lists_panels_and_menus_show_what_the_role_opens_and_no_more(client_of, cast):
    world = a_world(cast.admin)
    role, profile = rights("crm.accounts.view", "books.invoices.view")
    cast.staff.custom_role, cast.staff.custom_profile = role, profile
    staff = client_of(cast.staff)
    page = see(staff, f"/crm/accounts/{world['crm.accounts'].id}")
    assert page.has('//*[@data-panel="invoices"]')
    assert not page.has('//*[@data-panel="contacts"]')
    links = {link.split("/")[2] for link in page.all('//nav[@class="nav"]//a/@href') if link.count("/") == 2}
    assert links == {"accounts", "invoices"}
    assert not page.has(
        '//a[contains(@href, "/edit") or contains(@href, "/new") or contains(@href, "/delete")]'
    )


def test_a_role_of_ones_own_with_assigned_customers_only_sees_those_only(client_of, cast):
    a_world(cast.admin)
    role, profile = rights(*(f"{key}.*" for key in ALL if key.startswith(("books.", "crm."))))
    role.assigned_only = True
    cast.staff.custom_role, cast.staff.custom_profile = role, profile
    staff = client_of(cast.staff)
    for path in ("crm/accounts", "books/customers", "books/invoices"):
        assert not see(staff, f"/{path}").has("//tbody/tr")


def test_every_page_of_the_settings_and_every_module_has_a_row_but_those_of_administration(app):
    rows = {row.key for rows in grid("profile").values() for row in rows}
    assert set(ALL) <= rows
    assert not rows & {"settings.users", "settings.roles"}


def test_who_sees_assigned_customers_only_gets_no_rights_in_the_settings(admin):
    ticked = ["books.customers.view", "settings.mail-catcher.view"]
    page = Page(make(admin, status=422, permissions=ticked, assigned_only="1"))
    assert page.error("assigned_only")
    role = CustomRole(kind="role", name="Old", permissions=ticked, assigned_only=True)
    assert role.as_role.allows("books.customers.view")
    assert not role.as_role.allows("settings.mail-catcher.view")
