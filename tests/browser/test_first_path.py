"""The first whole path, as a person walks it: account, invoice, mail, mailbox."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser

ADMIN = "admin@example.com"


def sign_in(page: Page, email: str = ADMIN) -> None:
    """Come in with a demo sign-in."""
    page.goto("/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("demo-password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def account_in_books(page: Page) -> str:
    """Open an account that is linked to a customer who owes something; gives its address."""
    page.goto("/books/customers?receivable_minor__gt=0")
    customers = page.locator("#results tbody th a")
    for address in [customers.nth(n).get_attribute("href") for n in range(customers.count())]:
        page.goto(address or "")
        link = page.get_by_role("link", name="In CRM")
        if link.count():
            link.click()
            page.wait_for_url(re.compile(r"/crm/accounts/\d+$"))
            return page.url
    raise AssertionError("the demo has an account in the books")


def invoices_panel(page: Page, script: bool):  # type: ignore[no-untyped-def]
    """The related list of invoices with its rows: loaded when seen, or behind a link without JavaScript."""
    panel = page.locator("#related_invoices")
    if script:
        panel.evaluate("panel => panel.scrollIntoView()")
    else:
        panel.get_by_role("link", name="Show the list").click()
        panel = page.locator("#related_invoices")
    expect(panel.locator("tbody tr").first).to_be_visible()
    return panel


def pick_item(page: Page, script: bool) -> None:
    """Choose the first item of the search, or type its whole name and take its rate."""
    item = page.get_by_label("Item, line 1")
    if script:
        item.click()
        item.press_sequentially("ー")
        option = page.locator("#line_0_items [role=option]").first
        expect(option).to_be_visible()
        option.click()
        expect(page.get_by_label("Rate, line 1")).not_to_have_value("")
        return
    name = _first_item(page)
    page.get_by_label("Item, line 1").fill(name)
    page.get_by_role("button", name="Take this item's rate").click()
    expect(page.get_by_label("Rate, line 1")).not_to_have_value("")


def _first_item(page: Page) -> str:
    other = page.context.new_page()
    other.goto("/books/items?is_active=1")
    name = other.locator("#results tbody th a").first.inner_text()
    other.close()
    return name


def test_from_an_account_to_an_invoice_in_the_customers_mailbox(page: Page, script: bool):
    sign_in(page)
    account = account_in_books(page)
    invoices_panel(page, script)
    page.locator("#related_invoices").get_by_role("link", name="New invoice").click()
    page.wait_for_url("**/books/invoices/new**")
    pick_item(page, script)
    page.get_by_label("Quantity, line 1").fill("3")
    if script:
        expect(page.locator("#totals .grand dd")).not_to_have_text(re.compile("^¥0$"))
    page.locator(".save").get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/books/invoices/\d+$"))
    expect(page.locator("[data-status=draft]").first).to_be_visible()

    page.locator("#header").get_by_role("link", name="Email").click()
    page.wait_for_url("**/emails/new")
    assert page.get_by_label("Attach invoice PDF").is_checked()
    page.locator(".save").get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/books/invoices/\d+$"))
    number = page.locator("#header h1").inner_text()
    assert number.startswith("INV-")
    _wait_until_sent(page)

    page.goto("/settings/mail-catcher")
    page.locator(".inbox a", has_text=number).first.click()
    address = page.locator(".files a").first.get_attribute("href")
    pdf = page.request.get(address or "")
    assert pdf.headers["content-type"] == "application/pdf"
    assert number in _text_of(pdf.body())

    page.goto(account)
    panel = invoices_panel(page, script)
    panel.get_by_role("button", name="Refresh Invoices").click()
    expect(
        page.locator("#related_invoices tr", has_text=number).locator("[data-status=sent]")
    ).to_be_visible()


def _wait_until_sent(page: Page) -> None:
    for _try in range(40):
        if page.locator("#emails [data-status=sent]").count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError("the mail was not sent within ten seconds")


def _text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_wrong_line_is_said_at_its_field_and_nothing_typed_is_lost(page: Page, script: bool):
    sign_in(page)
    account_in_books(page)
    page.locator("#related_invoices").get_by_role("link", name="New invoice").click()
    page.get_by_label("Description, line 1").fill("Delivery")
    page.get_by_label("Rate, line 1").fill("1005")
    page.get_by_label("Quantity, line 1").fill("three")
    page.locator(".save").get_by_role("button", name="Save", exact=True).click()
    quantity = page.get_by_label("Quantity, line 1")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_have_value("three")
    expect(page.get_by_label("Description, line 1")).to_have_value("Delivery")
    expect(page.locator("#line_0_quantity_error")).to_contain_text("is not a number")


def test_lines_are_added_moved_and_removed(page: Page, script: bool):
    sign_in(page)
    page.goto("/books/invoices/new")
    page.get_by_label("Description, line 1").fill("First")
    page.get_by_role("button", name="Add line").click()
    page.get_by_label("Description, line 2").fill("Second")
    page.get_by_role("button", name="Move line 2 up").click()
    expect(page.get_by_label("Description, line 1")).to_have_value("Second")
    page.get_by_role("button", name="Remove line 1").click()
    expect(page.get_by_label("Description, line 1")).to_have_value("First")
    expect(page.get_by_label("Description, line 2")).to_have_count(0)


def test_no_page_scrolls_sideways(page: Page, script: bool):
    if not script:
        return
    sign_in(page)
    account = account_in_books(page)
    for address in ("/", account, "/books/invoices", "/books/invoices/new", "/books/customers", "/settings"):
        page.goto(address)
        page.wait_for_timeout(300)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, address
