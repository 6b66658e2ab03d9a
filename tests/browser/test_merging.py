"""Both ways to merge customers, in a browser: from one's page and from the list; undone in between."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_first_path import sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("window", ["wide"], indirect=True)
def test_two_customers_become_one_from_a_page_and_from_the_list(page: Page, script: bool):
    sign_in(page)
    names = [f"{name} {'with' if script else 'without'} script" for name in ("Minato", "Aoba")]
    main, other = (new_customer(page, name) for name in names)
    page.goto(main)
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Merge", exact=True).click()
    page.get_by_role("combobox", name="Customer").fill(names[1])
    if script:
        page.get_by_role("option", name=names[1]).click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(f"{names[1]} becomes inactive")).to_be_visible()
    page.get_by_role("button", name=f"Merge into {names[0]}").click()
    expect(page.get_by_text(f"{names[1]}: merged into {names[0]}.")).to_be_visible()
    page.goto(other)
    expect(page).to_have_url(main)
    page.get_by_role("link", name="Undo merge").click()
    page.get_by_role("button", name="Undo merge").click()
    expect(page.get_by_text(f"{names[1]}: separated from {names[0]} again.")).to_be_visible()
    page.goto(f"/books/customers?q={names[0].partition(' ')[2]}")
    for name in names:
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_role("button", name=f"Merge into {names[0]}").click()
    expect(page.get_by_text(f"{names[1]}: merged into {names[0]}.")).to_be_visible()


def new_customer(page: Page, name: str) -> str:
    """The address of a customer who was just made."""
    page.goto("/books/customers/new")
    page.get_by_label("Display name").fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return page.url
