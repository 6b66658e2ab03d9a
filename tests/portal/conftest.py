"""A customer who comes to the portal."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from domain.db import db, scoped_to
from domain.portal.guests import Access
from domain.portal.sign_ins import _start
from tests import factories
from tests.conftest import Browser
from tests.jobs.conftest import choose, mail_server, work

__all__ = ("choose", "mail_server", "work")


COOKIE = "kakehashi_8000_portal"


@pytest.fixture
def guest(cast: Any) -> Access:
    """Hanako of Minato, who has access to the portal."""
    customer = factories.customer(cast.admin, display_name="Minato", owner_id=cast.staff.id)
    person = factories.contact_person(customer, last_name="Tanaka", email="hanako@minato.example")
    return factories.access(person, cast.admin)


@pytest.fixture
def portal_of(app: Flask, session: Any) -> Callable[[Access], Browser]:
    """`portal_of(guest)`: a browser where a guest is signed in to the portal."""

    def sign_in(access: Access) -> Browser:
        with scoped_to(access.organization_id):
            token = _start(access, "127.0.0.1")
        db.session.commit()
        client = app.test_client()
        client.set_cookie(COOKIE, token, path="/portal")
        return client  # type: ignore[return-value]

    return sign_in
