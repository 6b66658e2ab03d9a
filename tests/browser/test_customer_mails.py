"""Writing to a customer as a person does: with formatting, to somebody new, with the unpaid invoices, kept and sent."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import sign_in

pytestmark = pytest.mark.browser


def open_a_customer_who_owes(page: Page) -> None:
    """On a phone a whole card is the link, with other links upon it: so the name itself is clicked."""
    page.goto("/books/customers?receivable_minor__gt=0")
    page.locator("#results tbody th a").first.click(position={"x": 12, "y": 8})


# what it does without JavaScript is said by tests/blueprints/test_customer_mails.py
@pytest.mark.parametrize("script", ["with JavaScript"], indirect=True)
@pytest.mark.parametrize("window", ["wide"], indirect=True)
def test_a_letter_with_formatting_is_kept_and_sent_to_somebody_new(page: Page):
    sign_in(page)
    open_a_customer_who_owes(page)
    page.get_by_role("link", name="Email", exact=True).click()
    page.get_by_label("Subject").fill("Before the holidays")
    message = page.get_by_role("textbox", name="Message")
    message.fill("")
    message.press_sequentially("Please ")
    page.get_by_role("button", name="Bold").click()
    expect(page.get_by_role("button", name="Bold")).to_have_attribute("aria-pressed", "true")
    message.press_sequentially("note")
    page.get_by_text("Insert placeholder").click()
    page.get_by_role("button", name="%Receivable%").click()
    page.get_by_text("Add contact person").click()
    page.get_by_label("Last name").fill("Mori")
    page.get_by_label("Email", exact=True).fill("mori@example.com")
    page.get_by_role("button", name="Add and choose").click()
    expect(page.get_by_role("checkbox", name="Mori").first).to_be_checked()
    expect(message.locator("b")).to_have_text("note%Receivable%")
    page.get_by_label("Attach list of unpaid invoices").check()
    page.get_by_role("button", name="Save draft").click()
    page.locator("#drafts").get_by_role("link", name="Before the holidays", exact=True).click()
    expect(message.locator("b")).to_have_text("note%Receivable%")
    page.get_by_role("button", name="Send", exact=True).click()
    mail = page.locator("#emails tbody tr", has_text="Before the holidays")
    expect(mail.locator("[data-status=sent]")).to_be_visible()
    expect(page.locator("#drafts")).to_have_count(0)
    page.reload()
    expect(mail.get_by_role("link", name="unpaid-invoices")).to_be_visible()


@pytest.mark.parametrize("script", ["with JavaScript"], indirect=True)
def test_a_statement_goes_out_from_its_page(page: Page):
    sign_in(page)
    open_a_customer_who_owes(page)
    page.get_by_role("link", name="Statement", exact=True).click()
    page.get_by_role("link", name="Send email").click()
    page.get_by_label("Attach list of unpaid invoices").check()
    page.get_by_role("button", name="Send", exact=True).click()
    mail = page.locator("#emails tbody tr", has_text="statement").first
    expect(mail.locator("[data-status=sent]")).to_be_visible()
    mail.get_by_role("link").first.click()
    expect(page.get_by_role("link", name="statement-")).to_be_visible()
    expect(page.get_by_role("link", name="unpaid-invoices")).to_be_visible()
