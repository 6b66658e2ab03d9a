"""Settings ▸ Templates: the gallery, the form with its preview, and what becomes of a document's PDF."""

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from delivery import documents, sheet
from domain.books.pdf_templates import default_template, templates_of
from domain.db import db
from tests.pages import HTMX, Page, see, send

GALLERY = "/settings/templates"
NEW = "/settings/templates/new?kind=invoice&look=modern"


@pytest.fixture
def admin(client_of, cast):
    """The administrator's browser."""
    return client_of(cast.admin)


def text_of(invoice) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(documents.pdf(invoice))).pages)


def test_every_kind_of_document_has_its_gallery(admin):
    page = see(admin, GALLERY)
    assert len(page.all('//*[@id="gallery"]//nav/a')) == 6
    for link in page.all('//*[@id="gallery"]//nav/a'):
        assert len(see(admin, link.get("href")).all('//*[@class="gallery"]/li')) == 3


def test_the_gallery_shows_pictures_of_real_sheets(admin, factories):
    factories.estimate()
    for img in see(admin, f"{GALLERY}?kind=estimate").all('//*[@class="gallery"]//img'):
        picture = admin.get(img.get("src"))
        assert picture.mimetype == "image/png"
        assert Image.open(BytesIO(picture.data)).width > 500


def test_a_look_is_cloned_changed_and_saved(admin):
    form = see(admin, NEW).form(name="Ours", paper="letter", label_title="Tax invoice", margin_left="25")
    assert send(admin, "/settings/templates/new", form).location == "/settings/templates?kind=invoice"
    [template] = templates_of("invoice")
    assert (template.look, template.paper, template.margin_left) == ("modern", "letter", 25)
    assert template.labels == {"title": "Tax invoice"}
    assert template.columns == ["quantity", "rate", "discount", "tax"]
    assert not template.is_edited


def test_what_was_changed_is_on_the_paper(admin, factories):
    tax = factories.tax(10)
    form = see(admin, NEW).form(
        name="Ours", label_title="Tax invoice", columns=["quantity"], footer="VAT 123"
    )
    send(admin, "/settings/templates/new", form)
    [template] = templates_of("invoice")
    send(admin, f"/settings/templates/{template.id}/default", {})
    text = text_of(factories.invoice(lines=[factories.line(tax_id=tax.id)], issued=True))
    assert "Tax invoice" in text and "VAT 123" in text
    assert "Quantity" in text and "Rate" not in text


def test_html_of_ones_own_is_on_the_paper(admin, factories):
    html = "<p>Our own words</p>{{ title }}{{ party }}{{ lines }}{{ sums }}"
    send(
        admin,
        "/settings/templates/new",
        see(admin, NEW).form(name="Ours", html=html, css="p { color: #f00 }"),
    )
    [template] = templates_of("invoice")
    assert template.html == html
    send(admin, f"/settings/templates/{template.id}/default", {})
    assert "Our own words" in text_of(factories.invoice(issued=True))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("margin_top", "99"),
        ("accent", "red"),
        ("html", "{{ nothing }}"),
        ("label_title", "x" * 121),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(admin, field, value):
    form = see(admin, NEW).form("form", **{"name": "Ours", "footer": "Typed", field: value})
    page = Page(send(admin, "/settings/templates/new", form, 422))
    assert page.error(field)
    assert page.form()["footer"] == "Typed"
    assert templates_of("invoice") == []


def test_what_takes_too_long_is_not_saved(admin, monkeypatch):
    monkeypatch.setattr(sheet, "SECONDS", 0.3)
    html = "<table>" + "<tr><td>x</td></tr>" * 800 + "</table>{{ lines }}"
    page = Page(send(admin, "/settings/templates/new", see(admin, NEW).form(name="Ours", html=html), 422))
    assert "too long" in page.error("html")
    assert templates_of("invoice") == []


