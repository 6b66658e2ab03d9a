"""What stands on the paper of each kind of document, and what the law wants to stand there."""

from dataclasses import replace
from decimal import Decimal

import pytest

from delivery.language import translator
from delivery.papers import PAPERS
from delivery.sheet import Sheet
from delivery.wording import sheet_of
from domain import records
from domain.books.document import Document
from domain.modules import ALL
from domain.organizations.organizations import current_organization
from tests.delivery.sheets import printed, words

KINDS = {
    "estimate": ("Estimate", "Estimated total"),
    "sales_order": ("Sales order", "Total"),
    "invoice": ("Invoice", "Amount due"),
    "credit_note": ("Credit note", "Credited"),
    "purchase_order": ("Purchase order", "Total"),
    "bill": ("Bill", "Amount due"),
}


@pytest.fixture
def document_of(factories):
    """A document of a kind, by its name."""
    return lambda kind, *args, **values: getattr(factories, kind)(*args, **values)


def of_country(country: str, **values: str) -> None:
    """Put the organization into a country."""
    for name, value in {"country": country, **values}.items():
        setattr(current_organization(), name, value)


def facts(sheet: Sheet) -> dict[str, str]:
    """What stands above the lines, by its label."""
    return dict(sheet.facts)


def totals(sheet: Sheet) -> dict[str, str]:
    """What stands below the lines, by its label."""
    return {total.label: total.value for total in sheet.totals}


def test_there_is_paper_for_every_kind_of_document():
    kinds = {module.model.__mapper__.polymorphic_identity for module in ALL.values() if module.is_document}
    assert kinds == PAPERS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_is_and_what_it_comes_to(document_of, kind):
    sheet = sheet_of(document_of(kind))
    assert (sheet.title, sheet.amount_due) == (KINDS[kind][0], (KINDS[kind][1], "¥1,000"))
    assert KINDS[kind][0].replace(" ", "") in words(printed(sheet))


@pytest.mark.parametrize(
    ("kind", "name", "label"),
    [
        ("estimate", "expires_on", "Valid until"),
        ("sales_order", "shipment_on", "Shipment date"),
        ("purchase_order", "delivery_on", "Delivery date"),
        ("invoice", "due_on", "Due date"),
        ("bill", "due_on", "Due date"),
    ],
)
def test_the_date_that_counts_is_on_the_paper(document_of, factories, kind, name, label):
    sheet = sheet_of(document_of(kind, **{name: factories.days_ago(-30)}))
    assert facts(sheet)[label]


def test_a_bill_has_the_vendor_at_its_top_and_us_as_its_reader(factories):
    bill = factories.bill(factories.vendor(display_name="Minato Supplies"))
    sheet = sheet_of(bill)
    assert (sheet.organization_name, sheet.party_name) == ("Minato Supplies", "Aozora Trading")
    assert sheet.footer.startswith("Minato Supplies")


def test_a_purchase_order_goes_from_us_to_the_vendor(factories):
    sheet = sheet_of(factories.purchase_order(factories.vendor(display_name="Minato Supplies")))
    assert (sheet.organization_name, sheet.party_name) == ("Aozora Trading", "Minato Supplies")


def test_only_who_asks_for_money_says_where_to_pay(document_of):
    of_country("JP", payment_details="Aozora Bank 1234567")
    said = {kind: "Aozora Bank" in sheet_of(document_of(kind)).terms for kind in KINDS}
    assert [kind for kind, says in said.items() if says] == ["invoice"]


def test_a_credit_note_names_its_invoice_and_the_invoices_day(factories):
    invoice = factories.invoice(issued=True)
    note = factories.credit_note(invoice.party)
    note.source_id = invoice.id
    assert facts(sheet_of(note))["For the invoice"] == invoice.number
    assert "Of the day" in facts(sheet_of(note))


def with_extras(factories, **values) -> Document:
    tax = factories.tax(10)
    line = factories.line(10_000, tax_id=tax.id)
    extras = {"shipping_minor": 500, "adjustment_minor": -3, "adjustment_label": "Rounding"}
    return factories.invoice(lines=[line], **extras | values)


def test_the_totals_say_all_that_is_added_or_taken_off(factories):
    invoice = with_extras(factories, discount_kind="percent", discount_value=Decimal(10))
    assert totals(sheet_of(invoice)) == {
        "Subtotal": "¥10,000",
        "Discount": "-¥1,000",
        "Shipping": "¥500",
        "Tax": "¥900",
        "Rounding": "-¥3",
        "Total": "¥10,397",
    }


