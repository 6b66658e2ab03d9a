"""What one does with the finance side from within the CRM: tabs, related lists, status, mail, deals, views.

Each test is a sentence of the two help pages that this product takes its measure from, said in our own words.
"""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import WINDOWS
from tests.browser.test_first_path import account_in_books, sign_in
from tests.browser.test_sale_and_purchase import press, save, state, step
from tests.ground.running import Run

pytestmark = pytest.mark.browser

BOOKS = ["Estimates", "Invoices", "Sales Orders", "Purchase Orders"]
LISTS = {"estimates": "New estimate", "invoices": "New invoice", "sales_orders": "New sales order"}


@pytest.fixture(scope="module")
def desk(chromium: Browser, product: Run) -> Iterator[Page]:
    """The window of the administrator, for the whole morning."""
    yield from a_desk(chromium, product, "admin@example.com")


@pytest.fixture(scope="module")
def sales_desk(chromium: Browser, product: Run) -> Iterator[Page]:
    """The window of somebody who has no right to the books."""
    yield from a_desk(chromium, product, "sales@example.com")


def a_desk(chromium: Browser, product: Run, email: str) -> Iterator[Page]:
    """A window in which somebody has signed in."""
    width, height = WINDOWS["wide"]
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{product.port}",
        viewport={"width": width, "height": height},
        locale="en-US",
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    sign_in(page, email)
    yield page
    context.close()


@pytest.fixture(scope="module")
def account(desk: Page) -> str:
    """The address of an account that is in the books."""
    return account_in_books(desk)


def tabs(page: Page) -> list[str]:
    """The names in the menu's area of the books."""
    links = page.locator('nav a[href^="/books/"]')
    return [text.strip() for text in links.all_inner_texts()]


def panel(page: Page, module: str) -> Locator:
    """A related list whose rows are there."""
    found = page.locator(f"#related_{module}")
    found.evaluate("panel => panel.scrollIntoView()")
    expect(page.locator(f"#related_{module} .skeleton")).to_have_count(0)
    return page.locator(f"#related_{module}")


def first_of(page: Page, address: str) -> None:
    """Open the first record of a list."""
    page.goto(address)
    page.goto(page.locator("#results tbody th a").first.get_attribute("href") or "")


def draft(page: Page, module: str, description: str = "Something") -> str:
    """Write a draft for the first customer or vendor; gives its address."""
    party = "vendors" if module in ("purchase-orders", "bills") else "customers"
    page.goto(f"/books/{party}?is_active=1&sort=display_name")
    link = page.locator("#results tbody th a").first.get_attribute("href") or ""
    page.goto(f"/books/{module}/new?party={link.rpartition('/')[2]}")
    page.get_by_label("Description, line 1").fill(description)
    page.get_by_label("Rate, line 1").fill("1000")
    save(page)
    return page.url


# --- tabs ---------------------------------------------------------------------------------------------------


def test_the_books_hold_estimates_invoices_sales_orders_and_purchase_orders(desk: Page):
    desk.goto("/")
    assert tabs(desk)[:4] == BOOKS


@pytest.mark.parametrize("module", ["estimates", "invoices", "sales-orders", "purchase-orders"])
def test_what_is_made_under_a_tab_is_in_the_books_at_once(desk: Page, module: str):
    desk.goto("/")
    desk.locator(f'nav a[href="/books/{module}"]').first.click()
    desk.get_by_role("link", name=re.compile("^New ")).first.click()
    expect(desk.get_by_label("Description, line 1")).to_be_visible()
    made = draft(desk, module, "Made under a tab")
    desk.goto(f"/books/{module}?sort=-date")
    expect(desk.locator(f'#results a[href$="{made.rpartition("/")[2]}"]').first).to_be_visible()


def test_who_has_only_invoice_sees_estimates_and_invoices(desk: Page):
    desk.goto("/settings/apps")
    desk.get_by_role("checkbox", name="Books", exact=True).uncheck()
    desk.get_by_role("checkbox", name="Invoice", exact=True).check()
    desk.locator(".save button").first.click()
    try:
        desk.goto("/")
        seen = tabs(desk)
        assert seen[:2] == BOOKS[:2]
        assert not {"Sales Orders", "Purchase Orders", "Bills"} & set(seen)
        assert desk.request.get("/books/sales-orders").status in (403, 404)
    finally:
        desk.goto("/settings/apps")
        desk.get_by_role("checkbox", name="Books", exact=True).check()
        desk.locator(".save button").first.click()
        expect(desk.locator("#toasts")).to_contain_text("saved")


def test_subscriptions_and_inventory_have_no_tab(desk: Page):
    desk.goto("/")
    assert desk.locator('nav a[href^="/subscriptions/"], nav a[href^="/inventory/"]').count() == 0


# --- related lists ------------------------------------------------------------------------------------------


