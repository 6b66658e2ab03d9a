"""What people know is what they may know now: not what they were told, kept or could do before."""

import logging

import pytest
from sqlalchemy import select

from blueprints import bearer, exports
from domain import comments
from domain.db import db, everywhere, scoped_to
from domain.modules import ALL
from domain.modules.bulk_runs import BulkRun
from domain.modules.saved_views import SavedView, save_view
from domain.organizations.access_tokens import make_token
from domain.organizations.sign_ins import FailedSignIn
from domain.organizations.users import Member
from domain.outbox import OutboxRow
from jobs import dispatch
from tests import factories
from tests.pages import HTMX, compiled_once, see, send
from tests.world import a_world, doors

__all__ = ["compiled_once"]


def work(topic):
    """Do what is owed under a topic."""
    db.session.commit()
    for row in db.session.scalars(select(OutboxRow).where(OutboxRow.topic == topic)).all():
        dispatch.perform(row.id)
    db.session.expire_all()


# --- what one was told, or took out, before -------------------------------------------------------------------------


def test_a_mention_on_a_record_that_one_sees_no_more_tells_nothing(client_of, cast):
    customer = factories.customer(display_name="Hidden Corp", owner_id=cast.assigned.id)
    comments.say(customer, "@Asa they owe us", cast.admin, in_portal=False, form_key=None)
    assigned = client_of(cast.assigned)
    assert "Hidden Corp" in see(assigned, "/mentions").text
    customer.owner_id = cast.admin.id
    for address in ("/mentions", "/"):
        page = see(assigned, address)
        assert "Hidden Corp" not in page.text and "they owe us" not in page.text
    send(assigned, "/mentions", {})
    assert not db.session.get(type(cast.assigned), cast.assigned.id).unread_mentions


def test_a_mention_in_a_module_that_one_lost_tells_nothing(client_of, cast):
    invoice = factories.invoice(factories.customer(display_name="Hidden Corp"), issued=True)
    comments.say(invoice, "@Sora they owe us", cast.admin, in_portal=False, form_key=None)
    cast.staff.role_key = None
    for address in ("/mentions", "/"):
        assert "they owe us" not in see(client_of(cast.staff), address).text


def test_a_file_made_when_one_saw_everything_is_not_handed_over_to_who_sees_less(
    client_of, cast, monkeypatch
):
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    factories.account(name="Hidden Corp")
    staff = client_of(cast.staff)
    address = send(staff, "/crm/accounts/export.csv", {"form_key": "k"}).location
    work("export.make")
    assert "Hidden Corp" in staff.get(f"{address}/file").text
    cast.staff.role_key = "assigned"
    assert staff.get(f"{address}/file").status_code == 403
    factories.account(name="Their own", owner_id=cast.staff.id)
    again = send(staff, "/crm/accounts/export.csv", {"form_key": "k2"}).location
    work("export.make")
    text = staff.get(f"{again}/file").text
    assert "Their own" in text and "Hidden Corp" not in text


def test_a_background_export_holds_what_one_sees_when_it_is_made(client_of, cast, monkeypatch):
    hidden = factories.account(name="Hidden Corp")
    staff = client_of(cast.staff)
    form = {"form_key": "k", "ids": str(hidden.id)}
    chosen = send(client_of(cast.assigned), "/crm/accounts/export.csv", form, 200)
    assert "Hidden Corp" not in chosen.text, "an id that is not theirs adds nothing"
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    address = send(staff, "/crm/accounts/export.csv", {"form_key": "k2"}).location
    cast.staff.role_key = "assigned"
    work("export.make")
    assert "Hidden Corp" not in staff.get(f"{address}/file").text


