"""A new mail begins as it is usually written in the customer's country."""

from datetime import date

import pytest

from delivery import compose, mail_gallery, placeholders
from domain.db import db
from domain.mail_kinds import ABOUT_CUSTOMERS, ALL_REMINDERS, MAIL_KINDS
from domain.modules.making_fields import make_field
from domain.organizations.organizations import current_organization
from domain.placeholders import fill
from domain.words import LANGUAGES


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
    assert draft.text.count("%InvoiceNumber%") == 1
    assert "ご請求金額：¥1,284,800" in draft.text
    assert "請求日：2026年11月14日" in draft.text
    assert "お支払期限：2026年12月14日" in draft.text
    assert draft.text.startswith("株式会社みなと製作所\nご担当者様")


def test_an_issued_invoice_leaves_no_placeholder_but_that_of_the_link_which_is_made_as_it_goes_out(
    invoice, cast
):
    invoice.issue(cast.admin)
    draft = compose.draft(invoice, cast.admin)
    assert invoice.number in draft.subject
    assert "%" not in draft.subject + draft.text.replace("%InvoiceURL%", "", 1)


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


@pytest.mark.parametrize("key", mail_gallery.SAMPLES)
def test_every_sample_is_written_in_every_language_and_knows_its_placeholders(cast, key):
    samples = [mail_gallery.SAMPLES[key].in_language(language) for language in LANGUAGES]
    assert len({each.subject for each in samples}) == len({each.body for each in samples}) == 3
    for each in samples:
        assert compose.unknown_in(each.kind, each.subject, each.body) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("key", "name"), [("invoice", "InvoiceURL"), ("estimate", "EstimateURL")])
def test_the_usual_mail_brings_the_link_where_links_are_switched_on(cast, key, name, language):
    sample = mail_gallery.SAMPLES[key].in_language(language)
    assert sample.body.count(f"%{name}%") == 1
    before = sample.body.split("\n\n")
    current_organization().links_are_open = False
    assert sample.body.split("\n\n") == [each for each in before if name not in each]


def test_every_kind_of_mail_has_a_sample_and_placeholders(cast):
    for kind in MAIL_KINDS:
        assert mail_gallery.samples_for(kind, "en")
        assert "CustomerName" in placeholders.names_of(kind) or "VendorName" in placeholders.names_of(kind)
        if kind not in (*ABOUT_CUSTOMERS, *ALL_REMINDERS):
            assert f"{''.join(map(str.title, kind.split('_')))}Number" in placeholders.names_of(kind)


def test_each_kind_of_document_fills_its_own_placeholders(factories, cast):
    order = factories.purchase_order(factories.vendor(display_name="Takumi", language="en"))
    text = compose.draft(order, cast.admin).text
    assert text.startswith("Dear Takumi,")
    assert order.number in text
    assert compose.unknown_in("purchase_order", "%VendorName% %CustomerName%") == ["CustomerName"]


def test_a_field_that_the_organization_added_is_a_placeholder(factories, cast):
    make_field("books.invoices", {"label": "Project", "kind": "text"}, cast.admin, "a-key")
    invoice = factories.invoice()
    invoice.cf_project = "Harbor"
    assert compose.unknown_in("invoice", "%CF_project%") == []
    assert compose.unknown_in("estimate", "%CF_project%") == ["CF_project"]
    assert compose.values(invoice, cast.admin)["CF_project"] == "Harbor"


def test_the_organizations_own_template_is_what_a_mail_begins_with(invoice, factories, cast):
    factories.mail_template(language="ja", name="Ours", subject="Ours", body="%CustomerName% %DueDate%")
    assert compose.draft(invoice, cast.admin).subject.startswith("【"), "it is not in use yet"
    factories.mail_template(language="en", body="In English").make_default(cast.admin)
    [ours, *_samples] = compose.templates_for(invoice)
    ours.make_default(cast.admin)
    draft = compose.draft(invoice, cast.admin)
    assert (draft.subject, draft.text) == ("Ours", "株式会社みなと製作所 2026年12月14日")
    assert compose.draft(invoice, cast.admin, "invoice_short").text.startswith(
        "株式会社みなと製作所\nご担当者様"
    )
    assert compose.draft(invoice, cast.admin, "nonsense").subject == "Ours"


def test_an_unknown_placeholder_stays_and_is_named_once(cast):
    assert fill("%Nmae% %A% 50 % of %Nmae%", {"A": "x"}) == ("%Nmae% x 50 % of %Nmae%", ["Nmae"])
    assert compose.unknown_in("invoice", "%CustomerName% %InvoiceNumbr%", "%InvoiceNumbr% 100%") == [
        "InvoiceNumbr"
    ]


def test_a_value_that_looks_like_a_placeholder_is_not_filled_again():
    assert fill("%A%", {"A": "%B%", "B": "x"})[0] == "%B%"


def test_a_placeholder_is_a_name_and_nothing_else():
    template = "%A.__class__% %A % %{A}% %%A%% {{ A }}"
    assert fill(template, {"A": "x"}) == ("%A.__class__% %A % %{A}% %x% {{ A }}", [])
