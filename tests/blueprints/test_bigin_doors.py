"""Every door of `/bigin/v2` for everybody: only a token opens it, with its scopes and the rights of its person."""

import pytest
from sqlalchemy import select

from domain.crm.accounts import Account
from domain.db import db
from domain.organizations.roles import PROFILES, Profile
from tests import factories
from tests.blueprints.oauth import carrying, personal, tokens
from tests.pages import compiled_once
from tests.world import everything

__all__ = ["compiled_once"]

pytestmark = pytest.mark.doors

MODULES = ("Accounts", "Contacts", "Products", "Pipelines")

VERBS = {"GET": "READ", "POST": "CREATE", "PUT": "UPDATE", "DELETE": "DELETE"}


@pytest.fixture
def records(cast):
    """Fixture: one record of each module, all the administrator's, by the name of their module."""
    account = factories.account(cast.admin, name="Hidden Corp", owner_id=cast.admin.id)
    contact = factories.contact(
        cast.admin, last_name="Hidden", account_id=account.id, email="hidden@example.com"
    )
    product, deal = (
        factories.product(cast.admin, name="Hidden"),
        factories.deal(cast.admin, name="Hidden", account_id=account.id),
    )
    db.session.commit()
    return dict(zip(MODULES, (account, contact, product, deal), strict=True))


def unchanged():
    """All rows but those that count how often a token was used."""
    rows = everything()
    return {name: rows[name] for name in rows if name not in ("access_tokens", "grants")}


def doors(app, records):
    """Every method and address with every module, and the number of its record."""
    numbers = {name: record.id for name, record in records.items()}
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("bigin.") or "<path" in rule.rule:
            continue
        for method in sorted(rule.methods & VERBS.keys()):
            for name, number in numbers.items():
                address = rule.rule.replace("<name>", name).replace("<int:row_number>", str(number))
                if rule.rule.endswith("/<name>") and method == "DELETE":
                    address += f"?ids={number}"
                if address.endswith(("/settings/fields", "/custom_views")):
                    address += f"?module={name}"
                yield method, address.replace("/search", "/search?word=Hidden"), name, number


TITLES = dict(zip(MODULES, ("Account_Name", "Last_Name", "Product_Name", "Deal_Name"), strict=True))


def knock(client, method, address, name, number, headers):
    """Try a door: with a row that changes the record, where one is taken."""
    body = {"data": [{"id": str(number), TITLES[name]: "Changed"}]} if method in ("POST", "PUT") else None
    return client.open(address, method=method, headers=headers, json=body)


def test_without_a_token_every_door_is_shut_also_for_who_is_signed_in(
    app, records, client, client_of, cast, subtests
):
    before = unchanged()
    wrong = [{}, carrying("kkh_nonsense"), carrying("nonsense"), {"Authorization": "Basic YTpi"}]
    for method, address, name, number in doors(app, records):
        with subtests.test(method=method, address=address):
            for headers in wrong:
                answer = knock(client, method, address, name, number, headers)
                assert (answer.status_code, answer.json["code"]) == (401, "INVALID_TOKEN")
                assert "X-Rate-Limit-Limit" in answer.headers
            assert knock(client_of(cast.admin), method, address, name, number, {}).status_code == 401
    assert unchanged() == before


def test_a_token_beside_a_sign_in_counts_and_not_the_sign_in(records, client_of, cast):
    browser = client_of(cast.admin)
    assert browser.get("/bigin/v2/Accounts", headers=personal(cast.assigned)).status_code == 204
    assert browser.get("/bigin/v2/users", headers=personal(cast.admin)).status_code == 401, "no such scope"


def test_a_stranger_finds_no_record_and_changes_none(app, records, client, cast, subtests):
    headers = personal(cast.stranger)
    before = unchanged()
    for method, address, name, number in doors(app, records):
        if method == "POST":
            continue
        with subtests.test(method=method, address=address):
            answer = knock(client, method, address, name, number, headers)
            assert answer.status_code in (200, 204, 400, 401, 404)
            assert "Hidden" not in answer.text and "SUCCESS" not in answer.text
    assert unchanged() == before


