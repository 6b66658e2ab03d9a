"""Templates of a customer: which one holds, for what is next and not for what was, and what becomes of them."""

import pytest

from delivery.documents import template_of
from domain import records
from domain.books import pdf_templates
from domain.books.associated_templates import SLOTS, customers_with, mail_template, names_for, pdf_template
from domain.books.merging import merge, undo
from domain.db import db
from domain.errors import Refused
from tests import factories


@pytest.fixture
def admin(cast):
    """Fixture: the administrator."""
    return cast.admin


def give(customer, actor, **names):
    records.update(customer, {f"{name}": value for name, value in names.items()}, actor)


def test_the_next_document_has_its_customers_template_and_others_the_default(admin):
    usual = factories.pdf_template(admin, is_default=True, name="Usual")
    own = factories.pdf_template(admin, name="Own", look="form")
    customer = factories.customer()
    before = factories.invoice(customer, issued=True)
    give(customer, admin, pdf_template_invoice="Own")
    draft, issued = factories.invoice(customer), factories.invoice(customer, issued=True)
    db.session.refresh(issued)
    assert (template_of(draft), issued.pdf_template_id) == (own, own.id)
    assert before.pdf_template_id == usual.id
    assert template_of(factories.invoice()) is usual
    assert template_of(factories.estimate(customer)) is None
    give(customer, admin, pdf_template_invoice="")
    assert (template_of(draft), issued.pdf_template_id) == (usual, own.id)


def test_two_who_choose_at_once_are_told_and_the_history_says_what_was_chosen(admin):
    factories.pdf_template(admin, name="Own")
    customer = factories.customer()
    version = customer.version
    give(customer, admin, pdf_template_invoice="Own")
    assert customer.version > version
    give(customer, admin, pdf_template_invoice="Own")
    assert customer.version == version + 1


def test_a_name_that_no_template_has_is_refused_at_its_field(admin):
    factories.pdf_template(admin, "estimate", name="Own")
    with pytest.raises(Refused) as refusal:
        give(factories.customer(), admin, pdf_template_invoice="Own")
    assert "pdf_template_invoice" in refusal.value.fields


def test_a_template_that_is_saved_anew_stays_with_its_customers(admin):
    own = factories.pdf_template(admin, name="Own")
    customer = factories.customer()
    give(customer, admin, pdf_template_invoice="Own")
    issued = factories.invoice(customer, issued=True)
    assert (own.is_used, customers_with(own)) == (True, 1)
    successor = pdf_templates.change_template(own, {"name": "Newer"}, admin)
    db.session.expire_all()
    assert (customer.pdf_template_invoice, pdf_template(customer.id, "invoice")) == ("Newer", successor)
    assert issued.pdf_template_id == own.id


def test_a_template_that_is_deleted_leaves_the_default(admin):
    own, mail = factories.pdf_template(admin, name="Own"), factories.mail_template(admin, name="Kind")
    customer = factories.customer()
    give(customer, admin, pdf_template_invoice="Own", mail_template_invoice="Kind")
    pdf_templates.delete_template(own, admin)
    records.destroy(mail, admin)
    db.session.expire_all()
    assert (customer.pdf_template_invoice, customer.mail_template_invoice) == ("", "")
    assert pdf_template(customer.id, "invoice") is None


def test_a_mail_template_is_taken_in_the_language_of_the_customer(admin):
    for language in ("en", "ja"):
        factories.mail_template(admin, name="Formal", language=language)
    assert names_for(SLOTS["mail_template_invoice"]) == ["Formal"]
    customer = factories.customer(language="ja")
    give(customer, admin, mail_template_invoice="Formal")
    assert mail_template(customer.id, "invoice", "ja").language == "ja"
    assert mail_template(customer.id, "invoice", "en").language == "en"
    assert mail_template(customer.id, "invoice", "fr") is None
    assert mail_template(customer.id, "estimate", "ja") is None


def test_a_customer_with_templates_can_be_deleted_and_merged(admin):
    factories.pdf_template(admin, name="Own")
    one, other = factories.customer(), factories.customer()
    give(one, admin, pdf_template_invoice="Own")
    give(other, admin, pdf_template_invoice="Own")
    done = merge(one, [other], {}, admin)
    assert other.pdf_template_invoice == "Own"
    undo(done, admin)
    records.delete(other, admin)
    assert one.pdf_template_invoice == "Own"
