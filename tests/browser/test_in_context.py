"""Documents in context, as eyes and fingers meet them: tabs at hand, lists that work in their place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import account_in_books, invoices_panel, sign_in

pytestmark = pytest.mark.browser

TABS = ("Estimates", "Invoices", "Sales Orders", "Purchase Orders")


def test_the_tabs_of_the_books_are_at_hand_from_every_page(page: Page, window: str):
    sign_in(page)
    books = page.locator("#nav_books")
    for tab in TABS:
        if window == "phone":
            page.get_by_role("button", name="Books").click()
        books.get_by_role("link", name=tab, exact=True).click()
        expect(page.locator("h1")).to_have_text(tab)


def test_a_list_on_an_account_sorts_in_its_place_and_offers_each_pdf(page: Page, window: str, script: bool):
    sign_in(page)
    account = account_in_books(page)
    panel = invoices_panel(page, script)
    if window == "wide":  # a phone shows cards, without headings to sort by
        panel.get_by_role("link", name="Amount").click()
        expect(page.locator("#related_invoices [aria-sort=ascending]")).to_have_text("Amount")
    if script:
        assert page.url == account
    row = page.locator("#related_invoices tbody tr").first
    pdf = row.get_by_role("link", name=re.compile("^PDF of"))
    if window == "phone":
        expect(pdf).to_have_css("opacity", "1")
    else:
        expect(pdf).to_have_css("opacity", "0")
        pdf.focus()
        expect(pdf).to_have_css("opacity", "1")
    page.locator("#related_invoices").get_by_role("link", name="View all").click()
    page.wait_for_url("**/books/invoices?party=*")
