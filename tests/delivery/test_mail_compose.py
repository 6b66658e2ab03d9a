"""A new mail begins as it is usually written in the customer's country."""

from datetime import date

import pytest

from delivery import compose
from domain.db import db
from domain.organizations.organizations import current_organization
from domain.placeholders import fill


@pytest.fixture
def invoice(factories, cast):
    """A draft to a Japanese customer with a contact person."""
    customer = factories.customer(display_name="株式会社みなと製作所", language="ja")
    factories.contact_person(customer, first_name="花子", last_name="田中", email="hanako@minato.example")
    line = factories.line(rate=1284800)
    made = factories.invoice(customer, [line], date=date(2026, 11, 14), due_on=date(2026, 12, 14))
    db.session.flush()
    return made


def test_a_draft_keeps_the_placeholder_of_the_number_it_does_not_have_yet(invoice, cast):
    draft = compose.draft(invoice, cast.admin)
    assert draft.subject == "【Aozora Trading】請求書送付のご案内（請求書番号：%InvoiceNumber%）"
    assert draft.text.count("%") == 2
    assert "ご請求金額：¥1,284,800" in draft.text
    assert "請求日：2026年11月14日" in draft.text
    assert "お支払期限：2026年12月14日" in draft.text
    assert draft.text.startswith("株式会社みなと製作所\nご担当者様")


def test_an_issued_invoice_leaves_no_placeholder(invoice, cast):
    invoice.issue(cast.admin)
    draft = compose.draft(invoice, cast.admin)
    assert invoice.number in draft.subject
    assert "%" not in draft.subject + draft.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Dear 田中 花子", "Due date: 14 December 2026", "Amount due: ¥1,284,800", "Aoi Admin"]),
        ("fr", ["Bonjour", "14 décembre 2026", "1 284 800 ¥", "Aoi Admin"]),
        ("ja", ["ご担当者様", "2026年12月14日", "¥1,284,800", "Aoi Admin"]),
    ],
)
def test_the_mail_is_written_in_the_customers_language(invoice, cast, language, words):
    invoice.party.language = language
    text = compose.draft(invoice, cast.admin).text.replace("\u202f", " ").replace("\u00a0", " ")
    assert [word for word in words if word not in text] == []


def test_a_customer_without_a_language_is_written_to_in_the_organizations(invoice, cast):
    invoice.party.language = ""
    current_organization().language = "fr"
    assert compose.draft(invoice, cast.admin).text.startswith("Bonjour")


def test_without_a_contact_person_the_customer_is_addressed(factories, cast):
    invoice = factories.invoice(factories.customer(display_name="Harbor Supply", language="en"))
    assert compose.draft(invoice, cast.admin).text.startswith("Dear Harbor Supply,")


def test_every_placeholder_of_the_templates_means_something():
    texts = [path.read_text("utf-8") for path in (compose.TEMPLATES / "invoice").rglob("*.txt")]
    assert len(texts) == 6
    assert compose.unknown_in(*texts) == []


def test_an_unknown_placeholder_stays_and_is_named_once():
    assert fill("%Nmae% %A% 50 % of %Nmae%", {"A": "x"}) == ("%Nmae% x 50 % of %Nmae%", ["Nmae"])
    assert compose.unknown_in("%CustomerName% %InvoiceNumbr%", "%InvoiceNumbr% 100%") == ["InvoiceNumbr"]


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again():
    assert fill("%A%", {"A": "%B%", "B": "x"})[0] == "%B%"


def test_a_placeholder_is_a_name_and_nothing_else():
    template = "%A.__class__% %A % %{A}% %%A%% {{ A }}"
    assert fill(template, {"A": "x"}) == ("%A.__class__% %A % %{A}% %x% {{ A }}", [])
