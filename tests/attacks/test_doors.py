"""Every door for every person: their own records, those of others, of another organization, and of nobody any more.

What is refused is refused before anything is written, not taken back afterwards.
"""

import pytest
from sqlalchemy import event, select

from domain.books.vendors import Vendor
from domain.db import db, everywhere
from domain.modules import ALL
from domain.timeline import TimelineEntry
from tests import factories
from tests.modules import samples
from tests.pages import HTMX, compiled_once, see
from tests.test_routes_guarded import SEEN_BY_ALL, knock
from tests.world import a_world, doors, everything

pytestmark = pytest.mark.doors

__all__ = ["compiled_once"]

NEVER = 10**9
"""An id that nothing has."""

OUT = {"auth.leave", "profile.end_all"}
"""Whoever knocks there is not in any more."""


@pytest.fixture
def world(cast):
    """Fixture: records of the administrator."""
    return a_world(cast.admin)


@pytest.fixture
def written(session):
    """Fixture: the statements that change something."""
    found = []

    def note(_connection, _cursor, sql, *_rest):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            found.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def posts(app, world):
    """What changes something, deletions last."""
    found = [door for door in doors(app, world) if door.method == "POST" and door.rule.endpoint not in OUT]
    return sorted(found, key=lambda door: ("delete" in door.url, "end" in door.url))


@pytest.mark.parametrize("who", ["staff", "assigned", "sales", "stranger"])
def test_what_is_refused_is_refused_before_anything_is_written(app, world, client_of, cast, who, written):
    client = client_of(getattr(cast, who))
    refused = 0
    for door in posts(app, world):
        for headers in ({}, HTMX):
            written.clear()
            answer = knock(client, door, headers=headers)
            assert answer.status_code < 500, door.url
            if answer.status_code in (403, 404):
                refused += 1
                assert not written, door.url
    assert refused > 120


def test_what_is_of_others_is_answered_like_what_never_was(app, world, client_of, cast, subtests):
    assigned = client_of(cast.assigned)
    before = everything()
    hidden = [door for door in doors(app, world) if _is_kept_from_assigned_staff(door)]
    assert len(hidden) > 40
    for door in hidden:
        with subtests.test(method=door.method, url=door.url):
            answer = knock(assigned, door)
            nobody = assigned.open(door.leading_to(app, record_id=NEVER), method=door.method, data=FORM)
            assert (answer.status_code, nobody.status_code) == (404, 404)
            assert "Something" not in answer.text
            assert len(answer.text) - len(nobody.text) < 20
    assert everything() == before


FORM = {"version": "1", "form_key": "knock"}


def _is_kept_from_assigned_staff(door):
    """To a record of which assigned staff sees their own; the contact person of the world is a vendor's."""
    if door.module is None or door.module.key in {"books.contact-persons", *SEEN_BY_ALL}:
        return False
    if getattr(door.module.model, "PARTY", None) is Vendor:
        return False
    narrowed = getattr(door.module.model, "assigned_to", None)
    return bool(narrowed and "record_id" in door.rule.arguments and door.leads_anywhere)


def test_an_id_that_nothing_has_leads_nowhere(app, world, client_of, cast, subtests):
    admin = client_of(cast.admin)
    before = everything()
    for door in doors(app, world):
        for name in door.ids:
            url = door.leading_to(app, **{name: NEVER})
            with subtests.test(method=door.method, url=url):
                assert admin.open(url, method=door.method, data=FORM).status_code == 404
    assert everything() == before


def test_what_hangs_on_one_record_is_not_found_at_another(app, world, client_of, cast, subtests):
    admin = client_of(cast.admin)
    other = factories.invoice(world["books.customers"], actor=cast.admin)
    db.session.commit()
    keys = list(ALL)
    before = everything()
    for door in doors(app, world):
        wrong = {}
        if door.module and "record_id" in door.values:
            neighbour = keys[keys.index(door.module.key) - 1]
            if "comment_id" in door.values:
                wrong = {"comment_id": world.comments[neighbour].id}
            elif "attachment_id" in door.values:
                wrong = {"attachment_id": world.attachments[neighbour].id}
            elif {"payment_id", "email_id"} & door.values.keys():
                wrong = {"record_id": other.id}
        elif door.module and door.values.keys() & {"view_id", "run_id", "import_id"}:
            wrong = {"module": ALL[keys[keys.index(door.module.key) - 1]]}
            if door.rule.rule.startswith("/<importable:"):
                wrong = {
                    "module": ALL["crm.accounts" if door.module.key != "crm.accounts" else "crm.contacts"]
                }
        if wrong:
            url = door.leading_to(app, **wrong)
            with subtests.test(method=door.method, url=url):
                assert admin.open(url, method=door.method, data=FORM).status_code == 404
    assert everything() == before


def test_of_a_deleted_record_nothing_is_left_behind_any_door(app, world, client_of, cast, subtests):
    admin = client_of(cast.admin)
    found = doors(app, world)
    gone = 0
    for module in (each for each in ALL.values() if each.area != "settings"):
        record = samples.record_of(module)
        comment = factories.comment(record, cast.admin, "A secret")
        attachment = factories.attachment(record, cast.admin, "secret.png")
        ids = {"record_id": record.id, "comment_id": comment.id, "attachment_id": attachment.id}
        db.session.commit()
        if admin.post(f"/{module.path}/{record.id}/delete").status_code != 303:
            continue
        gone += 1
        for door in found:
            if door.module is module and "record_id" in door.values:
                url = door.leading_to(app, **{n: i for n, i in ids.items() if n in door.values})
                with subtests.test(method=door.method, url=url):
                    assert admin.open(url, method=door.method, data=FORM).status_code == 404
    assert gone >= 8


def test_a_new_record_shows_nothing_of_a_deleted_one_that_had_its_number(client_of, cast):
    admin = client_of(cast.admin)
    old = factories.account(cast.admin, name="A secret")
    factories.comment(old, cast.admin, "A secret")
    record_id = old.id
    admin.post(f"/crm/accounts/{record_id}/delete")
    see(admin, "/")  # the toast is gone
    new = factories.account(cast.admin, id=record_id, name="Something else")
    assert new.id == record_id
    for page in ("", "/timeline", "/comments"):
        assert "secret" not in see(admin, f"/crm/accounts/{record_id}{page}").text
    assert "Created" in see(admin, f"/crm/accounts/{record_id}/timeline").words("//main")


def test_nothing_that_anybody_does_changes_what_stands_in_the_audit_trail(app, world, client_of, cast):
    before = _trail()
    admin = client_of(cast.admin)
    for door in posts(app, world):
        knock(admin, door)
    after = _trail()
    assert after[: len(before)] == before
    assert len(after) > len(before)


def _trail():
    with everywhere():
        return list(map(repr, db.session.execute(select(TimelineEntry.__table__).order_by(TimelineEntry.id))))
