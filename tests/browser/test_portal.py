"""A customer in the portal, in a real browser: with a laptop or a phone, with scripts and without."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import reader, wrong_at

pytestmark = pytest.mark.browser

__all__ = ("reader",)


def _come_in(page: Page) -> None:
    page.goto("/portal/login")
    page.get_by_label("Email").fill("customer@example.com")
    page.get_by_label("Password").fill("demo-password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/portal/")


@pytest.mark.parametrize(
    ("window", "script"), [("wide", True), ("phone", False)], ids=["wide", "phone, no script"], indirect=True
)
def test_a_customer_finds_an_invoice_and_writes_about_it(page: Page):
    _come_in(page)
    page.locator("nav.tabs a[href='/portal/invoices']").click()  # the customer reads Japanese
    page.locator("tbody th a").first.click()
    expect(page.locator("h1")).to_contain_text("INV-")
    words = f"Which account is it? {page.viewport_size['width']}"
    page.locator("#message textarea").fill(words)
    page.locator("#message button").click()
    expect(page.locator(".said").filter(has_text=words)).to_be_visible()


def test_axe_finds_nothing_in_the_portal_and_nothing_is_wider_than_the_window(reader: Page, subtests):
    with subtests.test(address="/portal/login"):
        assert not wrong_at(reader, "/portal/login")
    _come_in(reader)
    for address in (
        "/portal/",
        "/portal/estimates",
        "/portal/invoices",
        "/portal/statement",
        "/portal/details",
    ):
        with subtests.test(address=address):
            assert not wrong_at(reader, address)
