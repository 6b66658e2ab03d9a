"""The form of a document in a real browser: somebody of the CRM is brought over, and a deal is associated."""

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import sign_in

pytestmark = pytest.mark.browser

_counter = itertools.count(1)


@pytest.mark.parametrize("window", ["phone"], indirect=True)
def test_an_account_with_a_deal_is_brought_over_and_its_estimate_belongs_to_the_deal(
    page: Page, script: bool
):
    name = f"Harbour Bakery {next(_counter)}"
    sign_in(page)
    account = _made(page, "/crm/accounts/new", name=name)
    _made(page, f"/crm/deals/new?account={account}", name=f"Ovens for {name}", closing_on="2027-01-31")

    page.goto("/books/estimates/new")
    page.get_by_label("In CRM").check()
    page.get_by_role("combobox", name="Customer").click()
    if script:
        page.get_by_role("combobox", name="Customer").press_sequentially(name)
        page.get_by_role("option", name=name).click()
    else:
        page.get_by_role("combobox", name="Customer").fill(name)
        page.get_by_role("button", name="Use this one").click()
    expect(page.get_by_label("In books")).to_be_checked()

    page.get_by_role("button", name="Associate deal").click()
    panel = page.locator("#party_panel")
    panel.get_by_label("Details").check()
    expect(panel.get_by_text("Receivable")).to_be_visible()
    panel.get_by_label("Deals").check()
    panel.get_by_role("button", name=f"Associate Ovens for {name}").click()
    expect(page.get_by_role("link", name=f"Ovens for {name}")).to_be_visible()

    page.locator("[name=lines-0-description]").fill("Oven")
    page.locator("[name=lines-0-rate]").fill("1000")
    page.locator(".save .first").click()
    expect(page.locator("main")).to_contain_text(f"Ovens for {name}")


def _made(page: Page, address: str, **typed: str) -> str:
    """The id of the record that a form makes."""
    page.goto(address)
    for field, text in typed.items():
        page.locator(f"[name={field}]").fill(text)
    page.locator(".save .first").click()
    page.wait_for_url(lambda url: url.rsplit("/", 1)[1].isdigit())
    return page.url.rsplit("/", 1)[1]
