"""The tests' own stage: what the fixtures promise."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy import func, select

from domain.crm.accounts import Account
from domain.db import current_organization_id, db
from domain.organizations.organizations import current_organization
from tests.cast import PASSWORD, Cast


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_with_the_cast_alone(cast: Cast, factories: ModuleType, turn: int) -> None:
    assert db.session.scalar(select(func.count(Account.id))) == 0
    factories.account()
    db.session.commit()


def test_the_cast_are_who_they_are_said_to_be(cast: Cast) -> None:
    roles = {name: member.role_key for name, member in vars(cast).items()}
    assert roles == {
        "admin": "admin",
        "staff": "staff",
        "assigned": "assigned",
        "sales": None,
        "stranger": "admin",
    }
    assert cast.stranger.organization_id != cast.organization_id == current_organization_id()


def test_a_browser_of_the_cast_is_signed_in_and_sees_what_the_test_wrote(
    cast: Cast, client_of: Callable, factories: ModuleType
) -> None:
    factories.account(name="Minato Works")
    page = client_of(cast.staff).get("/crm/accounts")
    assert page.status_code == 200
    assert "Minato Works" in page.text


def test_a_request_leaves_the_test_in_its_own_organization(cast: Cast, client_of: Callable) -> None:
    client_of(cast.stranger).get("/crm/accounts")
    assert current_organization().id == cast.organization_id


def test_anybody_of_the_cast_can_sign_in_by_the_door(client) -> None:
    answer = client.post("/login", data={"email": "sales@example.com", "password": PASSWORD})
    assert answer.status_code == 303


def test_the_clock_stands_where_it_was_set(cast: Cast, clock: Callable, factories: ModuleType) -> None:
    moment = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
    clock(moment)
    company = factories.account()
    assert company.created_at == moment
    assert factories.today().isoformat() == "2026-04-01"


def test_an_empty_database_has_nobody_in_it(make_app: Callable[..., Flask], empty_database_url: str) -> None:
    app = make_app(empty_database_url)
    answer = app.test_client().get("/login")
    assert answer.status_code == 303
