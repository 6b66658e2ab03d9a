"""The pictures of the documents: which page, for whom, in which language and window."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from config import ROOT
from demo.large import EMAIL
from tests.browser.conftest import FLAGS, WINDOWS
from tests.browser.test_first_path import sign_in
from tests.browser.test_month_end import office, walk
from tests.ground.running import Run, running

IMAGES = ROOT / "docs/images"


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it."""

    name: str
    address: str
    """Where to go; `>` leads on to the first record of that list, or to a page under it."""
    language: str = "en"
    window: str = "wide"
    light: str = "light"
    email: str = "admin@example.com"


PICTURES = (
    Picture("home", "/"),
    Picture("account", "/crm/accounts?q=みなと製作所 >"),
    Picture("account-ja", "/crm/accounts?q=みなと製作所 >", "ja"),
    Picture("account-phone", "/crm/accounts?q=みなと製作所 >", "ja", "phone"),
    Picture("account-dark", "/crm/accounts?q=みなと製作所 >", light="dark"),
    Picture("deals", "/crm/deals/board", "ja"),
    Picture("invoices-fr", "/books/invoices?state=overdue", "fr"),
    Picture("invoice", "/books/invoices?state=partially_paid >"),
    Picture("invoice-form", "/books/invoices/new", "fr"),
    Picture("estimate-form", "/books/estimates/new?party=1", "fr"),
    Picture("deal", "/crm/deals?q=別館リニューアル >", "ja"),
    Picture("order", "/books/sales-orders?state=partially_invoiced >"),
    Picture("vendor", "/books/vendors?sort=-payable_minor >", "ja"),
    Picture("payment-form", "/books/payments/new?party=1"),
    Picture("statement", "/books/customers?sort=-receivable_minor >/statement?preset=this_year"),
    Picture("templates", "/settings/templates", "ja"),
    Picture("search", "/search?q=青", "ja"),
    Picture("import", "/books/customers/import", "ja"),
    Picture("roles", "/settings/roles"),
    Picture("organization", "/settings/organization", "ja"),
)

SYNC = {
    "overview": "/integrations/crm",
    "mapping": "/integrations/crm/customers/edit",
    "review": "/integrations/crm/review",
    "conflict": "/integrations/crm/conflicts",
    "history": "/integrations/crm/runs",
}
"""How the CRM and the books are kept in step, as the demo company does it; in every language."""

PICTURES += tuple(
    Picture(f"sync-{name}-{language}", address, language)
    for name, address in SYNC.items()
    for language in ("en", "ja", "fr")
)


WALK = "month-end"
"""The name of the walk-through, of which pictures are taken on the way."""

RUNNING = "sync-running"
"""A first sync of so many customers that it can be watched."""

MANY = 1500

CALLED = {"en": "Month's end", "ja": "月末", "fr": "Fin de mois"}
"""What the schedule of the walk-through is called."""


def main(names: list[str]) -> int:
    """Takes the pictures of these names, or all."""
    IMAGES.mkdir(exist_ok=True)
    chosen = [picture for picture in PICTURES if not names or picture.name in names]
    with browser() as chromium:
        if chosen:
            with product() as run:
                for picture in chosen:
                    take(picture, chromium, run)
        for language in CALLED if not names or WALK in names else ():
            with product("--empty") as run:
                take_walk(language, chromium, run)
        for language in CALLED if not names or RUNNING in names else ():
            with product("--empty") as run:
                take_running(language, chromium, run)
    return 0


@contextmanager
def product(*options: str) -> Iterator[Run]:
    """Everything running, on a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data", *options) as run:
        yield run


def take_walk(language: str, chromium: Browser, run: Run) -> None:
    """Walk through the month's end in a language, and save pictures on the way."""
    page = office(chromium, run)
    speak(page, language)
    walk(page, lambda stop: shoot(page, f"{WALK}-{stop}-{language}"), CALLED[language])
    page.context.close()


def take_running(language: str, chromium: Browser, run: Run) -> None:
    """Set up the sync of a large organization, and save how it looks when a part of it is done."""
    run.command("demo", f"--customers={MANY}", "--invoices=1")
    page = _window(chromium, run, EMAIL)
    speak(page, language)
    page.goto("/integrations/crm/customers/edit")
    page.locator("[name=then][value=sync]").click()
    expect(page.locator("progress")).not_to_have_attribute("value", "0")
    page.screenshot(path=IMAGES / f"{RUNNING}-{language}.png")
    page.context.close()


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=list(FLAGS))


def take(picture: Picture, chromium: Browser, run: Run) -> None:
    """Save one picture."""
    page = _window(chromium, run, picture.email, picture.window, picture.light)
    speak(page, picture.language)
    address, leads_on, rest = picture.address.partition(" >")
    page.goto(address)
    if leads_on:
        page.goto((page.locator("#results tbody th a").first.get_attribute("href") or "") + rest)
    shoot(page, picture.name)
    page.context.close()


def _window(chromium: Browser, run: Run, email: str, window: str = "wide", light: str = "light") -> Page:
    """Somebody signed in, in a window of their own."""
    width, height = WINDOWS[window]
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{run.port}",
        viewport={"width": width, "height": height},
        color_scheme=light,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="en-US",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    sign_in(page, email)
    return page


def shoot(page: Page, name: str) -> None:
    """Save what the window shows."""
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"{name}.png", flush=True)


def speak(page: Page, language: str) -> None:
    """Choose a language, as the account menu does."""
    page.locator(".me").click()
    page.locator(f'button[name="language"][value="{language}"]').click()
    expect(page.locator("html")).to_have_attribute("lang", language)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
