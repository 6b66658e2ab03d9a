"""The form of a document: what it begins with, what it refuses and where, what it keeps (attacks 18, 19, 22)."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from domain.books.invoices import Invoice
from domain.db import db
from domain.organizations.organizations import current_organization
from tests import factories
from tests.pages import HTMX, Page, led_to, see, send

NEW = "/books/invoices/new"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def of(customer: Any, /, **changes: Any) -> dict[str, Any]:
    """A filled form for a party: one line of 2 times 1,500 unless said otherwise."""
    return {
        "form_key": "key",
        "party": customer.display_name,
        "party_id": str(customer.id),
        "date": factories.today().isoformat(),
        "lines-0-description": "Work",
        "lines-0-quantity": "2",
        "lines-0-rate": "1500",
    } | changes


def made(answer: Any) -> Invoice:
    """The invoice to whose page an answer leads."""
    invoice = db.session.get(Invoice, int(answer.location.split("/")[3]))
    assert invoice is not None
    return invoice


def totals(page: Page) -> dict[str, str]:
    """What the totals of a form say."""
    rows = page.all('//*[@id="totals"]//dl/div')
    return {_text(row, "./dt"): _text(row, "./dd") for row in rows}


def _text(row: Any, path: str) -> str:
    return " ".join(row.xpath(path)[0].text_content().split())


# --- what it begins with --------------------------------------------------------------------------------------


def test_a_form_opened_from_a_customer_knows_the_customer_and_its_habits(admin):
    terms = factories.payment_terms(days=30)
    customer = factories.customer(payment_terms_id=terms.id)
    form = see(admin, f"{NEW}?party={customer.id}").form()
    assert (form["party"], form["party_id"]) == (customer.display_name, str(customer.id))
    assert form["date"] == factories.today().isoformat()
    assert form["due_on"] == factories.days_ago(-30).isoformat()
    assert form["payment_terms"] == str(terms.id)


def test_choosing_a_customer_fills_in_their_habits_and_keeps_what_was_typed(admin):
    terms = factories.payment_terms(days=60)
    customer = factories.customer(payment_terms_id=terms.id)
    typed = of(customer, reference="PO-7", do="party", notes="Thank you")
    page = Page(send(admin, "/books/invoices/party", typed, 200, headers=HTMX))
    form = page.form()
    assert page.root[0].get("id") == "form"
    assert form["due_on"] == factories.days_ago(-60).isoformat()
    assert (form["reference"], form["notes"], form["lines-0-rate"]) == ("PO-7", "Thank you", "1500")


def test_a_form_opened_for_nobody_or_for_no_customer_is_just_empty(admin, subtests):
    vendor = factories.vendor()
    for party in ("", "0", "x", str(vendor.id), "9" * 30, "²"):
        with subtests.test(party=party):
            assert see(admin, NEW, query_string={"party": party}).form()["party_id"] == ""


def test_the_exchange_rate_is_asked_for_foreign_customers_only(admin):
    factories.exchange_rate("EUR", "160.5")
    foreign, home = factories.customer(currency="EUR"), factories.customer()
    assert see(admin, f"{NEW}?party={foreign.id}").form()["exchange_rate"] == "160.5"
    assert "exchange_rate" not in see(admin, f"{NEW}?party={home.id}").form()


# --- saving ---------------------------------------------------------------------------------------------------


def test_saving_makes_a_draft_without_a_number(admin, cast):
    answer = send(admin, NEW, of(factories.customer(), reference="PO-7"))
    invoice = made(answer)
    assert (invoice.status, invoice.number, invoice.reference) == ("draft", "", "PO-7")
    assert (invoice.total_minor, invoice.balance_minor) == (3000, 3000)
    page = see(admin, answer.location)
    assert "The draft was saved." in page.toast()
    assert "Aoi Admin" in page.words('//*[@id="timeline"]')


def test_save_and_send_saves_and_leads_to_the_mail(admin):
    answer = send(admin, NEW, of(factories.customer(), then="send"))
    assert answer.location.endswith("/emails/new")
    assert made(answer).status == "draft", "nothing was sent yet"


def test_a_double_click_saves_one_invoice(admin):
    form = of(factories.customer())
    first, second = send(admin, NEW, form), send(admin, NEW, form)
    assert first.location == second.location
    assert len(db.session.scalars(select(Invoice)).all()) == 1


def test_under_htmx_a_saved_form_leads_to_the_invoice(admin):
    answer = send(admin, NEW, of(factories.customer()), 204, headers=HTMX)
    assert led_to(answer).startswith("/books/invoices/")


def test_a_customer_may_be_given_by_name_alone(admin):
    factories.customer(display_name="Minato Works")
    form = of(factories.customer(), party="Minato Works", party_id="")
    assert made(send(admin, NEW, form)).party_name == "Minato Works"


def test_a_name_typed_over_the_chosen_customer_is_the_customer(admin):
    factories.customer(display_name="Minato Works")
    form = of(factories.customer(), party="Minato Works")
    assert made(send(admin, NEW, form)).party_name == "Minato Works"


def test_a_customer_may_be_chosen_by_number_alone(admin):
    customer = factories.customer()
    form = of(customer, party=str(customer.id))
    del form["party_id"]
    assert made(send(admin, NEW, form)).party_id == customer.id


def test_a_customer_may_be_chosen_by_the_hidden_number_alone(admin):
    customer = factories.customer()
    form = of(customer)
    del form["party"]
    assert made(send(admin, NEW, form)).party_id == customer.id


# --- what is refused, and where -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("date", "soon"),
        ("date", ""),
        ("date", "2026-02-30"),
        ("due_on", "0000-00-00"),
        ("due_on", "1999-01-01"),
        ("party", "Nobody of this name"),
        ("party", ""),
        ("reference", "x" * 101),
        ("salesperson_id", "999999"),
        ("payment_terms", "999999"),
    ],
)
def test_what_is_wrong_in_the_head_is_said_there_and_all_is_kept(admin, field, text):
    form = of(factories.customer(), notes="kept") | {field: text}
    page = Page(send(admin, NEW, form, 422))
    assert page.error(field)
    assert page.has('//*[@role="alert"]')
    kept = page.form()
    assert (kept["notes"], kept["lines-0-rate"], kept["form_key"]) == ("kept", "1500", "key")
    assert kept.get(field, "") == text or field in ("payment_terms", "salesperson_id")
    assert not db.session.scalars(select(Invoice)).all()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("quantity", "two"),
        ("rate", ""),
        ("rate", "1.2.3"),
        ("rate", "9" * 20),
        ("rate", "0.0000001"),
        ("discount", "101"),
        ("discount", "-1"),
        ("tax", "999999"),
        ("tax", "x"),
        ("item", "No such item"),
        ("description", "\x00"),
    ],
)
def test_what_is_wrong_in_a_line_is_said_at_that_line(admin, name, text):
    form = of(factories.customer()) | {
        "lines-1-description": "More",
        "lines-1-quantity": "1",
        "lines-1-rate": "10",
        f"lines-1-{name}": text,
    }
    page = Page(send(admin, NEW, form, 422))
    assert page.invalid() == {f"lines-1-{name}"}
    assert page.error(f"lines-1-{name}")
    kept = page.form()
    assert kept[f"lines-1-{name}"] == text.replace("\x00", kept[f"lines-1-{name}"]) or name == "tax"
    assert kept["lines-0-rate"] == "1500"


def test_an_empty_row_does_not_move_an_error_to_another_line(admin):
    form = of(factories.customer()) | {"lines-1-quantity": "1", "lines-2-quantity": "1", "lines-2-rate": "10"}
    page = Page(send(admin, NEW, form, 422))
    assert page.invalid() == {"lines-2-description"}


def test_a_document_without_lines_is_refused(admin):
    form = of(factories.customer()) | {"lines-0-description": "", "lines-0-rate": ""}
    page = Page(send(admin, NEW, form, 422))
    assert "at least one line" in page.words('//*[@role="alert"]')


def test_more_than_a_thousand_lines_are_refused_with_a_sentence(admin):
    form = of(factories.customer())
    for n in range(1001):
        form |= {f"lines-{n}-description": "x", f"lines-{n}-rate": "1"}
    page = Page(send(admin, NEW, form, 422))
    assert "1000 lines" in page.words("//main").replace(",", "")
    assert not db.session.scalars(select(Invoice)).all()


def test_a_thousand_lines_are_saved(admin):
    form = of(factories.customer())
    for n in range(1000):
        form |= {f"lines-{n}-description": "x", f"lines-{n}-rate": "1"}
    assert made(send(admin, NEW, form)).total_minor == 1001, "the first line has a quantity of two"


def test_an_inactive_customer_is_refused_at_the_customer(admin):
    customer = factories.customer(is_active=False)
    page = Page(send(admin, NEW, of(customer), 422))
    assert "inactive" in page.error("party")


def test_a_vendor_is_no_customer(admin):
    page = Page(send(admin, NEW, of(factories.vendor()), 422))
    assert page.error("party")


def test_a_foreign_currency_without_a_rate_is_refused_at_the_rate(admin):
    factories.currency("EUR")
    customer = factories.customer(currency="EUR")
    page = Page(send(admin, NEW, of(customer, exchange_rate=""), 422))
    assert "EUR" in page.error("exchange_rate")
    for wrong in ("0", "-1", "x"):
        assert Page(send(admin, NEW, of(customer, exchange_rate=wrong), 422)).error("exchange_rate")
    assert made(send(admin, NEW, of(customer, exchange_rate="160.25"))).exchange_rate == Decimal("160.25")


def test_an_amount_that_no_book_can_hold_is_refused(admin):
    form = of(factories.customer(), **{"lines-0-quantity": "1000000", "lines-0-rate": "999999999999"})
    assert Page(send(admin, NEW, form, 422)).invalid() == {"lines-0-rate"}


def test_a_refusal_under_htmx_is_the_form_alone(admin):
    page = Page(send(admin, NEW, of(factories.customer(), date=""), 422, headers=HTMX))
    assert not page.is_whole
    assert page.root[0].get("id") == "form"


# --- totals (attack 19) ---------------------------------------------------------------------------------------


def _with_tax(customer: Any, lines: list[tuple[str, str, int | None]], **changes: Any) -> dict[str, Any]:
    form = of(customer, **changes)
    for n, (quantity, rate, percent) in enumerate(lines):
        tax = factories.tax(percent) if percent is not None else None
        form |= {
            f"lines-{n}-description": "Work",
            f"lines-{n}-quantity": quantity,
            f"lines-{n}-rate": rate,
            f"lines-{n}-tax": str(tax.id) if tax else "",
        }
    return form


@pytest.mark.parametrize(
    ("currency", "lines", "included", "total", "tax"),
    [
        ("JPY", [("2", "1005", 10)], False, 2211, 201),
        ("JPY", [("10", "15", 10)], False, 165, 15),
        ("JPY", [("1", "1000", 10), ("1", "1000", 8)], False, 2180, 180),
        ("JPY", [("1", "1100", 10)], True, 1100, 100),
        ("EUR", [("3", "19.99", 20)], False, 7196, 1199),
        ("EUR", [("1", "0.01", 20)], True, 1, 0),
        ("TND", [("1.5", "10.255", 19)], False, 18305, 2922),
        ("JPY", [("-1", "500", 10), ("2", "500", 10)], False, 550, 50),
        ("JPY", [("1", "1000000000000", None)], False, 10**12, 0),
        ("JPY", [("0", "1000", 10)], False, 0, 0),
    ],
)
def test_the_totals_while_typing_are_the_totals_that_are_saved(admin, currency, lines, included, total, tax):
    if currency != "JPY":
        factories.exchange_rate(currency, "100")
    customer = factories.customer(currency=currency, tax_rounding="down")
    form = _with_tax(customer, lines, **({"prices_include_tax": "1"} if included else {}))
    live = Page(send(admin, "/books/invoices/lines", form, 200, headers=HTMX | {"HX-Target": "totals"}))
    plain = Page(send(admin, "/books/invoices/lines", form | {"do": "count"}, 200))
    invoice = made(send(admin, NEW, form))
    assert (invoice.total_minor, invoice.tax_minor) == (total, tax)
    saved = see(admin, f"/books/invoices/{invoice.id}/edit")
    assert totals(live) == totals(plain) == totals(saved)
    assert "-" not in totals(live)["Total"], "and no minus zero"
    shown = see(admin, f"/books/invoices/{invoice.id}").words('//*[@class="grand"]/dd')
    assert shown == totals(saved)["Total"]


def test_there_is_a_line_of_tax_for_each_rate(admin):
    form = _with_tax(factories.customer(), [("1", "1000", 10), ("2", "500", 8), ("1", "1", None)])
    live = Page(send(admin, "/books/invoices/lines", form, 200, headers=HTMX))
    assert len(totals(live)) == 4, "subtotal, two rates, total"


def test_totals_count_what_can_be_counted_and_say_what_can_not(admin):
    form = of(factories.customer()) | {"lines-1-description": "Half", "lines-1-rate": "12x"}
    live = Page(send(admin, "/books/invoices/lines", form, 200, headers=HTMX | {"HX-Target": "totals"}))
    assert totals(live)["Total"] == "¥3,000"
    assert "Line 2" in live.words('//*[@class="error"]')
    assert live.by_id("line_0_amount").text_content() == "¥3,000"
    assert live.by_id("line_1_amount").text_content() == "—"


def test_looking_at_totals_saves_nothing(admin):
    send(admin, "/books/invoices/lines", of(factories.customer()), 200, headers=HTMX)
    assert not db.session.scalars(select(Invoice)).all()


# --- changing -------------------------------------------------------------------------------------------------


def test_a_draft_is_changed_as_a_whole(admin):
    invoice = factories.invoice(lines=[factories.line(100), factories.line(200)])
    address = f"/books/invoices/{invoice.id}/edit"
    form = see(admin, address).form(**{"lines-1-rate": "900", "reference": "Changed"})
    assert form["lines-0-rate"] == "100"
    send(admin, address, form)
    assert (invoice.total_minor, invoice.reference) == (1000, "Changed")


def test_the_form_of_an_issued_invoice_offers_only_what_may_still_change(admin):
    invoice = factories.invoice(issued=True)
    address = f"/books/invoices/{invoice.id}/edit"
    form = see(admin, address).form(reference="Later", expected_payment_on="2027-01-31")
    assert not [name for name in form if name.startswith("lines-")]
    assert form.keys() & {"party", "date", "due_on", "terms"} == set()
    send(admin, address, form)
    assert (invoice.reference, invoice.expected_payment_on.isoformat()) == ("Later", "2027-01-31")


def test_what_is_frozen_can_not_be_changed_by_a_forged_form(admin):
    invoice = factories.invoice(issued=True)
    before = (invoice.total_minor, invoice.party_id, invoice.date, invoice.due_on, invoice.number)
    address = f"/books/invoices/{invoice.id}/edit"
    forged = of(factories.customer(), due_on="2030-01-01", number="INV-1", terms="New", total_minor="1")
    send(admin, address, see(admin, address).form(**forged))
    assert (invoice.total_minor, invoice.party_id, invoice.date, invoice.due_on, invoice.number) == before
    assert invoice.terms == ""


def test_an_invoice_issued_while_its_form_was_open_is_a_conflict(admin, cast):
    invoice = factories.invoice()
    address = f"/books/invoices/{invoice.id}/edit"
    form = see(admin, address).form(**{"lines-0-rate": "5"})
    invoice.issue(cast.admin)
    total = invoice.total_minor
    send(admin, address, form, 409)
    assert invoice.total_minor == total


def test_two_people_change_the_lines_and_the_second_sees_both(admin, client_of, cast):
    invoice = factories.invoice()
    address = f"/books/invoices/{invoice.id}/edit"
    mine = see(admin, address).form(**{"lines-0-rate": "7", "notes": "Mine"})
    other = client_of(cast.staff)
    send(other, address, see(other, address).form(**{"lines-0-rate": "9", "notes": "Theirs"}))
    page = Page(send(admin, address, mine, 409))
    assert "Theirs" in page.by_id("notes_theirs").text_content()
    assert (page.form()["notes"], page.form()["lines-0-rate"]) == ("Mine", "7")
    assert invoice.total_minor == 9
    send(admin, address, page.form())
    assert (invoice.total_minor, invoice.notes) == (7, "Mine")


def test_a_conflict_over_lines_shows_what_the_other_person_has_now(admin, client_of, cast):
    invoice = factories.invoice()
    address = f"/books/invoices/{invoice.id}/edit"
    mine = see(admin, address).form(**{"lines-0-rate": "7"})
    other = client_of(cast.staff)
    send(other, address, see(other, address).form(**{"lines-0-rate": "9"}))
    page = Page(send(admin, address, mine, 409))
    assert "¥9" in page.words('//*[@id="lines"]//*[@class="theirs"]')


def test_another_customer_brings_another_currency(admin):
    factories.exchange_rate("EUR", "160")
    euros = factories.customer(currency="EUR")
    invoice = factories.invoice()
    address = f"/books/invoices/{invoice.id}/edit"
    send(admin, address, see(admin, address).form(party=euros.display_name, party_id=str(euros.id)))
    assert (invoice.currency, invoice.total_minor) == ("EUR", 100_000)


def test_a_tax_that_was_retired_stays_on_the_draft_that_has_it(admin):
    tax = factories.tax(10)
    invoice = factories.invoice(lines=[factories.line(1000, tax_id=tax.id)])
    tax.is_active = False
    address = f"/books/invoices/{invoice.id}/edit"
    form = see(admin, address).form(reference="Changed")
    assert form["lines-0-tax"] == str(tax.id)
    send(admin, address, form)
    assert invoice.total_minor == 1100


def test_a_draft_can_be_deleted_and_an_issued_one_says_what_to_do_instead(admin):
    draft, issued = factories.invoice(), factories.invoice(issued=True)
    draft_id = draft.id
    send(admin, f"/books/invoices/{draft_id}/delete", {})
    see(admin, f"/books/invoices/{draft_id}", 404)
    page = Page(send(admin, f"/books/invoices/{issued.id}/delete", {}, 422))
    assert "void it instead" in page.words("//main")


def test_amounts_are_typed_as_the_language_writes_them(admin, cast):
    cast.admin.user.language = "fr"
    factories.exchange_rate("EUR", "160")
    form = of(
        factories.customer(currency="EUR"), **{"lines-0-rate": "1\u202f234,56", "lines-0-quantity": "1,5"}
    )
    invoice = made(send(admin, NEW, form))
    assert invoice.total_minor == 185_184
    again = see(admin, f"/books/invoices/{invoice.id}/edit").form()
    assert (again["lines-0-rate"], again["lines-0-quantity"]) == ("1234,56", "1,5")
    assert current_organization().currency == "JPY"
