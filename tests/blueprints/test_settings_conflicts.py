"""Settings that two people save at once, or that can't be saved: what was typed stays, and what is wrong is said."""

import pytest

from domain.books.reminder_rules import all_rules
from domain.db import db
from domain.errors import Refused
from domain.organizations import particulars
from domain.words import Words
from tests import factories
from tests.pages import HTMX, Page, compiled_once, see, send

__all__ = ["compiled_once"]

OF_THE_ORGANIZATION = [
    ("/settings/mail", "mail_sender_name", "change_mail"),
    ("/settings/portal", "portal_banner", "change_portal"),
    ("/settings/organization", "city", "change_particulars"),
]


@pytest.fixture
def admin(client_of, cast):
    return client_of(cast.admin)


def _rule():
    return f"/settings/reminders/{all_rules()[0].id}/edit", "name"


def _schedule():
    made = factories.statement_schedule()
    db.session.commit()
    return f"/settings/statement-schedules/{made.id}/edit", "name"


PAGES = {
    **{
        address: lambda address=address, field=field: (address, field)
        for address, field, _ in OF_THE_ORGANIZATION
    },
    "a rule": _rule,
    "a schedule": _schedule,
}


@pytest.mark.parametrize("which", PAGES)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["browser", "htmx"])
def test_of_two_who_save_the_second_sees_both_and_decides(admin, which, headers):
    address, field = PAGES[which]()
    form = see(admin, address).form(**{field: "Mine"})
    send(admin, address, see(admin, address).form(**{field: "Theirs"}))
    page = Page(send(admin, address, form, 409, headers=headers))
    assert "Somebody else saved this" in page.words('//*[@data-tone="wait"]')
    assert [each.get("id") for each in page.all('//*[@class="theirs"]')] == [f"{field}_theirs"]
    assert page.words(f'//*[@id="{field}_theirs"]') == "Saved meanwhile Theirs"
    send(admin, address, page.form())
    assert see(admin, address).form()[field] == "Mine"


def test_the_hour_of_reminders_is_compared_as_it_is_shown(admin):
    page = see(admin, "/settings/reminders")
    form = page.form(send_hour="7")
    send(admin, "/settings/reminders", page.form(send_hour="9"))
    page = Page(send(admin, "/settings/reminders", form, 409))
    assert page.words('//*[@id="send_hour_theirs"]') == "Saved meanwhile 9:00"
    assert page.form()["send_hour"] == "7"


@pytest.mark.parametrize(("address", "field", "change"), OF_THE_ORGANIZATION)
def test_a_refusal_without_a_field_is_said_above_them(admin, monkeypatch, address, field, change):
    def refuse(*_whatever):
        raise Refused(Words("Not on a Sunday."))

    monkeypatch.setattr(particulars, change, refuse)
    page = Page(send(admin, address, see(admin, address).form(**{field: "Typed"}), 422))
    assert "Not on a Sunday." in page.words('//*[@role="alert"]')
    assert page.form()[field] == "Typed"
