"""What axe finds on the pages: nothing, in a wide light window and on a dark phone; and nothing is cut off."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from blueprints.settings_menu import PAGES
from domain.modules import ALL
from tests.browser.conftest import WINDOWS
from tests.browser.test_first_path import sign_in
from tests.ground.running import Run

pytestmark = pytest.mark.browser

LIGHT = {"wide": "light", "phone": "dark"}

OTHERS = (
    "/",
    "/styleguide",
    "/settings",
    "/profile",
    "/nowhere",
    "/crm/deals/board",
    "/settings/roles/role/staff",
    "/settings/roles/new?kind=role&of=staff",
    "/settings/users/new",
    "/books/customers/import",
    "/books/customers/export",
    "/books/customers/views/new",
    "/search?q=INV",
    "/integrations/crm",
    "/integrations/crm/review",
    "/crm/accounts?q=nothing-is-called-so",
)

CHANGED = "crm.accounts"
"""The module whose forms for changing and deleting are looked at: those of all others are the same."""


@pytest.fixture
def reader(chromium: Browser, product: Run):
    """A window on the product."""
    context = chromium.new_context(base_url=f"http://127.0.0.1:{product.port}", locale="en-US")
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


def test_axe_finds_nothing_on_any_page_and_nothing_is_wider_than_the_window(app, reader: Page, subtests):
    with subtests.test(address="/login"):
        assert not wrong_at(reader, "/login")
    sign_in(reader)
    for address in [*OTHERS, *settings_pages(app)]:
        with subtests.test(address=address):
            assert not wrong_at(reader, address)
    for module in ALL.values():
        for address in addresses_of(reader, module):
            with subtests.test(address=address):
                assert not wrong_at(reader, address)


def settings_pages(app) -> list[str]:
    """The pages of the settings that are no module."""
    with app.test_request_context():
        return [app.url_for(page.endpoint) for page in PAGES]


def addresses_of(page: Page, module) -> list[str]:
    """A module's list and form, and one of its records with what belongs to it."""
    listing = f"/{module.path}"
    page.goto(listing)
    found = [listing]
    if not module.parent and page.locator(f'a[href="{listing}/new"]').count():
        found.append(f"{listing}/new")
    record = page.locator("#results tbody th a").first
    if record.count():
        address = urlsplit(record.get_attribute("href") or "").path
        found.append(address)
        found += [f"{address}/edit", f"{address}/delete"] if module.key == CHANGED else []
    return found


def seen_by_axe(page: Page) -> list[str]:
    """What axe finds once nothing loads any more."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    result = Axe().run(page).response
    assert result["passes"], f"axe looked at {page.url}"
    return [f"{each['id']} {node['html'][:120]}" for each in result["violations"] for node in each["nodes"]]


def wrong_at(page: Page, address: str) -> list[str]:
    """What axe finds there in both windows, in words, and whether one has to scroll sideways."""
    page.goto(address)
    found = []
    for window, (width, height) in WINDOWS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=LIGHT[window], reduced_motion="reduce")
        # a panel that begins to load while axe looks is pale for a moment
        found += [f"{window}: {each}" for each in seen_by_axe(page) and seen_by_axe(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{window}: wider than the window")
    return found
