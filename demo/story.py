"""The demo from its first day until yesterday: who comes in when, and everything that is sold."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from random import Random

from demo.both_sides import both_sides
from demo.buying import purchases
from demo.cast import Cast
from demo.clock import in_tokyo
from demo.companies import STAFF, Company
from demo.credits import credits
from demo.deals import CHANCES, steps
from demo.france import FRANCE
from demo.in_step import in_step
from demo.individuals import INDIVIDUALS
from demo.japan import JAPAN, NOT_LINKED
from demo.joining import enter, join, join_alone, meet
from demo.orders import orders
from demo.overseas import OVERSEAS
from demo.portal import portal
from demo.prospects import PROSPECTS
from demo.selling import offers
from demo.talk import talk
from demo.trading import Sale, Shop, Step
from domain.books.customers import Customer

BEGAN = timedelta(days=455)
"""How long ago the company moved its books in here."""

KNOWN = timedelta(days=360)
"""Whoever bought that long ago was a customer when it did."""

WAYS_IN: dict[tuple[Company, ...], Callable[[Company, Cast], Customer]] = {
    (*JAPAN, *FRANCE, *OVERSEAS): join,
    NOT_LINKED: enter,
    INDIVIDUALS: join_alone,
}
CLOSED = "川越おみやげ横丁"
"""A shop that is no more."""

CUSTOMERS = tuple(company for group in WAYS_IN for company in group)


def story(shop: Shop) -> Iterator[Step]:
    """Every step with its moment; they become a story once they are sorted."""
    today = shop.today
    planned = orders(CUSTOMERS, today)
    first = {order.company: order.on for order in reversed(planned)}
    for place, company in enumerate(CUSTOMERS):
        came_on = _came_on(company, first.get(company), today)
        yield in_tokyo(came_on, 10 + place // 60, place % 60), partial(_come_in, company, shop)
    for place, company in enumerate(PROSPECTS):
        met_on = _some_day(company, today)
        yield in_tokyo(met_on, 14, place), partial(meet, company, shop.cast, "prospect")
    for chance in CHANCES:
        yield from steps(chance, shop.cast, _known_on(chance.account, first, today), today)
    for order in planned:
        yield from Sale(order, shop).steps()
    companies = {company.name: company for company in CUSTOMERS}
    known_on = {name: _came_on(each, first.get(each), today) for name, each in companies.items()}
    yield from offers(shop, companies, known_on)
    yield from purchases(shop)
    yield from both_sides(shop, companies, known_on)
    yield from credits(shop)
    yield from talk(shop, today)
    yield from portal(shop, today)
    yield from in_step(shop)
    yield in_tokyo(today - timedelta(days=3), 11), partial(_go, CLOSED, shop)


def _came_on(company: Company, first_order: date | None, today: date) -> date:
    """The day on which it became a customer, some days before it first bought."""
    if first_order is None:
        return _some_day(company, today)
    return today - BEGAN if first_order < today - KNOWN else first_order - timedelta(days=6)


def _known_on(name: str, first: dict[Company, date], today: date) -> date:
    """The day on which an account of that name was met."""
    for company in CUSTOMERS:
        if company.name == name:
            return _came_on(company, first.get(company), today)
    return _some_day(next(company for company in PROSPECTS if company.name == name), today)


def _some_day(company: Company, today: date) -> date:
    return today - timedelta(days=Random(company.name).randint(6, 340))


def _come_in(company: Company, shop: Shop) -> None:
    way_in = next(way for group, way in WAYS_IN.items() if company in group)
    shop.customers[company.name] = way_in(company, shop.cast)


def _go(name: str, shop: Shop) -> None:
    shop.customers[name].deactivate(shop.cast.people[STAFF])