def test_an_account_shows_its_estimates_invoices_and_orders_but_no_purchase_orders(desk: Page, account: str):
    desk.goto(account)
    for module in LISTS:
        expect(panel(desk, module)).to_be_visible()
    assert desk.locator("#related_purchase_orders, #related_bills").count() == 0


def test_a_contact_shows_those_of_its_account(desk: Page, account: str):
    desk.goto(account)
    numbers = panel(desk, "invoices").locator("tbody th").all_inner_texts()
    desk.goto(panel(desk, "contacts").locator("tbody th a").first.get_attribute("href") or "")
    for module in LISTS:
        expect(panel(desk, module)).to_be_visible()
    assert panel(desk, "invoices").locator("tbody th").all_inner_texts() == numbers


def test_a_vendor_shows_purchase_orders_and_bills_and_nothing_that_is_sold(desk: Page):
    first_of(desk, "/books/vendors")
    for module in ("purchase_orders", "bills"):
        expect(panel(desk, module)).to_be_visible()
    assert desk.locator(", ".join(f"#related_{module}" for module in LISTS)).count() == 0


def test_refresh_brings_what_was_made_meanwhile(desk: Page, account: str):
    desk.goto(account)
    before = panel(desk, "estimates").locator("header .sum").all_inner_texts()
    other = desk.context.new_page()
    other.goto(account)
    other.locator("#related_estimates").get_by_role("link", name="New estimate").click()
    other.get_by_label("Description, line 1").fill("Meanwhile")
    other.get_by_label("Rate, line 1").fill("10")
    save(other)
    number = other.locator("#header h1").inner_text()
    other.close()
    desk.locator("#related_estimates").get_by_role("button", name="Refresh Estimates").click()
    expect(desk.locator("#related_estimates")).to_contain_text(number)
    assert desk.locator("#related_estimates header .sum").all_inner_texts() != before


@pytest.mark.parametrize("module", LISTS)
def test_the_pdf_of_a_row_is_under_the_pointer(desk: Page, account: str, module: str):
    desk.goto(account)
    if not panel(desk, module).locator("tbody tr").count():
        desk.locator(f"#related_{module}").get_by_role("link", name=LISTS[module]).click()
        desk.get_by_label("Description, line 1").fill("Something")
        desk.get_by_label("Rate, line 1").fill("10")
        save(desk)
        desk.goto(account)
    row = panel(desk, module).locator("tbody tr").first
    row.hover()
    link = row.get_by_role("link", name="PDF of")
    expect(link).to_be_visible()
    answer = desk.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert PdfReader(BytesIO(answer.body())).pages


@pytest.mark.parametrize(("module", "label"), LISTS.items())
def test_new_from_a_related_list_is_for_the_customer_of_the_page(
    desk: Page, account: str, module: str, label: str
):
    desk.goto(account)
    desk.locator(f"#related_{module}").get_by_role("link", name=label).click()
    name = desk.get_by_label("Customer", exact=False).first
    expect(name).not_to_have_value("")


def test_who_has_no_right_to_the_books_sees_neither_tab_nor_list_nor_figure(sales_desk: Page, account: str):
    sales_desk.goto("/")
    assert not tabs(sales_desk)
    sales_desk.goto("/" + account.split("/", 3)[3])
    expect(sales_desk.locator("#related_contacts")).to_be_visible()
    assert sales_desk.locator(", ".join(f"#related_{module}" for module in LISTS)).count() == 0
    assert sales_desk.get_by_text("Receivable").count() == 0


def test_the_band_says_how_one_stands_with_an_account_and_leads_to_what_is_behind_it(
    desk: Page, account: str
):
    desk.goto(account)
    band = desk.locator("#band")
    for label in ("Receivable", "Overdue", "Unused credits"):
        expect(band).to_contain_text(label)
    desk.goto(band.get_by_role("link").first.get_attribute("href") or "")
    expect(desk.locator("#results")).to_be_visible()


# --- status -------------------------------------------------------------------------------------------------


def test_an_invoice_is_marked_as_sent(desk: Page):
    draft(desk, "invoices")
    step(desk, "Mark as Sent", "sent")


def test_an_estimate_that_was_agreed_on_by_phone_is_marked_as_accepted(desk: Page):
    draft(desk, "estimates")
    step(desk, "Mark as Accepted", "accepted")


def test_an_estimate_is_marked_as_sent_and_as_declined(desk: Page):
    draft(desk, "estimates")
    step(desk, "Mark as Sent", "sent")
    step(desk, "Mark as Declined", "declined")


@pytest.mark.parametrize("module", ["sales-orders", "purchase-orders"])
def test_an_order_is_opened_closed_reopened_cancelled_and_reopened(desk: Page, module: str):
    draft(desk, module)
    step(desk, "Convert to Open", "open")
    close(desk)
    step(desk, "Reopen", "open")
    step(desk, "Mark as Cancelled", "cancelled")
    step(desk, "Reopen", "open")


