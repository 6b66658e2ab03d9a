"""Who works here: given rights, let go, let in again; and one administrator always stays."""

import pytest
from sqlalchemy import select

from domain.db import db
from domain.organizations import people
from domain.organizations.custom_roles import CustomRole
from domain.organizations.people import Rights
from domain.organizations.users import Member
from domain.timeline import TimelineEntry
from tests.pages import Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def give(client, member, status=303, **changes):
    """Save somebody's page with other rights chosen."""
    address = f"/settings/users/{member.id}"
    return send(client, address, see(client, address).form(**changes), status)


def test_the_list_says_who_is_here_with_which_rights(admin, cast):
    page = see(admin, "/settings/users")
    rows = [row.text_content() for row in page.all("//tbody/tr")]
    assert len(rows) == 4
    assert "Staff (assigned customers only)" in rows[2]
    assert "No finance role" in rows[3]
    assert "Stranger" not in page.text


def test_the_list_costs_the_same_for_twenty_people_as_for_two(admin, cast, count_queries, session):
    def cost():
        session.commit()
        with count_queries() as queries:
            see(admin, "/settings/users")
        return len(queries)

    before = cost()
    role = CustomRole(kind="role", name="Own", permissions=["books.items.view"])
    session.add(role)
    session.flush()
    for n in range(18):
        people.invite(f"Guest {n}", f"guest{n}@example.com", Rights(str(role.id), "standard"), cast.admin)
    assert cost() == before


def test_other_rights_hold_from_the_next_click(admin, client_of, cast):
    sales = client_of(cast.sales)
    see(sales, "/books/invoices", 403)
    give(admin, cast.sales, role="staff", profile="standard")
    see(sales, "/books/invoices")
    [entry] = db.session.scalars(select(TimelineEntry).where(TimelineEntry.verb == "rights_changed"))
    assert entry.detail["changes"] == [["role", "", "Staff"]]


def test_a_right_needs_both_role_and_profile(admin, client_of, cast):
    staff = client_of(cast.staff)
    give(admin, cast.staff, profile="crm_only")
    see(staff, "/books/invoices", 403)
    see(staff, "/crm/accounts")


@pytest.mark.parametrize("changes", [{"role": "staff"}, {"profile": "standard"}, {"role": ""}])
def test_the_last_administrator_stays_one(admin, cast, changes):
    page = Page(give(admin, cast.admin, 422, **changes))
    assert "needs an administrator" in page.words('//*[@role="alert"]')
    assert (cast.admin.role_key, cast.admin.profile_key) == ("admin", "administrator")


def test_the_last_administrator_can_not_be_let_go(admin, cast):
    send(admin, f"/settings/users/{cast.admin.id}/active", {"active": "0"}, 422)
    see(admin, "/settings/users")
    assert cast.admin.is_active


def test_with_a_second_administrator_the_first_may_go(admin, client_of, cast):
    give(admin, cast.staff, role="admin", profile="administrator")
    send(client_of(cast.staff), f"/settings/users/{cast.admin.id}/active", {"active": "0"})
    assert admin.get("/").status_code == 303
    send(client_of(cast.staff), f"/settings/users/{cast.staff.id}/active", {"active": "0"}, 422)


@pytest.mark.parametrize("state", ["inactive", "invited"])
def test_an_administrator_who_is_not_here_does_not_count(admin, cast, state):
    give(admin, cast.staff, role="admin", profile="administrator")
    if state == "inactive":
        send(admin, f"/settings/users/{cast.staff.id}/active", {"active": "0"})
    else:
        cast.staff.joined_at = None
    give(admin, cast.admin, 422, role="staff")


def test_somebody_who_is_let_go_is_out_at_once_and_in_again_by_the_same_door(admin, client_of, cast, client):
    staff = client_of(cast.staff)
    send(admin, f"/settings/users/{cast.staff.id}/active", {"active": "0"})
    assert staff.get("/").status_code == 303
    send(admin, f"/settings/users/{cast.staff.id}/active", {"active": "1"})
    assert staff.get("/").status_code == 303, "the old sign-in was ended"
    see(client_of(cast.staff), "/")


def test_a_page_that_is_older_than_the_rights_saves_nothing(admin, cast):
    address = f"/settings/users/{cast.sales.id}"
    form = see(admin, address).form(role="staff")
    give(admin, cast.sales, role="assigned")
    send(admin, address, form, 409)
    assert cast.sales.role_key == "assigned"


def test_the_same_invitation_sent_twice_makes_one(admin, cast):
    form = see(admin, "/settings/users/new").form(name="G", email="g@example.com")
    send(admin, "/settings/users/new", form)
    send(admin, "/settings/users/new", form)
    assert len(db.session.scalars(select(Member)).all()) == 5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "nonsense"),
        ("role", "9" * 30),
        ("role", "²"),
        ("profile", ""),
        ("profile", "admin\x00"),
        ("email", "nobody"),
        ("email", "a" * 300 + "@example.com"),
        ("email", "x@example.com\r\nBcc: y@evil.example"),
        ("name", ""),
        ("name", "n" * 101),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_at_its_field(admin, field, value):
    usual = {"name": "G", "email": "g@example.com", "role": "staff", "profile": "standard"}
    form = see(admin, "/settings/users/new").form(**(usual | {field: value}))
    page = Page(send(admin, "/settings/users/new", form, 422))
    assert page.error(field)
    assert len(db.session.scalars(select(Member)).all()) == 4


def test_a_role_of_another_organization_can_not_be_given(admin, cast, client_of):
    form = {"name": "Theirs", "kind": "role", "form_key": "k", "permissions": "books.invoices.*"}
    send(client_of(cast.stranger), "/settings/roles/new", form)
    see(admin, "/settings/users")
    address = f"/settings/users/{cast.sales.id}"
    assert Page(send(admin, address, see(admin, address).form(role="1"), 422)).error("role")
