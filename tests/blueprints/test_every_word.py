"""Nothing on a page is English to somebody who reads another language.

The reader's language is one in which every sentence says itself between brackets. What stands outside of them
must be data: words that are in the database, or names that are the same everywhere.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from sqlalchemy import select

from bin import catalogs
from domain.db import db, everywhere
from domain.modules import ALL
from domain.modules.module import Module
from tests.blueprints.importing import bring, look_through, upload
from tests.blueprints.spreadsheets import as_csv
from tests.modules import samples
from tests.pages import Page, see

pytestmark = pytest.mark.doors

SAID_IN_TEXT = ("title", "aria-label", "placeholder", "data-label", "alt", "data-failed", "data-unreachable")
NOT_OURS = ("script", "style", "textarea", "pre", "code")
"""What stands in these is code, or what somebody writes."""

NAMES = {"Kakehashi", "English", "Français", "日本語", "PDF", "CSV", "XLS", "XLSX"}


OTHER_PAGES = (
    "/",
    "/profile",
    "/mentions",
    "/exports",
    "/search?q=abc",
    "/crm/deals/board",
    "/crm/accounts/columns",
    "/crm/accounts/export",
    "/crm/accounts/import",
    "/crm/accounts/views/new?phone__empty=",
    "/crm/deals/filter/form?field=name",
    "/crm/deals/filter/form?field=stage&operator=not",
    "/crm/deals/filter/form?field=amount_minor&operator=between",
    "/crm/deals/filter/form?field=closing_on&operator=period",
    "/crm/deals/filter/form?field=closing_on&operator=last",
    "/settings",
    "/settings/organization",
    "/settings/activity",
    "/settings/mail",
    "/settings/mail-catcher",
    "/settings/api-access",
    "/settings/exchange-rates/bank",
    "/settings/fields",
    "/settings/fields/new",
    "/settings/users",
    "/settings/users/new",
    "/settings/roles",
    "/settings/roles/role/assigned",
    "/settings/roles/new?kind=profile&of=standard",
    "/settings/audit",
)


@pytest.fixture(scope="module")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog that stands in for French: every sentence, between brackets."""
    catalog = Catalog("fr")
    for message in catalogs.sentences():
        texts = [message.id] if isinstance(message.id, str) else message.id
        said = [f"⟦{text}⟧" for text in texts]
        catalog.add(message.id, said[0] if isinstance(message.id, str) else said, context=message.context)
    path = tmp_path_factory.mktemp("bracketed") / "fr" / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    return path.parent.parent.parent


@pytest.fixture
def app(make_app: Any, database_url: str, bracketed: Path) -> Flask:
    """The application in that language."""
    return make_app(database_url, BABEL_TRANSLATION_DIRECTORIES=str(bracketed))


@pytest.fixture
def reader(client_of: Any, cast: Any, session: Any) -> Any:
    """The browser of somebody who may see everything, in that language."""
    cast.admin.user.language = "fr"
    session.flush()
    return client_of(cast.admin)


def english_on(page: Page) -> set[str]:
    """The words that stand outside of brackets and are no data."""
    said = {word for text in _texts(page) for word in _words(_outside_brackets(text))}
    return said - NAMES - _data() if said else said


def _texts(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        if isinstance(element.tag, str):
            yield "" if element.tag in NOT_OURS else element.text or ""
            yield from (element.get(name, "") for name in SAID_IN_TEXT)
        yield element.tail or ""


def _outside_brackets(text: str) -> str:
    shorter = re.sub("⟦[^⟦⟧]*⟧", "", text)
    return shorter if shorter == text else _outside_brackets(shorter)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{3,}", text)


def _data() -> set[str]:
    with everywhere():
        rows = [row for table in db.metadata.sorted_tables for row in db.session.execute(select(table))]
    kept = {word for row in rows for value in row for word in _words(str(value))}
    return kept | {word for name in Locale("fr").territories.values() for word in _words(name)}


def _pages_of(module: Module, record: Any) -> list[str]:
    """The addresses that every module has."""
    own = [
        "",
        "/edit",
        "/delete",
        "/timeline",
        *(f"/related/{r.module.split('.')[1]}" for r in module.related),
    ]
    new = f"/{module.path}/new?{module.parent}=0" if module.parent else f"/{module.path}/new"
    return [f"/{module.path}", new, *(f"/{module.path}/{record.id}{page}" for page in own)]


@pytest.mark.parametrize("module", ALL.values(), ids=ALL)
def test_every_word_of_a_modules_pages_can_be_translated(module: Module, reader: Any):
    record = samples.linked_record_of(module) if module.related else samples.record_of(module)
    samples.add_to(record, 2)
    for url in _pages_of(module, record):
        page = Page(reader.get(url))
        assert english_on(page) == set(), url


@pytest.mark.parametrize("url", OTHER_PAGES)
def test_every_word_of_the_other_pages_can_be_translated(url: str, reader: Any):
    assert english_on(see(reader, url)) == set()


def test_every_word_of_a_documents_mails_and_payments_can_be_translated(reader: Any, factories: Any):
    invoice = factories.invoice(issued=True)
    factories.payment(invoice, 100)
    address = f"/books/invoices/{invoice.id}"
    for url in (address, f"{address}/payments", f"{address}/emails", f"{address}/emails/new"):
        assert english_on(see(reader, url)) == set(), url


@pytest.mark.parametrize("action", ["owner", "update", "delete", "inactive"])
def test_every_word_of_what_is_done_to_many_can_be_translated(action: str, reader: Any, factories: Any):
    factories.invoice(busy := factories.customer())
    form = see(reader, "/books/customers").form("bulk", ids=[str(busy.id), str(factories.customer().id)])
    assert english_on(Page(reader.post(f"/books/customers/bulk/{action}", data=form))) == set()


def test_every_word_of_an_import_can_be_translated(reader: Any):
    address = upload(
        reader, "crm/accounts", as_csv([["Account name", "Email"], ["Aoi", "a@x.example"], ["", "-"]])
    )
    assert english_on(see(reader, address)) == set()
    checked = look_through(reader, "crm/accounts", as_csv([["Account name", "Email"], ["Aoi", ""], ["", ""]]))
    assert english_on(see(reader, checked)) == set()
    done = bring(reader, "crm/accounts", as_csv([["Account name"], ["Aoi"], ["Beni"]]))
    for url in (done, f"{done}/rows/new", f"{done}/undo", "/crm/accounts/import"):
        assert english_on(see(reader, url)) == set(), url


def test_refusals_can_be_translated(reader: Any, client: Any):
    assert english_on(see(reader, "/nowhere", 404)) == set()
    assert english_on(see(reader, "/books/invoices?nonsense=1", 422)) == set()
    form = see(reader, "/books/customers/new").form(display_name="", email="nobody")
    assert english_on(Page(reader.post("/books/customers/new", data=form))) == set()
    sign_in = {"email": "nobody@example.com", "password": "wrong"}
    refused = client.post("/login", data=sign_in, headers={"Accept-Language": "fr"})
    assert english_on(Page(refused)) == set()
