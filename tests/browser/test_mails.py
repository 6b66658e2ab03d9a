"""Writing a mail as a person does: from a template, with a placeholder at the caret, for later, and not after all."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import sign_in

pytestmark = pytest.mark.browser


# what it does without JavaScript is said by tests/blueprints/test_emails_compose.py
@pytest.mark.parametrize("script", ["with JavaScript"], indirect=True)
@pytest.mark.parametrize("window", ["wide"], indirect=True)
def test_a_mail_is_written_from_a_template_scheduled_and_cancelled(page: Page):
    sign_in(page)
    page.goto("/books/invoices?state=unpaid")
    page.locator("#results tbody th a").first.click()
    page.get_by_role("link", name="Email", exact=True).click()
    subject = page.get_by_label("Subject")
    before = subject.input_value()
    page.get_by_label("Template").select_option("invoice_reminder")
    expect(subject).not_to_have_value(before)
    subject.fill("Due:  – please pay")
    subject.evaluate("field => field.setSelectionRange(5, 5)")
    page.get_by_text("Insert placeholder").click()
    page.get_by_role("button", name="%DueDate%").click()
    expect(subject).to_have_value("Due: %DueDate% – please pay")
    page.get_by_text("Send later").click()
    tomorrow = datetime.now() + timedelta(days=1)
    page.get_by_label("When").fill(tomorrow.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Send", exact=True).click()
    mails = page.locator("#emails tbody tr", has_text="please pay").first
    expect(mails.locator("[data-status=scheduled]")).to_be_visible()
    mails.get_by_role("button", name="Cancel").click()
    expect(page.locator("#emails [data-status=cancelled]").first).to_be_visible()
