"""A payment and what is left of it, with hands: shared out, taken back, used again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("window", ["wide"], indirect=True)]


def test_a_payment_is_shared_out_taken_back_and_used_again(page: Page, script: bool):
    sign_in(page)
    page.goto("/books/customers?receivable_minor__gt=0&currency=JPY")
    party = (page.locator("#results tbody th a").first.get_attribute("href") or "").rpartition("/")[2]
    page.goto(f"/books/payments/new?party={party}")
    page.get_by_label("Amount").fill("1")
    if not script:
        page.get_by_role("button", name=re.compile("^Share out")).click()
    expect(page.locator("#shares tbody input").first).to_have_value("1")
    expect(page.locator("#sums .grand dd")).to_have_text("¥0")
    page.locator(".save").get_by_role("button", name="Record payment").click()
    page.wait_for_url(re.compile(r"/books/payments/\d+$"))
    page.locator("#uses").get_by_role("button", name=re.compile("^Take back")).click()
    page.wait_for_url(re.compile(r"/books/invoices/\d+$"))
    page.locator("#header").get_by_role("link", name="Use credits").click()
    for each in page.locator("#form tbody input").all():
        each.fill("")
    page.locator("#form tbody input").last.fill("1")
    page.locator(".save").get_by_role("button", name="Use credits").click()
    page.wait_for_url(re.compile(r"/books/invoices/\d+$"))
    expect(page.locator("#payments")).to_contain_text("¥1")
