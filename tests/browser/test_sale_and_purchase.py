"""A sale from its deal to the last payment, and a purchase from its vendor to the paid bill, all from CRM pages."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_first_path import account_in_books, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("window", ["wide"], indirect=True)]


def save(page: Page) -> None:
    """Press Save, which leads to the record."""
    page.locator(".save").get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/\d+$"))


def state(page: Page) -> Locator:
    """The status beside the heading."""
    return page.locator("#header [data-status]").first


def step(page: Page, label: str, key: str) -> None:
    """Take a step by its button, in the menu or beside it, and see what state that leads to."""
    press(page, page.locator("#header").get_by_role("button", name=label, exact=True))
    expect(state(page)).to_have_attribute("data-status", key)


def press(page: Page, button: Locator) -> None:
    """Press what stands beside the heading, or under More."""
    if not button.is_visible():
        page.locator("#header summary", has_text="More").click()
    button.click()


def convert(page: Page, label: str, *quantities: str, **typed: str) -> None:
    """Make another document of this one: of all that is left, or of these quantities."""
    press(page, page.locator("#header").get_by_role("link", name=label))
    for n, quantity in enumerate(quantities, 1):
        page.get_by_label(f"Quantity, line {n}").fill(quantity)
    for name, value in typed.items():
        page.get_by_label(name).fill(value)
    page.locator(".save").get_by_role("button", name=label).click()
    page.wait_for_url(re.compile(r"/\d+$"))


def pay(page: Page) -> None:
    """Record a payment of all that is open."""
    page.locator("#header").get_by_role("link", name="Record payment").click()
    page.locator(".save button").first.click()
    page.wait_for_url(re.compile(r"/(invoices|bills)/\d+$"))
    expect(state(page)).to_have_attribute("data-status", "paid")


def open_rows(page: Page, module: str, script: bool) -> Locator:
    """The rows of a related list, loaded when seen, or behind its link without JavaScript."""
    panel = page.locator(f"#related_{module}")
    if script:
        panel.evaluate("panel => panel.scrollIntoView()")
    else:
        panel.get_by_role("link", name="Show the list").click()
    return page.locator(f"#related_{module} tbody tr")


def test_a_sale_goes_from_the_deal_to_two_invoices_that_are_paid(page: Page, script: bool):
    sign_in(page)
    account_in_books(page)
    page.locator("#related_deals").get_by_role("link", name="New deal").click()
    page.get_by_label("Deal name").fill("Ten chairs")
    page.get_by_label("Closing date").fill("2027-03-31")
    save(page)
    deal = page.url

    page.locator("#related_estimates").get_by_role("link", name="New estimate").click()
    page.get_by_label("Description, line 1").fill("Chair")
    page.get_by_label("Quantity, line 1").fill("10")
    page.get_by_label("Rate, line 1").fill("12000")
    save(page)
    estimate = page.locator("#header h1").inner_text()
    assert estimate.startswith("EST-")
    step(page, "Mark as Sent", "sent")
    step(page, "Mark as Accepted", "accepted")

    convert(page, "Convert to Sales Order")
    order = page.url
    expect(page.locator("#chain")).to_contain_text(estimate)
    expect(page.locator("#chain")).to_contain_text("Ten chairs")
    step(page, "Convert to Open", "open")
    convert(page, "Convert to Invoice", "4")
    step(page, "Mark as Sent", "sent")
    pay(page)
    page.goto(order)
    expect(state(page)).to_have_attribute("data-status", "partially_invoiced")
    convert(page, "Convert to Invoice")
    step(page, "Mark as Sent", "sent")
    pay(page)
    page.goto(order)
    expect(state(page)).to_have_attribute("data-status", "closed")

    page.goto(deal)
    expect(open_rows(page, "invoices", script)).to_have_count(2)
    for row in page.locator("#related_invoices tbody tr").all():
        expect(row.locator("[data-status=paid]")).to_have_count(1)


def test_a_purchase_goes_from_the_vendor_to_the_bill_that_is_paid(page: Page, script: bool):
    sign_in(page)
    page.goto("/crm/vendors")
    page.locator("#results tbody th a").first.click()
    add = page.get_by_role("link", name="Add to books")
    if add.count():
        add.click()
        page.locator(".save button").first.click()
        page.wait_for_url(re.compile(r"/vendors/\d+$"))
    if "/books/" in page.url:
        page.get_by_role("link", name="In CRM").click()
    vendor = page.url

    page.locator("#related_purchase_orders").get_by_role("link", name="New purchase order").click()
    page.get_by_label("Description, line 1").fill("Wood")
    page.get_by_label("Quantity, line 1").fill("5")
    page.get_by_label("Rate, line 1").fill("3000")
    save(page)
    order = page.url
    step(page, "Convert to Open", "open")
    convert(page, "Convert to Bill", Number=f"W-{'js' if script else 'plain'}")
    step(page, "Open", "open")
    pay(page)
    page.goto(order)
    expect(state(page)).to_have_attribute("data-status", "closed")
    page.goto(vendor)
    expect(open_rows(page, "bills", script).first.locator("[data-status=paid]")).to_have_count(1)