def test_what_is_of_others_is_not_there_for_assigned_staff(app, records, client, cast, subtests):
    headers = personal(cast.assigned)
    del records["Products"]  # which concern everybody
    before = unchanged()
    for method, address, name, number in doors(app, records):
        if method == "POST":
            continue
        with subtests.test(method=method, address=address):
            answer = knock(client, method, address, name, number, headers)
            assert "Hidden" not in answer.text and "SUCCESS" not in answer.text
            assert answer.status_code in (200, 204, 400, 401, 404)
    assert unchanged() == before


def test_assigned_staff_refers_to_no_account_of_others(records, client, cast):
    headers, account = personal(cast.assigned), records["Accounts"]
    row = {"Last_Name": "Spy", "Account_Name": {"id": str(account.id)}}
    answer = client.post("/bigin/v2/Contacts", json={"data": [row]}, headers=headers)
    assert answer.json["data"][0]["details"]["api_name"] == "Account_Name"
    answer = client.get(
        f"/bigin/v2/Contacts/search?criteria=(Account_Name:equals:{account.id})", headers=headers
    )
    assert answer.status_code == 400


def test_of_what_others_deleted_assigned_staff_is_told_nothing(records, client, cast):
    account = factories.account(name="Gone")
    db.session.commit()
    assert client.delete(f"/bigin/v2/Accounts/{account.id}", headers=personal(cast.admin)).status_code == 200
    assert client.get("/bigin/v2/Accounts/deleted", headers=personal(cast.admin)).status_code == 200
    assert client.get("/bigin/v2/Accounts/deleted", headers=personal(cast.assigned)).status_code == 204
    assert client.get("/bigin/v2/Accounts/deleted", headers=personal(cast.stranger)).status_code == 204


def test_who_may_only_look_changes_nothing(app, records, client, cast, monkeypatch, subtests):
    monkeypatch.setitem(PROFILES, "viewer", Profile("viewer", "Viewer", frozenset({"crm.*.view"})))
    cast.staff.profile_key = "viewer"
    headers = personal(cast.staff)
    before = unchanged()
    for method, address, name, number in doors(app, records):
        if "/users" in address:
            continue
        with subtests.test(method=method, address=address):
            answer = knock(client, method, address, name, number, headers)
            assert (
                answer.status_code in (200, 204)
                if method == "GET"
                else (answer.status_code, answer.json["code"]) == (403, "NO_PERMISSION")
            )
    assert unchanged() == before


@pytest.mark.parametrize("verb", ["READ", "UPDATE"])
def test_a_scope_opens_its_verb_and_its_module_and_nothing_else(
    app, records, client, client_of, cast, verb, subtests
):
    got = tokens(client_of, client, cast.admin, f"ZohoBigin.modules.contacts.{verb}")
    headers = carrying(got["access_token"])
    del records["Products"], records["Pipelines"]
    for method, address, name, number in doors(app, records):
        with subtests.test(method=method, address=address):
            answer = knock(client, method, address, name, number, headers)
            opened = name == "Contacts" and VERBS[method] == verb and f"/{name}" in address
            assert ("OAUTH_SCOPE_MISMATCH" not in answer.text) == opened, answer.text


def test_a_token_for_lists_opens_nothing_here_and_one_for_this_no_lists(records, client, cast):
    assert client.get("/bigin/v2/Accounts", headers=personal(cast.admin, "read", "export")).status_code == 401
    assert client.get("/crm/accounts.json", headers=personal(cast.admin, "crm.read")).status_code == 403


def test_a_row_can_not_say_what_is_not_its_to_say(records, client, cast):
    row = {
        "Account_Name": "New",
        "organization_id": cast.stranger.organization_id,
        "Created_Time": "2000-01-01T00:00:00+00:00",
    }
    row |= {"form_key": "k", "search_text": "forged", "version": 9, "customer_id": 1}
    answer = client.post("/bigin/v2/Accounts", json={"data": [row]}, headers=personal(cast.admin))
    account = db.session.get(Account, int(answer.json["data"][0]["details"]["id"]))
    assert (account.organization_id, account.version, account.form_key) == (cast.organization_id, 1, None)
    assert account.created_at.year > 2000
    assert len(db.session.scalars(select(Account)).all()) == 2
