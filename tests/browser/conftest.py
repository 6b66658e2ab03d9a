"""A real browser on the whole product: `bin/run` with the demo company, its worker, its mail catcher."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.ground.running import Run, running

WINDOWS = {"wide": (1360, 900), "phone": (390, 844)}

FLAGS = (
    "--no-sandbox",  # a sandbox refuses root, and in CI everybody is root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Everything running, with the demo company in it."""
    with running(tmp_path_factory.mktemp("product") / "data") as run:
        yield run


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "there is no Chromium: bin/test installs it where it can"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=["wide", "phone"])
def window(request: pytest.FixtureRequest) -> str:
    """How large the window is: a laptop's, a phone's."""
    return str(request.param)


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts."""
    return bool(request.param == "with JavaScript")


@pytest.fixture
def page(chromium: Browser, product: Run, window: str, script: bool) -> Iterator[Page]:
    """A fresh window on the product; what its console complains about fails the test."""
    width, height = WINDOWS[window]
    context = chromium.new_context(
        base_url=f"http://127.0.0.1:{product.port}",
        viewport={"width": width, "height": height},
        has_touch=window == "phone",
        java_script_enabled=script,
        locale="en-US",
    )
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
    yield page
    context.close()
    assert not complaints


def _is_complaint(said) -> bool:  # type: ignore[no-untyped-def]
    """Errors count, but not that a form was refused as it should be, nor that leaving a page ends its requests."""
    expected = ("422", "409", "sendAbort")
    return said.type == "error" and not any(word in said.text for word in expected)
