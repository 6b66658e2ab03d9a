"""What a person sees and sends: answers read as HTML, forms filled in as a browser would send them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from lxml import html
from werkzeug.datastructures import MultiDict

HTMX = {"HX-Request": "true"}
"""What HTMX sends along when it asks for a region."""


class Page:
    """An answer as HTML: a whole page, or the regions of a fragment."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.text = response.text
        self.is_whole = self.text.lstrip().lower().startswith("<!doctype")
        self.root = html.fromstring(self.text if self.is_whole else f"<div>{self.text}</div>")

    def all(self, path: str) -> list[Any]:
        """All elements of an XPath."""
        return list(self.root.xpath(path))

    def one(self, path: str) -> Any:
        """The one element of an XPath."""
        [found] = self.all(path)
        return found

    def by_id(self, name: str) -> Any:
        """The element with this id."""
        return self.one(f'//*[@id="{name}"]')

    def has(self, path: str) -> bool:
        """Whether there is any element of an XPath."""
        return bool(self.all(path))

    def words(self, path: str = "/*") -> str:
        """The text of all elements of an XPath, with single spaces."""
        return " ".join(" ".join(found.text_content() for found in self.all(path)).split())

    def form(self, form_id: str = "form", /, **changes: Any) -> MultiDict[str, str]:
        """What a browser would send of the form with this id, after somebody typed the changes."""
        sent = MultiDict(_controls(self.by_id(form_id)))
        for field, value in changes.items():
            sent.setlist(field, [] if value is None else value if isinstance(value, list) else [value])
        return sent

    def error(self, field: str) -> str:
        """What is wrong at a field: the text to which its input is tied."""
        control = self.one(f'//*[@name="{field}" and @aria-invalid="true"]')
        described = (control.get("aria-describedby") or "").split()
        return " ".join(self.by_id(each).text_content() for each in described if each.endswith("_error"))

    def invalid(self) -> set[str]:
        """The names of all fields that are marked."""
        return {found.get("name") for found in self.all('//*[@aria-invalid="true"]')}

    def toast(self) -> str:
        """What the toasts say."""
        return self.words('//*[contains(@class, "toast")]//p[normalize-space()]')


def _controls(form: Any) -> Iterator[tuple[str, str]]:
    for control in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
        kind = control.get("type", "text")
        if control.tag == "textarea":
            yield control.get("name"), (control.text or "").removeprefix("\n")
        elif control.tag == "select":
            chosen = control.xpath(".//option[@selected]") or control.xpath(".//option")
            yield from ((control.get("name"), option.get("value", "")) for option in chosen[:1])
        elif kind not in ("checkbox", "radio") or control.get("checked") is not None:
            yield control.get("name"), control.get("value", "on" if kind == "checkbox" else "")


def see(client: Any, url: str, status: int = 200, **options: Any) -> Page:
    """The page behind an address, which answers with that status."""
    response = client.get(url, **options)
    _expect(response, status, f"GET {url}")
    return Page(response)


def send(client: Any, url: str, data: Any, status: int = 303, **options: Any) -> Any:
    """Post a form, which is answered with that status."""
    response = client.post(url, data=data, **options)
    _expect(response, status, f"POST {url}")
    return response


def led_to(response: Any) -> str:
    """Where HTMX is sent after a form, to ask for the whole page there."""
    where = json.loads(response.headers["HX-Location"])
    assert where["headers"] == {"HX-Boosted": "true"}
    return str(where["path"])


def _expect(response: Any, status: int, asked: str) -> None:
    if response.status_code != status:
        page = Page(response) if response.text else None
        said = page.words('//main | //*[@id="form"]')[:1500] if page else response.location
        wrong = page.words('//*[@class="error"] | //*[@role="alert"]') if page else ""
        pytest.fail(f"{asked}: {response.status_code} and not {status}\n{wrong}\n{said}")


class _Compiled(BytecodeCache):
    """Templates are compiled once a run, not once for each test's application."""

    kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(autouse=True)
def compiled_once(request: pytest.FixtureRequest) -> None:
    """Fixture: share the compiled templates with the tests before."""
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        app.jinja_env.bytecode_cache = _Compiled()