def test_a_key_of_somebody_elses_form_leads_to_nothing_of_theirs(client_of, cast, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    factories.account()
    send(client_of(cast.admin), "/crm/accounts/export.csv", {"form_key": "k"})
    for who in (cast.staff, cast.stranger):
        answer = client_of(who).post("/crm/accounts/export.csv", data={"form_key": "k"})
        assert answer.status_code < 500
        if answer.status_code == 303:
            assert client_of(who).get(answer.location).status_code == 404


def test_a_shared_view_names_no_record_that_its_reader_may_not_see(client_of, cast):
    customer = factories.customer(display_name="Hidden Corp")
    view = SavedView(module="books.invoices", member_id=cast.admin.id, form_key="v")
    save_view(view, "Overdue", True, {"party": str(customer.id)})
    factories.invoice(customer)
    assigned = client_of(cast.assigned)
    for headers in ({}, HTMX):
        page = see(assigned, f"/books/invoices/views/{view.id}", headers=headers)
        assert "Hidden Corp" not in page.text


def test_what_was_done_to_many_is_shown_to_nobody_else(client_of, cast):
    account = factories.account(cast.admin, name="Hidden Corp")
    run = BulkRun(module="crm.accounts", action="update", member_id=cast.admin.id, state="done")
    run.refused = [[account.id, "Hidden Corp", "No."]]
    db.session.add(run)
    db.session.commit()
    for who in (cast.staff, cast.assigned, cast.stranger):
        see(client_of(who), f"/crm/accounts/bulk/runs/{run.id}", 404)
        send(client_of(who), f"/crm/accounts/bulk/runs/{run.id}/undo", {"form_key": "k"}, 404)


# --- programs -------------------------------------------------------------------------------------------------------


def carrying(made):
    """The header with a token."""
    return {"Authorization": f"Bearer {made.secret}"}


@pytest.mark.parametrize("scopes", [["read"], ["export"], ["read", "export"]])
def test_a_token_opens_the_doors_of_its_scopes_and_no_other(app, client, cast, monkeypatch, scopes):
    world = a_world(cast.admin)
    made = make_token(cast.admin, "Report", scopes, None)
    monkeypatch.setattr(bearer, "PER_MINUTE", 10_000)
    open_to_it = {name for name, scope in bearer.OPENS.items() if scope in scopes}
    for door in doors(app, world):
        if door.rule.endpoint in ("exports.file", "assets.show"):
            continue
        answer = client.open(door.url, method=door.method, headers=carrying(made))
        if door.method == "GET" and door.rule.endpoint.partition(".")[0] in open_to_it:
            assert answer.status_code == 200, door.url
        else:
            assert answer.status_code == 403, door.url


def test_a_program_that_asks_for_nonsense_is_told_so_in_json(client, cast):
    made = make_token(cast.admin, "Report", ["read", "export"], None)
    for address in ("/crm/accounts.json", "/crm/accounts/export.csv", "/crm/accounts/export", "/exports/999"):
        answer = client.get(f"{address}?nonsense=1", headers=carrying(made))
        assert answer.status_code in (404, 422)
        assert answer.is_json and answer.json["error"]
    assert client.get("/exports", headers=carrying(made)).status_code == 200


def test_a_token_is_of_one_organization_whatever_others_its_person_works_in(app, client, cast):
    factories.account(name="Ours")
    with everywhere(), scoped_to(cast.stranger.organization_id):
        db.session.add(Member(user=cast.admin.user, role_key="admin", profile_key="administrator"))
        db.session.flush()
    with scoped_to(cast.stranger.organization_id):
        factories.account(name="Elsewhere")
    made = make_token(cast.admin, "Report", ["read"], None)
    cast.admin.user.latest_member_id = cast.stranger.id
    assert "Ours" in client.get("/crm/accounts.json", headers=carrying(made)).text
    assert "Elsewhere" not in client.get("/crm/accounts.json", headers=carrying(made)).text
    cast.admin.is_active = False
    assert client.get("/crm/accounts.json", headers=carrying(made)).status_code == 401


def test_a_token_sees_as_little_as_its_person(client, cast):
    factories.account(name="Hidden Corp")
    factories.account(name="Their own", owner_id=cast.assigned.id)
    made = make_token(cast.assigned, "Report", ["read", "export"], None)
    for address in ("/crm/accounts.json", "/crm/accounts/export.csv"):
        text = client.get(address, headers=carrying(made)).text
        assert "Their own" in text and "Hidden Corp" not in text
    sales = make_token(cast.sales, "Report", ["read", "export"], None)
    assert client.get("/books/invoices.json", headers=carrying(sales)).status_code == 403


# --- what is written into logs, and what headers claim -----------------------------------------------------------


@pytest.mark.parametrize("address", ["/password/", "/invitations/"])
def test_the_token_of_a_mailed_link_stands_in_no_log(app, client, monkeypatch, caplog, address):
    def fail(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr("domain.organizations.resets.user_of", fail)
    monkeypatch.setattr("domain.organizations.people.invited_by", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.DEBUG):
        assert client.get(f"{address}a-secret-token").status_code == 500
    assert address in caplog.text
    assert "a-secret-token" not in "\n".join(record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    "claimed", ["a" * 500, "192.0.2.1, " * 50 + "2001:db8::1%interface-with-a-long-name", "'"]
)
def test_whatever_a_proxy_says_of_an_address_is_kept_as_far_as_it_fits(client, session, claimed):
    options = {"environ_overrides": {"REMOTE_ADDR": claimed}, "headers": {"User-Agent": "x" * 5_000}}
    send(client, "/login", {"email": "admin@example.com", "password": "wrong"}, 422, **options)
    send(client, "/login", {"email": "admin@example.com", "password": "demo-password"}, **options)
    assert not db.session.scalars(select(FailedSignIn)).all()


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:a()"],
)
def test_no_door_leads_out_of_the_program(client_of, cast, target):
    admin = client_of(cast.admin)
    answer = admin.post("/organization", data={"to": str(cast.organization_id), "next": target})
    assert "evil" not in answer.headers.get("Location", "") and "javascript" not in answer.headers.get(
        "Location", ""
    )
    answer = admin.post("/language", data={"language": "en"}, headers={"Referer": target})
    assert answer.location == "/"
    listing = {"listing": f"sort=name&next={target}", "apply": "1"}
    for address in ("columns", "filter"):
        answer = admin.get(f"/crm/accounts/{address}", query_string=listing)
        assert answer.headers.get("Location", "/").startswith("/crm/accounts") or answer.status_code == 422


def test_a_person_is_asked_for_anew_with_every_request(client_of, cast):
    staff = client_of(cast.staff)
    see(staff, "/books/invoices")
    cast.staff.profile_key = "crm_only"
    for module in ALL.values():
        if module.area == "books":
            see(staff, f"/{module.path}", 403)
            assert staff.get(f"/{module.path}/export.csv").status_code == 403
            assert staff.get(f"/{module.path}.json").status_code == 403
