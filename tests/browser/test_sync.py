"""The CRM and the books kept in step, in a real browser: set up, watched, decided, undone.

The demo company has one record to look at and one conflict, and has not thought of its vendors yet.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WINDOWS
from tests.browser.test_first_path import sign_in
from tests.ground.running import Run

pytestmark = pytest.mark.browser

HERE = "/integrations/crm"


def test_vendors_are_set_up_synced_watched_and_undone(chromium: Browser, product: Run):
    page = _window(chromium, product, "wide", script=True)
    page.goto(HERE)
    page.locator(f"a[href='{HERE}/vendors/edit']").click()
    expect(page.locator("[name=vendors-0-crm]")).to_have_value("name")
    page.get_by_role("button", name="Save and sync").click()
    vendors = page.locator("section[aria-labelledby=h_vendors]")
    expect(vendors.locator(".status")).to_have_text("In step")  # the page looks again by itself
    vendors.locator("a[href*='/runs/']").click()
    made = page.locator(".band a[href*='outcome=created']").inner_text()
    assert int(made) > 1
    page.get_by_role("link", name="Undo this run").click()
    page.get_by_role("button", name="Undo this run").click()
    expect(page.locator("#run > .head .status")).to_have_text("Undone")
    page.goto(f"{HERE}/runs?direction=crm")
    expect(page.locator("tbody tr").first).to_contain_text(f"{made} made")
    page.context.close()


def test_what_waits_is_decided_on_a_phone_without_script(chromium: Browser, product: Run):
    page = _window(chromium, product, "phone", script=False)
    page.goto("/")
    page.get_by_role("link", name="1 conflict to settle").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= WINDOWS["phone"][0]
    page.get_by_role("button", name="Take the books'").click()
    expect(page.get_by_text("No conflicts")).to_be_visible()
    page.get_by_role("link", name="To look at").click()
    expect(page.locator("tr.differs").first).to_be_visible()
    page.locator("[name=answer]").first.click()  # it is the one beside it
    expect(page.get_by_text("Nobody to look at")).to_be_visible()
    page.context.close()


def _window(chromium: Browser, product: Run, window: str, script: bool) -> Page:
    width, height = WINDOWS[window]
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{product.port}",
        viewport={"width": width, "height": height},
        java_script_enabled=script,
        locale="en-US",
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    sign_in(page, "admin@example.com")
    return page
