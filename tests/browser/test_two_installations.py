"""Two installations on one machine, begun as a new user begins: empty, and kept in step through their pages alone."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WINDOWS
from tests.ground.running import Run, running

pytestmark = [pytest.mark.browser, pytest.mark.long]

PASSWORD = "three words to remember"

FEW = {"WEB_WORKERS": "1", "JOB_WORKERS": "1"}
"""Processes: there are two of everything."""


class Installation:
    """One of the two: its process, which can be killed and started again, and one window on it."""

    def __init__(self, data: Path, stack: ExitStack, window: Page) -> None:
        self.data, self.stack, self.page = data, stack, window
        self.run: Run = stack.enter_context(running(data, "--empty", **FEW))
        self.port = self.run.port

    @property
    def address(self) -> str:
        """What a browser calls it."""
        return f"http://127.0.0.1:{self.port}"

    def go(self, path: str) -> None:
        """Open one of its pages."""
        self.page.goto(self.address + path)

    def found(self, name: str) -> None:
        """Its first page: who are you? Then sign in."""
        self.go("/")
        typed = {
            "organization": name,
            "currency": "JPY",
            "name": f"Aoi of {name}",
            "email": "aoi@example.com",
        }
        for field, value in (typed | {"password": PASSWORD}).items():
            self.page.locator(f"[name={field}]").fill(value)
        self.page.get_by_role("button", name="Begin").click()
        self.page.wait_for_url("**/login**")
        self.page.get_by_label("Email").fill("aoi@example.com")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator(".me")).to_be_visible()

    def make(self, module: str, **typed: str) -> str:
        """Make a record; gives its id."""
        self.go(f"/{module}/new" + (f"?account_id={typed.pop('account')}" if "account" in typed else ""))
        for field, value in typed.items():
            self.page.locator(f"#form [name={field}]").fill(value)
        self.page.locator(".save").get_by_role("button", name="Save", exact=True).click()
        self.page.wait_for_url(re.compile(r"/\d+$"))
        return self.page.url.rpartition("/")[2]

    def names(self, module: str) -> list[str]:
        """Who is in a list."""
        self.go(f"/{module}?view=0")
        return sorted(self.page.locator("#results tbody th").all_inner_texts())

    def kill(self) -> None:
        """It is gone, without a word."""
        for process_id in {self.run.process.pid, *self.run.family()}:
            os.kill(process_id, signal.SIGKILL)
        self.run.process.wait(10)

    def start(self) -> None:
        """It is there again, at the same address and with the same data."""
        self.run = self.stack.enter_context(running(self.data, f"--port={self.port}", **FEW))


@pytest.fixture
def both(chromium: Browser, tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """The books and the CRM, in one window as on one desk."""
    width, height = WINDOWS["wide"]
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(20_000)
    with ExitStack() as stack:
        yield Installation(tmp_path / "books", stack, page), Installation(tmp_path / "crm", stack, page)
    context.close()


def sync(books: Installation, module: str) -> None:
    """Press Sync now, and see it come to its end."""
    books.go("/integrations/bigin")
    card = books.page.locator(f"section[aria-labelledby=h_{module}]")
    card.get_by_role("button", name="Sync now").click()
    expect(books.page.get_by_text("Sync has begun.")).to_be_visible()
    expect(card.locator("[data-status=on]")).to_be_visible(timeout=30_000)


def set_up(books: Installation, module: str) -> None:
    """Configure a module as it is offered, save and sync."""
    books.go(f"/integrations/bigin/{module}/edit")
    books.page.get_by_role("button", name="Save and sync").click()
    books.page.wait_for_url("**/integrations/bigin")
    card = books.page.locator(f"section[aria-labelledby=h_{module}]")
    expect(card.locator("[data-status=on]")).to_be_visible(timeout=30_000)


def connect_from_the_crm(crm: Installation, books: Installation) -> None:
    """From the side that is called: to the books, from there to the consent page, and back."""
    page = crm.page
    crm.go("/integrations/books-elsewhere")
    page.get_by_label("Address of the books").fill(books.address)
    page.locator("#form form").get_by_role("button", name="Go on").click()
    page.locator("#go").get_by_role("link", name="Go on").click()
    expect(page.locator("#installation_address")).to_have_value(crm.address)
    page.locator("form[aria-labelledby=h_installation]").get_by_role("button", name="Connect").click()
    page.locator("#go").get_by_role("link", name="Go on").click()
    expect(page.locator("h1")).to_contain_text("Allow")
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url("**/integrations/bigin", timeout=30_000)


def invoice_with_a_deal(books: Installation, name: str, deal: str) -> None:
    """Invoice somebody who is only there, found on the form; the deal of theirs is read from there, too."""
    page, complaints = books.page, []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    books.go("/books/invoices/new")
    page.get_by_label("Reference").fill("PO-7")
    page.get_by_label("In Bigin").check()
    party = page.locator("[name=party]")
    party.press_sequentially(name[:6])
    expect(page.locator("#party_list [role=option]")).to_contain_text("Look for")
    party.press("Enter")
    page.get_by_role("button", name=f"Use {name}").click()
    expect(page.locator("[name=party_id]")).to_have_value(re.compile(r"^\d+$"), timeout=30_000)
    expect(page.get_by_label("Reference")).to_have_value("PO-7")
    page.get_by_role("button", name="Associate deal").click()
    page.get_by_role("button", name=f"Associate {deal}").click()
    expect(page.get_by_role("button", name="Change deal")).to_be_visible()
    page.get_by_label("Description, line 1").fill("Work")
    page.get_by_label("Rate, line 1").fill("1000")
    page.locator(".save").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#summary").get_by_role("link", name=deal)).to_be_visible()
    expect(page.locator("#summary").get_by_role("link", name=name)).to_be_visible()
    assert not complaints


def test_companies_contacts_and_products_are_in_step_and_the_other_side_may_fall_over(
    both: tuple[Installation, Installation],
) -> None:
    books, crm = both
    books.found("Books Ltd")
    crm.found("Sales Ltd")
    account = crm.make("crm/accounts", name="Minato Works", phone="03-1111")
    crm.make("crm/contacts", account=account, last_name="Sato", email="sato@minato.example")
    crm.make("crm/products", name="Anchor", code="A-1", unit_price="1200")

    connect_from_the_crm(crm, books)
    expect(books.page.locator("h1")).to_contain_text("Sales Ltd")
    set_up(books, "customers")
    set_up(books, "products")
    assert books.names("books/customers") == ["Minato Works"]
    assert books.names("books/items") == ["Anchor"]

    # the other way round, while the other side is not there
    books.make("books/customers", display_name="Sakura Foods", phone="06-2222")
    crm.kill()
    books.go("/integrations/bigin")
    card = books.page.locator("section[aria-labelledby=h_customers]")
    card.get_by_role("button", name="Sync now").click()
    expect(card.get_by_text("The connection to the other system broke off")).to_be_visible(timeout=20_000)
    crm.start()
    sync(books, "customers")
    assert crm.names("crm/accounts") == ["Minato Works", "Sakura Foods"]
    crm.go(f"/crm/accounts/{account}/edit")
    crm.page.locator("#form [name=phone]").fill("03-3333")
    crm.page.locator(".save").get_by_role("button", name="Save", exact=True).click()
    crm.page.wait_for_url(re.compile(r"/\d+$"))
    sync(books, "customers")
    assert books.names("books/customers") == ["Minato Works", "Sakura Foods"]
    expect(books.page.locator("#results")).to_contain_text("03-3333")

    only_there = crm.make("crm/accounts", name="Nobody Knows")
    crm.make("crm/deals", account=only_there, name="Ten chairs", closing_on="2026-12-24")
    invoice_with_a_deal(books, "Nobody Knows", "Ten chairs")