def test_what_is_withheld_is_shown_below_the_total(factories):
    found = totals(sheet_of(factories.invoice(lines=[factories.line(100_000)], withholds=True)))
    assert (found["Total"], found["Withholding tax"], found["Amount due"]) == (
        "¥100,000",
        "-¥10,210",
        "¥89,790",
    )


# --- Japan --------------------------------------------------------------------------------------------------


def test_a_japanese_paper_marks_the_reduced_rate_on_lines_and_sums(factories):
    reduced = factories.tax(8, is_reduced=True)
    lines = [factories.line(15, 10, tax_id=factories.tax(10).id), factories.line(1005, 2, tax_id=reduced.id)]
    of_country("JP", tax_registration="T9234567890123")
    sheet = sheet_of(factories.invoice(lines=lines))
    assert [line.description for line in sheet.lines] == ["Something", "Something ※"]
    assert {(row.label, row.net, row.tax) for row in sheet.tax_summary} == {
        ("Subject to 10%", "¥150", "¥15"),
        ("Subject to 8% ※", "¥2,010", "¥160"),
    }
    assert "Registration number T9234567890123" in sheet.organization_lines


@pytest.mark.parametrize(("of_type", "honorific"), [("business", "御中"), ("individual", "様")])
def test_a_japanese_reader_is_addressed_as_is_due(factories, of_type, honorific):
    customer = factories.customer(display_name="みなと", language="ja", customer_type=of_type)
    assert sheet_of(factories.estimate(customer)).party_name == f"みなと {honorific}"


def test_no_registration_of_the_buyer_stands_on_a_japanese_paper(factories):
    of_country("JP")
    customer = factories.customer(tax_registration="T9234567890123", billing_country="JP")
    assert not any("T9234567890123" in line for line in sheet_of(factories.invoice(customer)).party_lines)


# --- France -------------------------------------------------------------------------------------------------


def test_a_french_invoice_to_a_company_says_what_late_payment_costs(factories):
    of_country("FR")
    text = " ".join(sheet_of(factories.invoice()).mentions)
    assert "three times the legal rate" in text and "€40" in text and "early payment" in text


@pytest.mark.parametrize("kind", ["estimate", "sales_order", "credit_note", "purchase_order", "bill"])
def test_other_french_papers_do_not(document_of, kind):
    of_country("FR")
    assert sheet_of(document_of(kind)).mentions == ()


def test_a_french_invoice_to_a_private_person_does_not(factories):
    of_country("FR")
    assert sheet_of(factories.invoice(factories.customer(customer_type="individual"))).mentions == ()


def test_french_registrations_are_called_by_their_names(factories):
    of_country("FR", company_registration="732 829 320 00074", tax_registration="FR 44 732829320")
    customer = factories.customer(tax_registration="732829320", billing_country="FR")
    sheet = sheet_of(factories.invoice(customer))
    assert sheet.organization_lines[-2:] == ("SIRET 732 829 320 00074", "VAT number FR 44 732829320")
    assert sheet.party_lines[-1] == "SIREN 732829320"


def test_every_sentence_of_the_law_can_be_said_to_its_reader(factories):
    of_country("FR")
    customer = factories.customer(language="fr")
    assert sheet_of(factories.invoice(customer)).mentions == tuple(
        translator("fr")(each) for each in sheet_of_law("FR")
    )


def sheet_of_law(country: str):
    from delivery.law import law_of

    return law_of(country).mentions


# --- what a party's registration does to it ------------------------------------------------------------------


def test_a_paper_with_every_part_is_still_one_page(factories):
    of_country("FR", company_registration="73282932000074")
    sheet = sheet_of(with_extras(factories, notes="Thank you.", terms="Net 30."))
    for look in ("plain", "modern", "form"):
        shown = replace(sheet, style=replace(sheet.style, look=look))
        assert "threetimesthelegalrate" in words(printed(shown), 0)


def test_a_registration_that_changes_prints_documents_anew(factories):
    from delivery.documents import _key

    invoice = factories.invoice(issued=True)
    before = _key(invoice, None)
    records.update(current_organization(), {"company_registration": "732829320"}, None)
    assert _key(invoice, None) != before
