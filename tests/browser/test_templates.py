"""A template of invoices, made in a browser: what is changed shows beside the form at once, with and without script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("window", ["wide"], indirect=True)
def test_a_template_is_made_beside_its_preview(page: Page, script: bool):
    sign_in(page)
    page.goto("/settings/templates?kind=invoice")
    page.get_by_role("link", name="Clone and edit Japanese business form").click()
    page.wait_for_load_state("networkidle")
    sheet = page.get_by_alt_text("Page 1 of the preview")
    before = sheet.get_attribute("src")
    page.get_by_label("Paper").select_option("letter")
    if not script:
        page.get_by_role("button", name="Show preview").click()
    expect(sheet).not_to_have_attribute("src", before or "", timeout=15_000)
    expect(page.get_by_label("Paper")).to_have_value("letter")
    page.get_by_label("Name").fill(f"Ours, {'with' if script else 'without'} script")
    page.get_by_role("button", name="Save").click()
    expect(
        page.get_by_role("heading", name=f"Ours, {'with' if script else 'without'} script")
    ).to_be_visible()
