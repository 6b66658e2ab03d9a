"""Templates of PDFs: one by default, and documents that keep what they were issued with."""

import pytest

from delivery.documents import template_of
from domain.books import pdf_templates
from domain.books.pdf_templates import LOOKS, PdfTemplate, default_template, templates_of
from domain.db import db
from domain.errors import Refused


@pytest.fixture
def admin(cast):
    """Who makes templates."""
    return cast.admin


def looks_of(document) -> str:
    """The look in which a document is printed, as somebody gets it in a later request."""
    db.session.flush()
    db.session.refresh(document)
    template = template_of(document)
    return template.look if template else "plain"


def test_there_are_three_looks_at_least():
    assert len(LOOKS) >= 3 and "form" in LOOKS


def test_a_draft_is_printed_with_the_default_of_its_kind(factories, admin):
    factories.pdf_template(admin, "invoice", is_default=True, look="modern")
    assert looks_of(factories.invoice()) == "modern"
    assert looks_of(factories.estimate()) == "plain"


def test_a_document_keeps_the_template_with_which_it_was_issued(factories, admin):
    before = factories.invoice(issued=True)
    factories.pdf_template(admin, is_default=True, look="modern")
    modern = factories.invoice(issued=True)
    factories.pdf_template(admin, is_default=True, look="form")
    assert [looks_of(each) for each in (before, modern, factories.invoice(issued=True))] == [
        "plain", "modern", "form"
    ]  # fmt: skip


def test_one_that_is_a_draft_again_follows_the_default(factories, admin):
    invoice = factories.invoice(issued=True)
    factories.pdf_template(admin, is_default=True, look="modern")
    invoice.void(None)
    invoice.back_to_draft(None)
    assert looks_of(invoice) == "modern"


def test_only_one_template_of_a_kind_is_the_default(factories, admin):
    one, other = (factories.pdf_template(admin, is_default=True) for _n in range(2))
    assert (one.is_default, other.is_default) == (False, True)
    pdf_templates.no_default("invoice", admin)
    assert default_template("invoice") is None


def test_a_template_that_nothing_bears_is_changed_as_it_is(factories, admin):
    template = factories.pdf_template(admin)
    assert pdf_templates.change_template(template, {"look": "modern"}, admin) is template


def test_a_template_that_documents_bear_is_not_changed_under_them(factories, admin):
    template = factories.pdf_template(admin, is_default=True, look="modern", name="Ours")
    issued = factories.invoice(issued=True)
    db.session.flush()
    successor = pdf_templates.change_template(template, {"look": "form"}, admin)
    assert (successor.name, successor.is_default) == ("Ours", True)
    assert looks_of(issued) == "modern"
    assert looks_of(factories.invoice(issued=True)) == "form"
    assert list(templates_of("invoice")) == [successor]


def test_a_deleted_template_stays_with_its_documents(factories, admin):
    template = factories.pdf_template(admin, is_default=True, look="modern")
    issued = factories.invoice(issued=True)
    db.session.flush()
    pdf_templates.no_default("invoice", admin)
    pdf_templates.delete_template(template, admin)
    assert templates_of("invoice") == []
    assert looks_of(issued) == "modern"


def test_one_that_nothing_bears_is_gone(factories, admin):
    template = factories.pdf_template(admin)
    pdf_templates.delete_template(template, admin)
    assert db.session.get(PdfTemplate, template.id) is None


def test_the_default_is_not_deleted(factories, admin):
    template = factories.pdf_template(admin, is_default=True)
    with pytest.raises(Refused, match="is the default"):
        pdf_templates.delete_template(template, admin)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("margin_top", 4, "from 5 to 60 mm"),
        ("margin_bottom", 14, "from 15 to 60 mm"),
        ("margin_left", 61, "from 5 to 60 mm"),
        ("accent", "red", "six digits"),
        ("ink", "#12345g", "six digits"),
        ("look", "none", "from the list"),
        ("paper", "a3", "from the list"),
        ("html", "<p>{{ lines }}</p>{{ secrets }}", "{{ secrets }} means nothing"),
        ("html", "<p>{{ title }}</p>", "lines are missing"),
        ("css", "p { color: {{ lines }} }", "means nothing"),
        ("css", "x" * 20_001, "20000 characters"),
    ],
)
def test_what_can_not_be_printed_is_refused_at_its_field(factories, admin, name, value, sentence):
    with pytest.raises(Refused) as refused:
        factories.pdf_template(admin, **{name: value})
    assert sentence in str(refused.value.fields[name])


def test_two_templates_of_a_kind_have_two_names(factories, admin):
    factories.pdf_template(admin, name="Ours")
    factories.pdf_template(admin, "estimate", name="Ours")
    with pytest.raises(Refused) as refused:
        factories.pdf_template(admin, name="Ours")
    assert "already a template" in str(refused.value.fields["name"])
