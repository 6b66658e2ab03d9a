"""Rows about lists, panels and record pages, through HTTP, and that a hundred times as much makes them no slower."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from benchmarks.bench import Bench, served
from benchmarks.browser import HTMX, Browser
from benchmarks.installation import Installation, filled
from benchmarks.lines import Allowed, Line
from benchmarks.turns import in_turn, timed
from domain.crm.accounts import Account
from domain.db import db
from domain.modules import ALL
from domain.modules.module import Module

FEW, MANY, NOT_SO_MANY = 10_000, 1_000_000, 100_000
LIST = "/books/invoices"
PAGES = {
    "invoice list, 50 rows": LIST,
    "- unpaid": f"{LIST}?state=unpaid",
    "- overdue": f"{LIST}?state=overdue&sort=due_on",
    "- drafts": f"{LIST}?state=draft",
    "- by amount": f"{LIST}?sort=-total_minor",
    "estimate list": "/books/estimates",
    "sales order list, open": "/books/sales-orders?state=open",
    "purchase order list": "/books/purchase-orders",
    "customer list": "/books/customers?is_active=1",
    "home, with what waits": "/",
}
COUNTED = ("books.estimates", "books.sales-orders", "books.invoices", "books.purchase-orders")
"""Of these the large demo has many."""
PANEL = re.compile(rb'hx-get="(/[^"?]+/related/[^"?]+)"')


def one_list(bench: Bench) -> Iterator[Line]:
    """Row 1: the first page of all invoices, beside the plainest program that shows them."""
    ours = filled(bench, FEW)
    with _both(ours) as (browser, stranger):
        floor, figures = in_turn(
            bench.of(51, 3), timed(lambda: _get(stranger, "/")), timed(lambda: _get(browser, LIST))
        )
    yield Line(1, "invoice list, 50 rows", "ms", figures, Allowed(times=2.5), floor, FEW, bench.database)


def one_panel(bench: Bench) -> Iterator[Line]:
    """Row 3: the documents of each kind of a customer or vendor, refreshed on its page."""
    ours = filled(bench, FEW)
    with _both(ours) as (browser, stranger):
        for related, path, party_id in _panels(ours):
            kind = related.model.__mapper_args__["polymorphic_identity"]
            bare = f"/?party={party_id}&kind={kind}&limit=11"
            floor, figures = in_turn(
                bench.of(51, 3),
                timed(lambda bare=bare: _get(stranger, bare)),
                timed(lambda path=path: _get(browser, path, HTMX)),
            )
            job = f"related panel of {related.key}, 10 rows"
            yield Line(3, job, "ms", figures, Allowed(times=2.5), floor, FEW, bench.database)


def _panels(ours: Installation) -> list[tuple[Module, str, int]]:
    """The panels with documents on the page of whoever buys or sells most: of which, where, whose."""
    return [
        (ALL[each.module], f"/{page.path}/{party_id}/related/{ALL[each.module].name}", party_id)
        for page in (ALL["books.customers"], ALL["books.vendors"])
        for party_id in [_first(ours, page.model)]
        for each in page.related
        if ALL[each.module].key in COUNTED
    ]


def many_in_lists(bench: Bench) -> Iterator[Line]:
    """Row 2: the same pages where there are a hundred times as many (of a small run: ten times)."""
    for job, path in PAGES.items():
        yield _grown(bench, 2, job, lambda browser, _ours, path=path: _get(browser, path))


def many_around_an_account(bench: Bench) -> Iterator[Line]:
    """Row 4: an account's page with all that loads when one scrolls down, of whoever buys most."""
    yield _grown(bench, 4, "account page and all its panels", _see_account)


def _see_account(browser: Browser, ours: Installation) -> None:
    page = _get(browser, f"/crm/accounts/{_first(ours, Account)}")
    panels = PANEL.findall(page)
    assert panels, "an account has related lists"
    for panel in panels:
        _get(browser, panel.decode(), HTMX)


def _grown(bench: Bench, row: int, job: str, look: Callable[[Browser, Installation], object]) -> Line:
    many = bench.of(MANY, NOT_SO_MANY)
    small, large = filled(bench, FEW), filled(bench, many)
    with (
        served("app:create_app()", small.environment, "/healthz") as port,
        served("app:create_app()", large.environment, "/healthz") as large_port,
    ):
        few, lots = small.sign_in(port), large.sign_in(large_port)
        floor, figures = in_turn(
            bench.of(51, 3), timed(lambda: look(few, small)), timed(lambda: look(lots, large))
        )
    allowed = Allowed(times=1.3)
    return Line(row, f"{job}, beside {FEW:,}", "ms", figures, allowed, floor, many, bench.database)


@contextmanager
def _both(ours: Installation) -> Iterator[tuple[Browser, Browser]]:
    """Our application with somebody signed in, and the floor beside it."""
    environment = ours.environment | {"ORGANIZATION": str(ours.organization_id)}
    with (
        served("app:create_app()", ours.environment, "/healthz") as port,
        served("benchmarks.list_floor:app", environment, "/") as bare,
    ):
        yield ours.sign_in(port), Browser(bare)


def _first(ours: Installation, model: Any) -> int:
    """Whoever buys most: the large demo begins with them."""
    with ours.working():
        return db.session.scalars(select(model.id).order_by(model.id).limit(1)).one()


def _get(browser: Browser, path: str, headers: dict[str, str] | None = None) -> bytes:
    answer = browser.get(path, headers)
    assert answer.status == 200, f"{path}: {answer.status}"
    return answer.body
