"""A customer's statement of account, with hands: another period, only what is open, on paper; and many in one file."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import sign_in

pytestmark = pytest.mark.browser

wide = pytest.mark.parametrize("window", ["wide"], indirect=True)


def test_a_statement_is_looked_at_for_another_period_and_taken_along(page: Page, window: str):
    sign_in(page)
    page.goto("/books/customers?receivable_minor__gt=0&currency=JPY")
    page.goto(page.locator("#results tbody th a").first.get_attribute("href") or "")
    page.get_by_role("navigation", name="Pages of this customer").get_by_role(
        "link", name="Statement"
    ).click()
    statement = page.locator("#statement")
    statement.locator("summary", has_text="This month").click()
    statement.get_by_role("link", name="Previous year").click()
    expect(statement.locator("summary").first).to_have_text("Previous year")
    statement.get_by_role("link", name="Outstanding").click()
    expect(page).to_have_url(
        re.compile("preset=last_year.*show=outstanding|show=outstanding.*preset=last_year")
    )
    statement.locator("summary").nth(1).click()
    statement.get_by_label("Start date").fill("2026-11-02")
    statement.get_by_label("End date").fill("2026-11-01")
    statement.get_by_role("button", name="Show", exact=True).click()
    expect(statement.get_by_text("The period ends before it begins.")).to_be_visible()
    statement.get_by_label("End date").fill("2026-12-31")
    statement.get_by_role("button", name="Show", exact=True).click()
    expect(statement.locator("summary").first).to_have_text("Other dates")
    expect(statement.get_by_text("Balance due").first).to_be_visible()
    paper = page.request.get(statement.get_by_role("link", name="Print").get_attribute("href") or "")
    assert paper.body().startswith(b"%PDF-")


@wide
def test_the_statements_of_several_customers_become_one_file(page: Page, script: bool):
    sign_in(page)
    page.goto("/books/customers")
    for box in page.locator("#results tbody .pick input").all()[:2]:
        box.check()
    page.get_by_role("button", name="Print statements").click()
    expect(page.get_by_label("Start date")).not_to_have_value("")
    page.locator(".save").get_by_role("button", name="Print statements").click()
    page.wait_for_url(re.compile(r"/bulk/runs/\d+$"))
    ready = page.get_by_role("link", name="Open to print")
    if not script:
        while not ready.count():
            page.reload()
    expect(ready).to_be_visible(timeout=30_000)
    assert page.request.get(ready.get_attribute("href") or "").body().startswith(b"%PDF-")
