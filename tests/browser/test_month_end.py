"""A month's end with 300 customers, as docs/using/month-end tells it, from the list to what goes out by itself.

`walk` is the walk-through: the test takes it without looking back, `pictures.py` stops to take pictures of it.
"""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from demo.large import EMAIL
from demo.large.ground import ASSIGNED, COLLEAGUES
from tests.browser.conftest import WINDOWS
from tests.browser.test_first_path import sign_in
from tests.ground.running import Run

pytestmark = pytest.mark.browser

LIST = "/books/customers"
OWING = f"{LIST}?receivable_minor__gt=0"

Look = Callable[[str], None]
"""Stops for a moment at what has this name."""


def test_a_months_end_with_300_customers_is_done_in_one_sitting(chromium: Browser, product: Run):
    page = office(chromium, product)
    walk(page, lambda name: None)
    page.context.close()


def office(chromium: Browser, product: Run) -> Page:
    """The window of somebody with 300 customers, some of whom owe something."""
    product.command("demo", "--customers=300", "--invoices=900")
    width, height = WINDOWS["wide"]
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{product.port}",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        locale="en-US",
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    sign_in(page, EMAIL)
    return page


def walk(page: Page, look: Look, name: str = "Month's end") -> None:
    """The whole month's end, in any language; `name` is what the schedule is called."""
    take_out(page, look)
    set_terms(page, look)
    assign(page, look)
    send_statements(page, look)
    switch_reminders_on(page, look)
    schedule(page, look, name)


def take_out(page: Page, look: Look) -> None:
    """Who owes something, as a spreadsheet."""
    page.goto(OWING)
    rows = page.locator("#results tbody tr").count()
    menu = page.locator("#list_menu summary")
    menu.click()
    look("list")
    with page.expect_download() as download:
        page.locator("#list_menu a[href*='export.xlsx']").click()
    sheet = CalamineWorkbook.from_filelike(BytesIO(download.value.path().read_bytes())).get_sheet_by_index(0)
    assert len(sheet.to_python()) == rows + 1 > 26


def set_terms(page: Page, look: Look) -> None:
    """All customers in yen pay at the end of next month, once one has seen for whom that is new."""
    everybody(page, f"{LIST}?currency=JPY", "update")
    page.locator("[name=set][value=payment_terms]").check()
    page.locator("[name=payment_terms]").select_option(index=2)  # the end of next month
    page.locator("[name=trial]").click()
    expect(page.locator("#changes")).to_be_visible()
    look("terms")
    done(page)
    assert changed(page) > 100


def assign(page: Page, look: Look) -> None:
    """All customers in euros get an owner: somebody who sees no others."""
    everybody(page, f"{LIST}?currency=EUR", "owner")
    page.locator("[name=owner_id]").select_option(label=COLLEAGUES[ASSIGNED - 1][0])
    look("owner")
    done(page)
    assert changed(page) == 75


def send_statements(page: Page, look: Look) -> None:
    """26 at once are refused; 25 get the statement of last month, each at the address that was shown."""
    tick(page, 26)
    assert "25" in page.locator("main .calm").inner_text()
    tick(page, 25)
    page.locator("[name=offer][value=last_month]").click()
    expect(page.locator("#affected tbody tr")).to_have_count(25)
    page.locator("[name=with_unpaid]").check()
    expect(page.locator(".htmx-request")).to_have_count(0)
    look("statements")
    done(page)
    expect(page.locator("#run [data-status=sent]")).to_have_count(25, timeout=120_000)
    look("sent")


def switch_reminders_on(page: Page, look: Look) -> None:
    """The rule that comes after the due date is switched on."""
    page.goto("/settings/reminders")
    page.locator("#rules form[action$='/switch'] button").nth(1).click()
    expect(page.locator("#rules [data-status=on]")).to_have_count(1)
    look("reminders")


def schedule(page: Page, look: Look, name: str) -> None:
    """From next month on, statements go out on the first to all who owe something, however many."""
    page.goto("/settings/statement-schedules/new")
    page.locator("[name=name]").fill(name)
    page.locator("[name=with_unpaid]").check()
    look("schedule")
    page.locator(".save .first").click()
    page.wait_for_url(re.compile(r"/settings/statement-schedules(/\d+)?$"))
    expect(page.locator("main")).to_contain_text(name)


def everybody(page: Page, address: str, action: str) -> None:
    """Choose all that a list holds, and what shall be done to them."""
    page.goto(address)
    page.locator("#results tbody .pick input").first.check()
    page.locator(".bulk [name=all]").check()
    begin(page, action)


def tick(page: Page, count: int) -> None:
    """Choose so many of those who owe something, for statements by mail."""
    page.goto(OWING)
    boxes = page.locator("#results tbody .pick input")
    boxes.evaluate_all("(boxes, count) => boxes.slice(0, count).forEach(box => box.click())", count)
    begin(page, "email-statements")


def begin(page: Page, action: str) -> None:
    """Press the button of the bar."""
    page.locator(f".bulk [formaction$='/bulk/{action}']").click()
    page.wait_for_url(f"**/bulk/{action}")


def done(page: Page) -> None:
    """Do what the preview shows, and wait until it is done."""
    page.locator(".save button").last.click()
    page.wait_for_url("**/bulk/runs/*")
    expect(page.locator("#run .save")).to_be_visible(timeout=120_000)


def changed(page: Page) -> int:
    """How many the page says were changed."""
    return int(re.sub(r"\D", "", page.locator("#run [data-tone=good]").inner_text()))
