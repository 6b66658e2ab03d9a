"""Files that come from enemies: logos, attachments, spreadsheets; and words that end on paper."""

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from delivery import attached, documents, files
from domain.attachments import Attachment
from domain.books.customers import Customer
from domain.custom_fields import CustomField
from domain.db import db
from domain.organizations.organizations import current_organization
from tests import factories
from tests.blueprints.importing import bring
from tests.blueprints.spreadsheets import as_csv
from tests.delivery.sheets import squeezed
from tests.delivery.test_pdf_attacks import _png_that_claims
from tests.pages import Page, compiled_once, see, send

__all__ = ["compiled_once"]

LOGO = "/settings/organization/logo"


# --- logos ----------------------------------------------------------------------------------------------------------


def svg(inside):
    """A picture that holds this."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">' + inside + b"</svg>"


RULES = b"".join(b".a%d rect,g g g .b%d > rect{fill:red}" % (n, n) for n in range(12_000))

BOMBS = {
    "thousands of rules of style": svg(
        b"<style>" + RULES + b"</style>" + b'<rect width="1" height="1"/>' * 1_900
    ),
    "ninety thousand turns": svg(b'<rect width="1" height="1" transform="' + b"rotate(1) " * 99_000 + b'"/>'),
    "entities of entities": b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1) if n else b"&a;") * 10) for n in range(12))
    + b"]>"
    + svg(b'<rect width="1" height="1" id="&b9;"/>'),
    "a picture of 50,000 by 50,000": _png_that_claims(50_000, 50_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_logo_that_asks_for_too_much_is_refused_in_seconds(client_of, cast, name):
    sent = {"logo": (BytesIO(BOMBS[name]), "logo.svg")}
    answer = client_of(cast.admin).post(LOGO, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert Page(answer).error("logo")
    assert current_organization().logo_digest is None


# --- attachments ------------------------------------------------------------------------------------------------------


def upload(client, record, name, content):
    """Attach a file as a browser does; the attachment."""
    address = f"/crm/accounts/{record.id}/attachments"
    sent = {"files": (BytesIO(content), name)}
    send(client, f"{address}/new", sent, content_type="multipart/form-data")
    [attachment] = db.session.scalars(select(Attachment)).all()
    return f"{address}/{attachment.id}"


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\boot.ini",
        "a%0D%0ASet-Cookie: x=1.html",
        'a"; filename="b.html',
        "a\u202efdp.exe",
        "\x00.pdf",
        "x" * 5_000,
        "<img src=x onerror=a()>.png",
    ],
)
def test_no_file_name_leaves_its_header_or_its_folder(client_of, cast, name):
    staff = client_of(cast.staff)
    answer = staff.get(upload(staff, factories.account(), name, b"text"))
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert "Set-Cookie" not in answer.headers
    assert not set(said) & set("\r\n\x00/\\<>\u202e")
    assert said.count('"') in (0, 2)


@pytest.mark.parametrize(
    "content", [b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", b"%PDF-1.7\n<script>alert(1)</script>"]
)
def test_a_file_that_is_two_things_at_once_is_never_a_script(client_of, cast, content):
    staff = client_of(cast.staff)
    answer = staff.get(upload(staff, factories.account(), "a.js", content))
    assert answer.mimetype in ("image/gif", "application/pdf", "application/octet-stream")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_small_file_with_very_many_pixels_costs_no_gigabyte(app, cast, monkeypatch, kind):
    drawn = BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", (7_000, 7_000)).save(drawn, kind)
    digest = files.keep(drawn.getvalue(), "a.png", "image/png").digest
    monkeypatch.setattr(attached, "MEGABYTES_DRAWN", 50)
    assert attached.thumbnail(digest) is None
    small = files.keep(factories.picture(size=(600, 400)), "b.png", "image/png").digest
    assert attached.thumbnail(small)


# --- spreadsheets -----------------------------------------------------------------------------------------------------


EVIL = "<b>x</b><img src='file:///etc/passwd'><pdf:insertpdf src='/etc/passwd'/>{{7*7}}"


def test_html_of_a_spreadsheet_is_printed_as_it_was_typed(client_of, cast):
    rows = [["Name", "Tax registration", "Billing street"], ["Evil Corp", EVIL[:40], EVIL]]
    bring(client_of(cast.admin), "books/customers", as_csv(rows))
    customer = db.session.scalars(select(Customer).where(Customer.display_name == "Evil Corp")).one()
    assert customer.billing_street == EVIL
    invoice = factories.invoice(customer, [factories.line(description=EVIL)], notes=EVIL, issued=True)
    pages = PdfReader(BytesIO(documents.pdf(invoice))).pages
    printed = squeezed("".join(page.extract_text() for page in pages))
    assert squeezed("{{7*7}}") in printed and squeezed("<b>x</b>") in printed
    assert "root:" not in printed


def test_the_failed_rows_of_an_import_hold_no_formulas(client_of, cast):
    admin = client_of(cast.admin)
    rows = [["Name", "Email"], ["=HYPERLINK(1)", "no address"], ["@SUM(A1)", "none either"]]
    address = bring(admin, "books/customers", as_csv(rows))
    text = admin.get(f"{address}/failed.csv").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in text and "'@SUM(A1)" in text


def test_a_heading_of_ones_own_is_no_formula_in_what_is_taken_out(client_of, cast):
    admin = client_of(cast.admin)
    form = see(admin, "/settings/fields/new").form(
        module="crm.accounts", label='=HYPERLINK("http://x")', kind="text", is_listed="1"
    )
    send(admin, "/settings/fields/new", form)
    factories.account(name="Minato")
    first = admin.get("/crm/accounts/export.csv?fields=all").get_data(as_text=True).splitlines()[0]
    assert "'=HYPERLINK" in first and ',"=' not in first


# --- fields of one's own ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    [
        "\"]') OR 1=1 --",
        "$.a[0]",
        "cf_",
        "organization_id",
        "custom",
        "__class__",
        "a__gt",
        "hx-get=/evil onclick=a()",
        "<svg/onload=a()>",
        "{{7*7}}%(x)s",
        "会社",
    ],
)
def test_a_field_may_be_called_anything(client_of, cast, label):
    admin = client_of(cast.admin)
    form = see(admin, "/settings/fields/new").form(module="crm.accounts", label=label, kind="text")
    send(admin, "/settings/fields/new", form)
    field = db.session.scalars(select(CustomField)).one()
    assert field.key.replace("_", "").isalnum() and field.key.isascii()
    account = factories.account(name="Minato")
    address = f"/crm/accounts/{account.id}"
    send(admin, f"{address}/edit", see(admin, f"{address}/edit").form(**{field.name: label}))
    page = see(admin, address)
    assert label in page.root.text_content()
    assert not page.has("//*[@onload or @onclick or @hx-get = '/evil']")
    assert "Minato" in see(admin, f"/crm/accounts?{field.name}__filled=&sort={field.name}").words("//tbody")
    send(admin, f"/settings/fields/{field.id}/delete", {"values": "1"})
    db.session.expire_all()
    assert account.custom == {} and account.organization_id == cast.organization_id


# --- and the storage itself --------------------------------------------------------------------------------------


def test_a_file_that_the_storage_lost_is_said_and_no_fault_of_the_page(client_of, cast):
    attachment = factories.attachment(factories.account(), cast.admin)
    db.session.commit()
    store = files.files()
    for path in store._store._root.rglob(attachment.file.digest):
        path.unlink()
    admin = client_of(cast.admin)
    answer = admin.get(f"/crm/accounts/{attachment.record_id}/attachments/{attachment.id}")
    assert answer.status_code == 404
    assert "not in the storage" in Page(answer).text
    assert see(admin, f"/crm/accounts/{attachment.record_id}")
