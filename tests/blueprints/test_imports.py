"""Bringing in a spreadsheet, page by page, as a person does it without JavaScript."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from domain import outbox
from domain.books.customers import Customer
from domain.db import db
from jobs import dispatch
from tests.blueprints.spreadsheets import HEADINGS, as_csv, as_xls, as_xlsx, customers
from tests.pages import Page, see, send


@pytest.fixture
def work(app, session):
    """`work()`: do everything that is due, as a worker would."""

    def work():
        db.session.commit()
        slices = 0
        while rows := outbox.due():
            for row in rows:
                dispatch.perform(row.id)
                slices += 1
        db.session.expire_all()
        return slices

    return work


def upload(client, module, content, name="file.csv", status=303):
    form = see(client, f"/{module}/import").form()
    form["file"] = (BytesIO(content), name)
    response = send(client, f"/{module}/import", form, status, content_type="multipart/form-data")
    return response.location if status == 303 else Page(response)


def bring(client, work, module, content, name="file.csv", **changes):
    """From the upload to the result; gives its address."""
    address = upload(client, module, content, name)
    form = see(client, address).form("form", **changes)
    send(client, f"{address}/mapping", form)
    work()
    send(client, f"{address}/run", {})
    work()
    return address


def figures(page):
    """The counts of the band that are not 0, by their words."""
    numbers = {each.text_content(): each.getnext().text_content().strip() for each in page.all("//dl//dt")}
    return {words: int(number) for words, number in numbers.items() if number != "0"}


FILES = {
    "Shift-JIS": ("顧客.csv", lambda rows: as_csv(rows, "cp932")),
    "UTF-8": ("顧客.csv", lambda rows: as_csv(rows, "utf-8")),
    "UTF-8 with its mark": ("顧客.csv", lambda rows: as_csv(rows, "utf-8-sig")),
    "UTF-16 with tabs": ("顧客.txt", lambda rows: as_csv(rows, "utf-16", "\t")),
    "semicolons": ("顧客.csv", lambda rows: as_csv(rows, "utf-8", ";")),
    "XLSX": ("顧客.xlsx", as_xlsx),
    "XLS": ("顧客.xls", as_xls),
}


@pytest.mark.parametrize("kind", FILES)
def test_customers_of_a_japanese_spreadsheet_come_in_as_they_are(kind, client_of, cast, work):
    name, made = FILES[kind]
    count = 300 if kind in ("Shift-JIS", "XLSX") else 20
    admin = client_of(cast.admin)
    address = bring(admin, work, "books/customers", made([HEADINGS, *customers(count)]), name)
    assert figures(see(admin, address)) == {"Made": count}
    assert db.session.scalar(select(func.count(Customer.id))) == count
    one = db.session.scalar(select(Customer).where(Customer.email == "keiri14@aoi.example"))
    assert (one.display_name, one.phone, one.billing_postal_code, one.billing_state) == (
        "合同会社山﨑商店",
        "045-114-2014",
        "231-0014",
        "大阪府",
    )
    assert (one.billing_city, one.billing_street, one.tax_registration) == (
        "大阪市北区",
        "6丁目15-5",
        "T1000000000014",
    )
    assert (one.currency, one.customer_type, one.is_active) == ("JPY", "business", True)


def test_nothing_is_written_before_somebody_says_so(client_of, cast, work):
    admin = client_of(cast.admin)
    address = upload(admin, "books/customers", as_csv([HEADINGS, *customers(5)]))
    send(admin, f"{address}/mapping", see(admin, address).form("form"))
    assert see(admin, address).has("//progress")
    work()
    page = see(admin, address)
    assert "5 rows would be imported" in page.words()
    assert not db.session.scalar(select(func.count(Customer.id)))
