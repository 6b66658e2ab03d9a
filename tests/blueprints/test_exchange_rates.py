"""Rates of exchange from a file: the page that asks, the preview, and taking them over."""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from domain.books.currencies import ExchangeRate
from domain.db import db
from tests import factories
from tests.domain.test_bank_files import DAILY_XML
from tests.pages import Page, see, send

BANK = "/settings/exchange-rates/bank"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser, in an organization that trades in dollars."""
    factories.currency("USD")
    return client_of(cast.admin)


def upload(client, content: bytes, status: int = 200, **form) -> Page:
    form = {"since": "", **form, "file": (BytesIO(content), "eurofxref-daily.xml")}
    return Page(send(client, BANK, form, status, content_type="multipart/form-data"))


def rates() -> list[ExchangeRate]:
    return list(db.session.scalars(select(ExchangeRate)))


def test_the_preview_says_what_is_new_and_what_is_replaced_and_changes_nothing(admin):
    factories.exchange_rate("USD", "150", on=date(2026, 11, 20))
    page = upload(admin, DAILY_XML)
    assert "USD" in page.words("//tbody")
    assert "160" in page.words("//tbody")
    assert "1 rate that you have is replaced" in page.words('//*[@class="notice"]')
    assert [each.rate for each in rates()] == [150]


def test_what_was_looked_at_is_taken_over(admin):
    page = upload(admin, DAILY_XML)
    answer = send(admin, f"{BANK}/rates", page.form())
    assert answer.location == "/settings/exchange-rates"
    [rate] = rates()
    assert (rate.currency_code, rate.rate, rate.source) == ("USD", 160, "eurofxref-daily.xml")
    assert "1 new rate" in see(admin, answer.location).toast()


def test_currencies_that_are_not_ours_are_left_out(admin):
    assert "EUR" not in upload(admin, DAILY_XML).words("//tbody")


def test_rates_before_the_first_day_are_left_out(admin):
    page = upload(admin, DAILY_XML, 422, since="2026-11-21")
    assert page.error("since")


def test_a_file_that_is_none_is_said_at_its_field(admin):
    assert upload(admin, b"hello", 422).error("file")
    assert Page(send(admin, BANK, {"since": ""}, 422)).error("file")
    assert upload(admin, b"<!DOCTYPE a><a/>", 422).error("file")
    assert upload(admin, DAILY_XML, 422, since="x").error("since")


@pytest.mark.parametrize(
    "typed", ["", "x", "\x00", "date,currency,rate\n2026-11-20,USD,-1", "9" * 1000, "<a/>"]
)
def test_forged_rates_are_refused(admin, typed):
    send(admin, f"{BANK}/rates", {"rates": typed, "source": "\x00x"}, 422)
    assert rates() == []


def test_only_those_who_may_change_rates_are_asked(client_of, cast):
    for who in (cast.staff, cast.sales):
        see(client_of(who), BANK, 403)
        send(client_of(who), BANK, {}, 403)
        send(client_of(who), f"{BANK}/rates", {"rates": "2026-11-20,USD,1"}, 403)
    assert rates() == []
