"""No form breaks, whatever is typed into it or left out: every form of every page, as a hostile browser sends it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.db import db
from tests.pages import HTMX, Page, compiled_once
from tests.world import a_world, doors

pytestmark = pytest.mark.doors

__all__ = ["compiled_once"]

LEFT_ALONE = ("/logout", "/login", "/first")
"""Whoever sends these is not in any more."""

KEPT = ("csrf_token", "organization")

HOSTILE = (
    "",
    " ",
    "\x00",
    "-1",
    "9" * 400,
    "1e400",
    "NaN",
    "٣",
    "2026-02-30",
    "0001-01-01",
    "%(x)s {{7*7}} ${7*7}",
    "\ud83d\ude00 \u202e \ufeff".encode("utf-16", "surrogatepass").decode("utf-16"),
    "'; DROP TABLE members; --",
    "../../etc/passwd",
    "[]",
    '{"a":',
    "é" * 5000,
)


class Form(NamedTuple):
    """A form of a page: where it leads, and the names of what it sends."""

    action: str
    names: tuple[str, ...]


@pytest.fixture
def forms(app, client_of, cast) -> list[Form]:
    """Fixture: all that the administrator can send, from all pages; what deletes comes last."""
    world = a_world(cast.admin)
    admin = client_of(cast.admin)
    found: dict[Form, None] = {}
    for door in doors(app, world):
        if door.method == "GET":
            for form in _forms_of(admin.get(door.url), door.url):
                found.setdefault(form)
    return sorted(found, key=lambda form: "delete" in form.action)


def _forms_of(response: Any, url: str) -> Iterator[Form]:
    if response.mimetype != "text/html" or not response.text.strip():
        return
    page = Page(response)
    for form in page.all('//form[@method="post"]'):
        action = form.get("action") or url
        named = page.all(f'//*[@name and @form="{form.get("id")}"]') if form.get("id") else []
        names = {each.get("name") for each in [*form.xpath(".//*[@name]"), *named]} - set(KEPT)
        if not action.startswith(LEFT_ALONE):
            yield Form(action, tuple(sorted(names)))


def _sent(client: Any, form: Form, values: dict[str, Any]) -> None:
    for headers in ({}, HTMX):
        answer = client.post(form.action, data=values, headers=headers)
        assert answer.status_code < 500, f"{form.action} {values}"


def test_there_are_forms(forms):
    assert len(forms) > 40


def test_no_form_breaks_when_every_field_is_hostile(forms, client_of, cast, subtests):
    admin = client_of(cast.admin)
    for form in forms:
        with subtests.test(action=form.action):
            for text in HOSTILE:
                _sent(admin, form, dict.fromkeys(form.names, text))
            _sent(admin, form, {})
            _sent(admin, form, {name: ["1", "2"] for name in form.names})
            _sent(admin, form, {f"{name}[]": "1" for name in form.names})


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_no_form_breaks_when_any_fields_hold_anything(forms, client_of, cast, data):
    admin = client_of(cast.admin)
    form = data.draw(st.sampled_from(forms))
    value = st.text(max_size=40) | st.sampled_from(HOSTILE) | st.integers().map(str) | st.just("1")
    values = {name: data.draw(value) for name in form.names if data.draw(st.booleans())}
    _sent(admin, form, values)
    db.session.rollback()