def close(page: Page) -> None:
    """Mark an order as closed, and say why."""
    page.locator("#header summary", has_text="Mark as Closed").click()
    page.get_by_label("Reason").fill("Said on the phone")
    page.locator("#header").get_by_role("button", name="Mark as Closed").click()
    expect(state(page)).to_have_attribute("data-status", "closed")


# --- mail ---------------------------------------------------------------------------------------------------


def options(page: Page, module: str) -> set[str]:
    """What one may choose to attach to a mail with such a document."""
    draft(page, module)
    press(page, page.locator("#header").get_by_role("link", name="Email"))
    page.wait_for_url("**/emails/new")
    labels = ("Attach PDF", "Attach invoice PDF", "Attach customer statement")
    return {label for label in labels if page.get_by_label(label, exact=True).count()}


@pytest.mark.parametrize(
    ("module", "offered"),
    [
        ("estimates", {"Attach PDF"}),
        ("invoices", {"Attach invoice PDF", "Attach customer statement"}),
        ("sales-orders", set()),
        ("purchase-orders", set()),
    ],
)
def test_what_goes_along_is_chosen_for_estimates_and_invoices_only(
    desk: Page, module: str, offered: set[str]
):
    assert options(desk, module) == offered


def test_the_pdf_of_a_sales_order_goes_along_unasked(desk: Page):
    options(desk, "sales-orders")
    desk.locator('input[name="to"]').first.check()
    desk.locator(".save").get_by_role("button", name="Send").click()
    desk.wait_for_url(re.compile(r"/sales-orders/\d+$"))
    number = desk.locator("#header h1").inner_text()
    for _try in range(60):
        if desk.locator("#emails [data-status=sent]").count():
            break
        desk.wait_for_timeout(250)
        desk.reload()
    desk.goto("/settings/mail-catcher")
    desk.locator(".inbox a", has_text=number).first.click()
    answer = desk.request.get(desk.locator(".files a").first.get_attribute("href") or "")
    assert number in "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)


# --- deals and the picker -----------------------------------------------------------------------------------


def test_an_estimate_is_associated_with_a_deal_in_the_side_panel_and_stands_on_its_page(
    desk: Page, account: str
):
    desk.goto(account)
    desk.locator("#related_deals").get_by_role("link", name="New deal").click()
    desk.get_by_label("Deal name").fill("A shelf for the shop")
    desk.get_by_label("Closing date").fill("2027-03-31")
    save(desk)
    name, address = "A shelf for the shop", desk.url
    desk.goto(account)
    desk.locator("#related_estimates").get_by_role("link", name="New estimate").click()
    desk.get_by_role("button", name="Associate deal").click()
    desk.locator("#party_panel").get_by_role("button", name=f"Associate {name}").click()
    expect(desk.get_by_role("link", name=name)).to_be_visible()
    desk.get_by_label("Description, line 1").fill("For the deal")
    desk.get_by_label("Rate, line 1").fill("500")
    save(desk)
    number = desk.locator("#header h1").inner_text()
    desk.goto(address)
    expect(panel(desk, "estimates")).to_contain_text(number)


def test_an_account_that_is_not_in_the_books_is_found_in_the_crm_and_used_on_the_spot(desk: Page):
    desk.goto("/crm/accounts/new")
    desk.get_by_label("Account name").fill("Found in the CRM")
    save(desk)
    desk.goto("/books/estimates/new")
    desk.get_by_label("In CRM").check()
    customer = desk.locator('input[name="party"]')
    customer.click()
    customer.press_sequentially("Found in the")
    desk.locator("#party_list [role=option]", has_text="Found in the CRM").first.click()
    expect(desk.locator('input[name="party"]')).to_have_value("Found in the CRM")
    expect(desk.get_by_label("In books")).to_be_checked()
    desk.get_by_label("Description, line 1").fill("Work")
    desk.get_by_label("Rate, line 1").fill("100")
    save(desk)
    desk.goto("/books/customers?q=Found in the CRM")
    expect(desk.locator("#results tbody tr")).to_have_count(1)


# --- views --------------------------------------------------------------------------------------------------


def test_a_view_holds_the_invoices_of_one_customer(desk: Page, account: str):
    desk.goto(account)
    numbers = panel(desk, "invoices").locator("tbody th").all_inner_texts()
    desk.goto(panel(desk, "invoices").get_by_role("link", name="View all").get_attribute("href") or "")
    desk.get_by_role("link", name="Save as view").first.click()
    desk.locator('input[name="name"]').fill("Invoices of one customer")
    desk.locator(".save").get_by_role("button", name="Save").click()
    desk.goto("/books/invoices")
    desk.get_by_role("link", name="Invoices of one customer").first.click()
    assert set(numbers) <= set(desk.locator("#results tbody th").all_inner_texts())
