"""Price lists: what customers pay who have one."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from domain import records
from domain.books.price_lists import PriceListRate, rate_for
from domain.db import db
from domain.errors import Refused
from tests.cast import Cast
from tests.factories import currency, customer, item, price_list, price_list_rate, rates


def cost(rate: str, code: str = "JPY", exchange: str | None = "1", **of_list: object) -> Decimal:
    """What an item of that rate costs by a list."""
    made = price_list(**of_list)
    return rate_for(item(rate=Decimal(rate)), made.id, code, Decimal(exchange) if exchange else None)


def test_a_percentage_is_taken_off_or_put_on(cast: Cast) -> None:
    assert cost("1000", percent=Decimal(15)) == 850
    assert cost("1000", kind="markup", percent=Decimal("7.5")) == 1075


def test_rates_are_rounded_as_the_currency_is_or_as_the_list_says(cast: Cast) -> None:
    assert cost("999", percent=Decimal(15)) == 849
    assert cost("999", percent=Decimal(15), round_to=Decimal(10)) == 850
    assert cost("1000", "EUR", "160", percent=Decimal(10)) == Decimal("5.63")
    currency("EUR")
    euros = {"percent": Decimal(10), "round_to": Decimal("0.05"), "currency": "EUR"}
    assert cost("1000", "EUR", "160", **euros) == Decimal("5.65")


def test_a_step_of_ten_yen_is_none_of_ten_dollars(cast: Cast) -> None:
    assert cost("720", "USD", "150", percent=Decimal(15), round_to=Decimal(10)) == Decimal("4.08")


def test_a_percentage_needs_a_rate_of_exchange_abroad(cast: Cast) -> None:
    assert cost("1000", "EUR", None, percent=Decimal(10)) == 0


def test_a_list_of_rates_says_what_each_item_costs_without_any_rate_of_exchange(cast: Cast) -> None:
    currency("EUR")
    euros = price_list(kind="rates", currency="EUR")
    known, other = item(rate=Decimal(1000)), item(rate=Decimal(1600))
    price_list_rate(euros, item_id=known.id, rate=Decimal("7.20"))
    assert rate_for(known, euros.id, "EUR", None) == Decimal("7.2")
    assert rate_for(other, euros.id, "EUR", Decimal(160)) == 10, (
        "what is not in the list costs what it always does"
    )


def test_a_list_that_is_inactive_or_of_another_currency_says_nothing(cast: Cast) -> None:
    currency("EUR")
    assert cost("1000", percent=Decimal(15), is_active=False) == 1000
    assert cost("1000", percent=Decimal(15), currency="EUR") == 1000
    assert rate_for(item(rate=Decimal(1000)), None, "JPY", Decimal(1)) == 1000


def test_a_rate_for_each_item_is_in_a_currency(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        price_list(kind="rates")
    assert set(refusal.value.fields) == {"currency"}


def test_an_item_has_one_rate_in_a_list_and_none_in_a_percentage(cast: Cast) -> None:
    once = price_list_rate()
    with pytest.raises(Refused) as refusal:
        price_list_rate(once.price_list, item_id=once.item_id)
    assert set(refusal.value.fields) == {"item_id"}
    with pytest.raises(Refused, match="percentage on all items"):
        price_list_rate(price_list())


def test_a_customer_has_a_list_of_their_own_currency(cast: Cast) -> None:
    currency("EUR")
    euros = price_list(currency="EUR")
    with pytest.raises(Refused) as refusal:
        customer(price_list_id=euros.id)
    assert set(refusal.value.fields) == {"price_list_id"}
    foreign = customer(currency="EUR", price_list_id=euros.id)
    with pytest.raises(Refused) as refusal:
        records.update(euros, {"currency": "JPY"}, cast.admin)
    assert foreign.title in str(refusal.value.fields["currency"])


def test_a_list_that_a_customer_has_can_not_be_deleted(cast: Cast) -> None:
    used = price_list()
    customer(price_list_id=used.id)
    with pytest.raises(Refused, match="customers with"):
        records.destroy(used, cast.admin)


def test_the_rates_of_a_list_go_with_it(cast: Cast) -> None:
    made = rates()
    price_list_rate(made)
    records.destroy(made, cast.admin)
    assert not db.session.scalars(select(PriceListRate)).all()