def test_a_template_is_edited_cloned_and_deleted(admin, factories, cast):
    template = factories.pdf_template(cast.admin, name="Ours", footer="Before")
    db.session.commit()
    address = f"/settings/templates/{template.id}"
    send(admin, f"{address}/edit", see(admin, f"{address}/edit").form(footer="After"))
    clone = see(admin, f"/settings/templates/new?copy={template.id}").form()
    assert (clone["name"], clone["footer"]) == ("Ours, copy", "After")
    send(admin, "/settings/templates/new", clone)
    send(admin, f"{address}/delete", see(admin, f"{address}/delete").form())
    assert [each.name for each in templates_of("invoice")] == ["Ours, copy"]


def test_the_second_of_two_who_edit_a_template_is_told(admin, factories, cast):
    template = factories.pdf_template(cast.admin)
    db.session.commit()
    address = f"/settings/templates/{template.id}/edit"
    form = see(admin, address).form(footer="First")
    send(admin, address, form)
    send(admin, address, form, 409)


def test_a_double_click_makes_one_template(admin):
    form = see(admin, NEW).form(name="Ours")
    for _click in range(2):
        send(admin, "/settings/templates/new", form)
    assert len(templates_of("invoice")) == 1


def test_the_default_is_chosen_and_taken_back(admin, factories, cast):
    template = factories.pdf_template(cast.admin)
    db.session.commit()
    send(admin, f"/settings/templates/{template.id}/default", {})
    assert default_template("invoice") is not None
    page = Page(send(admin, f"/settings/templates/{template.id}/delete", {}, 422))
    assert "is the default" in page.words('//*[@role="alert"]')
    send(admin, "/settings/templates/default", {"kind": "invoice"})
    assert default_template("invoice") is None


# --- the preview --------------------------------------------------------------------------------------------


def sources(page: Page) -> list[str]:
    return [img.get("src") for img in page.all('//*[@id="preview"]//img')]


def test_the_preview_is_a_real_document_with_what_stands_in_the_form(admin, factories):
    one, other = factories.invoice(), factories.invoice(factories.customer(display_name="Other"))
    db.session.commit()
    page = see(admin, NEW)
    assert "Other" in page.words('//select[@name="document"]')
    before = sources(page)
    form = page.form(accent="#aa0000")
    after = {}
    for document in (one, other):
        answer = send(
            admin, "/settings/templates/preview", {**form, "document": document.id}, 200, headers=HTMX
        )
        after[document.id] = sources(Page(answer))
    assert len({*before, *after[one.id], *after[other.id]}) == 3
    assert admin.get(after[one.id][0]).mimetype == "image/png"
    assert templates_of("invoice") == []


def test_without_script_the_preview_is_the_page_with_all_that_was_typed(admin):
    form = see(admin, NEW).form(name="", footer="Typed", html="<p>Mine</p>{{ lines }}")
    page = Page(send(admin, "/settings/templates/preview", form, 200))
    assert page.is_whole and sources(page)
    assert page.by_id("form").get("action") == "/settings/templates/new"
    assert (page.form()["footer"], page.form()["html"]) == ("Typed", "<p>Mine</p>{{ lines }}")


def test_the_preview_says_what_is_wrong(admin):
    form = see(admin, NEW).form(html="{{ 7*7 }}{{ lines }}")
    page = Page(send(admin, "/settings/templates/preview", form, 422, headers=HTMX))
    assert page.has('//*[@id="preview"]//*[@role="alert"]')
    assert "means nothing" in page.words('//*[@id="preview"]')


def test_without_documents_the_preview_has_made_up_figures(admin):
    for kind in ("estimate", "sales_order", "invoice", "credit_note", "purchase_order", "bill"):
        page = see(admin, f"/settings/templates/new?kind={kind}&look=form")
        assert "made-up figures" in page.words()
        assert sources(page)


def test_a_preview_is_of_its_own_organization_only(admin, client_of, cast, factories):
    factories.invoice()
    db.session.commit()
    [source] = sources(see(admin, NEW))
    assert client_of(cast.stranger).get(source).status_code == 404


def test_a_page_that_was_never_drawn_is_not_there(admin):
    for address in ("x/0", "0" * 40 + "/0", "0" * 40 + "/99999999999"):
        assert admin.get(f"/settings/templates/pages/{address}").status_code == 404
