"""What an invoice is and does, as sentences."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from domain.access import visible
from domain.books.allocations import settling
from domain.books.check import differences
from domain.books.document_counts import counts_of
from domain.books.invoices import Invoice
from domain.books.payments import Payment
from domain.db import db
from domain.errors import Missing, Refused
from domain.timeline import entries_for
from tests.cast import Cast
from tests.factories import (
    currency,
    customer,
    days_ago,
    exchange_rate,
    invoice,
    item,
    line,
    payment,
    payment_terms,
    tax,
    today,
)

# --- drafts -------------------------------------------------------------------------------------------------


def test_a_draft_has_no_number_and_is_called_draft(cast: Cast) -> None:
    draft = invoice(actor=cast.staff)
    assert draft.number == ""
    assert str(draft.title) == f"Draft {draft.id}"


def test_a_draft_adds_up_with_one_tax_line_per_rate(cast: Cast) -> None:
    standard, reduced = tax(10, name="10%"), tax(8, name="8%", is_reduced=True)
    draft = invoice(
        lines=[
            line(1005, 2, tax_id=standard.id),
            line(100, 3, tax_id=reduced.id),
            line(50, 1, tax_id=standard.id),
        ]
    )
    assert (draft.subtotal_minor, draft.tax_minor, draft.total_minor) == (2360, 230, 2590)
    assert draft.tax_lines == [
        {"name": "10%", "percent": "10", "base_minor": 2060, "tax_minor": 206, "is_reduced": False},
        {"name": "8%", "percent": "8", "base_minor": 300, "tax_minor": 24, "is_reduced": True},
    ]


def test_a_draft_takes_currency_terms_and_name_from_its_customer(cast: Cast) -> None:
    currency("EUR")
    exchange_rate("EUR", "160.25")
    terms = payment_terms(days=15)
    buyer = customer(display_name="Café Zoé", currency="EUR", payment_terms_id=terms.id)
    draft = invoice(buyer, lines=[line("9.99")])
    assert (draft.currency, draft.exchange_rate, draft.party_name) == ("EUR", Decimal("160.25"), "Café Zoé")
    assert draft.due_on == draft.date + timedelta(days=15)
    assert draft.total_minor == 999


def test_a_foreign_invoice_without_a_rate_of_exchange_is_refused_at_the_field(cast: Cast) -> None:
    currency("USD")
    buyer = customer(currency="USD")
    with pytest.raises(Refused) as refusal:
        invoice(buyer)
    assert set(refusal.value.fields) == {"exchange_rate"}
    assert invoice(buyer, exchange_rate=Decimal(150)).exchange_rate == 150


def test_the_rate_of_exchange_is_the_latest_on_or_before_the_date(cast: Cast) -> None:
    exchange_rate("USD", "140", on=days_ago(30))
    exchange_rate("USD", "150", on=days_ago(10))
    buyer = customer(currency="USD")
    assert invoice(buyer, date=days_ago(11)).exchange_rate == 140
    assert invoice(buyer, date=days_ago(10)).exchange_rate == 150


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"due_on": days_ago}, "due_on"),
        ({"discount_value": Decimal(101)}, "discount_value"),
        ({"discount_kind": "amount", "discount_value": Decimal(1001)}, "discount_value"),
        ({"shipping_minor": -1}, "shipping_minor"),
    ],
)
def test_what_no_invoice_can_be_is_refused_at_its_field(cast: Cast, values: dict, field: str) -> None:
    values = {name: value(1) if callable(value) else value for name, value in values.items()}
    with pytest.raises(Refused) as refusal:
        invoice(**values)
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"description": ""}, "description"),
        ({"discount_percent": Decimal(101)}, "discount_percent"),
        ({"rate": Decimal(10) ** 12, "quantity": Decimal(10) ** 6}, "rate"),
        ({"tax_id": 4711}, "tax"),
        ({"item_id": 4711}, "item"),
    ],
)
def test_a_wrong_line_is_refused_at_its_field(cast: Cast, values: dict, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        invoice(lines=[line(), line(**values)])
    assert set(refusal.value.fields) == {f"lines-1-{field}"}


def test_an_invoice_without_lines_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="at least one line"):
        Invoice.create({"party_id": customer().id}, [], cast.staff)


def test_an_invoice_below_zero_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="less than nothing"):
        invoice(lines=[line(-1)])


def test_an_inactive_customer_gets_no_new_invoice(cast: Cast) -> None:
    buyer = customer(is_active=False)
    with pytest.raises(Refused) as refusal:
        invoice(buyer)
    assert set(refusal.value.fields) == {"party"}


def test_an_invoice_cannot_be_written_to_somebody_of_another_organization(cast: Cast) -> None:
    from domain.db import scoped_to

    with scoped_to(cast.stranger.organization_id):
        theirs = customer()
        db.session.commit()
    with pytest.raises(Refused) as refusal:
        invoice(party_id=theirs.id)
    assert set(refusal.value.fields) == {"party"}


def test_what_is_drawn_up_is_added_up_and_leaves_nothing_behind(cast: Cast) -> None:
    drawn, lines = Invoice.draw_up({"party_id": customer().id}, [line(100, 3)])
    assert (drawn.total_minor, lines[0].net_minor) == (300, 300)
    assert Invoice.draw_up({}, [line(5)])[0].currency == "JPY"
    db.session.flush()
    assert db.session.scalar(select(func.count(Invoice.id))) == 0


def test_changing_a_draft_counts_it_anew(cast: Cast) -> None:
    draft = invoice()
    draft.change({"reference": "PO 7"}, [line(100), line(200)], cast.staff)
    assert (draft.reference, draft.total_minor, draft.balance_minor) == ("PO 7", 300, 300)
    assert [each.net_minor for each in draft.lines] == [100, 200]


def test_changing_only_the_words_of_a_line_is_a_change_too(cast: Cast) -> None:
    draft = invoice()
    version = draft.version
    draft.change({}, [line(description="Something else")], cast.staff)
    assert draft.version > version


def test_saving_a_draft_as_it_was_changes_nothing(cast: Cast) -> None:
    draft = invoice(lines=[line(100), line(200)])
    version, told = draft.version, entries_for("books.invoices", draft.id)
    draft.change({"reference": draft.reference}, draft.typed_lines, cast.staff)
    assert (draft.version, entries_for("books.invoices", draft.id)) == (version, told)


def test_a_change_is_one_version_and_touches_the_lines_that_changed(cast: Cast) -> None:
    draft = invoice(lines=[line(100), line(200), line(300)])
    version, ids = draft.version, [each.id for each in draft.lines]
    draft.change({"reference": "PO 7"}, [line(100), line(250), line(300), line(400)], cast.staff)
    assert draft.version == version + 1
    assert [each.id for each in draft.lines][:3] == ids
    draft.change({}, [line(400)], cast.staff)
    assert (draft.version, [each.id for each in draft.lines]) == (version + 2, ids[:1])
    assert (draft.total_minor, draft.lines[0].net_minor) == (400, 400)


def test_another_customer_is_one_version_too(cast: Cast) -> None:
    draft, other = invoice(), customer()
    version = draft.version
    draft.change({"party_id": other.id}, None, cast.staff)
    assert (draft.version, draft.party, draft.party_name) == (version + 1, other, other.display_name)


def test_a_refused_change_leaves_the_draft_as_it_was(cast: Cast) -> None:
    draft = invoice()
    with pytest.raises(Refused):
        draft.change({"reference": "PO 7"}, [line(description="")], cast.staff)
    assert (draft.reference, draft.total_minor, list(db.session.dirty)) == ("", 1000, [])


def test_a_new_date_brings_a_new_due_date_unless_one_is_given(cast: Cast) -> None:
    draft = invoice(customer(payment_terms_id=payment_terms(days=10).id))
    draft.change({"date": days_ago(-5)}, None, cast.staff)
    assert draft.due_on == days_ago(-15)
    draft.change({"date": days_ago(-6), "due_on": days_ago(-7)}, None, cast.staff)
    assert draft.due_on == days_ago(-7)


def test_a_draft_follows_its_customers_new_name_and_can_be_found_by_it(cast: Cast) -> None:
    from domain import records

    buyer = customer(display_name="Old Name")
    draft, sent = invoice(buyer), invoice(buyer, issued=True)
    records.update(buyer, {"display_name": "ｶﾀｶﾅ商店"}, cast.staff)
    assert (draft.party_name, sent.party_name) == ("ｶﾀｶﾅ商店", "Old Name")
    assert "かたかな商店" in draft.search_text


def test_moving_a_draft_to_another_customer_moves_its_count(cast: Cast) -> None:
    first, second = customer(), customer()
    draft = invoice(first)
    draft.change({"party_id": second.id}, None, cast.staff)
    assert [count.count for count in counts_of(first.id)] == [0]
    assert [count.count for count in counts_of(second.id)] == [1]
    assert differences() == []


def test_the_customers_own_rounding_of_tax_wins(cast: Cast) -> None:
    rate = tax(10)
    assert invoice(customer(), lines=[line(15, tax_id=rate.id)]).tax_minor == 1
    assert invoice(customer(tax_rounding="up"), lines=[line(15, tax_id=rate.id)]).tax_minor == 2


def test_a_discount_shipping_adjustment_and_withholding_come_into_the_total(cast: Cast) -> None:
    rate = tax(10)
    draft = invoice(
        lines=[line(10_000, tax_id=rate.id)],
        discount_kind="amount",
        discount_value=Decimal(1000),
        shipping_minor=500,
        shipping_tax_id=rate.id,
        adjustment_minor=-50,
        withholds=True,
    )
    assert (draft.discount_minor, draft.tax_minor, draft.total_minor) == (1000, 950, 10_400)
    assert draft.withholding_minor == 969
    assert draft.due_minor == draft.balance_minor == 9431


# --- issuing ------------------------------------------------------------------------------------------------


def test_issuing_gives_the_next_number_and_counts_from_then_on(cast: Cast) -> None:
    buyer = customer()
    first, second = invoice(buyer), invoice(buyer)
    assert buyer.receivable_minor == 0
    second.issue(cast.staff)
    first.issue(cast.staff)
    assert (second.number, first.number) == ("INV-000001", "INV-000002")
    assert buyer.receivable_minor == 2000
    assert [(count.count, count.balance_minor) for count in counts_of(buyer.id)] == [(2, 2000)]


def test_issuing_does_not_touch_the_customers_version(cast: Cast) -> None:
    buyer = customer()
    version, updated = buyer.version, buyer.updated_at
    payment(invoice(buyer, issued=True))
    db.session.expire(buyer)
    assert (buyer.version, buyer.updated_at) == (version, updated)


def test_what_was_issued_keeps_name_and_address_and_taxes(cast: Cast) -> None:
    from domain import records

    buyer = customer(
        display_name="Before", billing_street="1 Old Road", billing_city="Leeds", billing_country="GB"
    )
    rate = tax(10, name="Ten")
    sent = invoice(buyer, lines=[line(tax_id=rate.id)], issued=True)
    records.update(buyer, {"display_name": "After", "billing_street": "2 New Road"}, cast.staff)
    records.update(rate, {"name": "Twelve", "percent": Decimal(12)}, cast.admin)
    assert sent.party_name == "Before"
    assert sent.address_lines[:2] == ["1 Old Road", "Leeds"]
    assert (sent.lines[0].tax_name, sent.lines[0].tax_percent) == ("Ten", 10)


def test_after_issue_only_a_few_remarks_can_be_changed(cast: Cast) -> None:
    sent = invoice(issued=True)
    sent.change(
        {"reference": "PO 7", "notes": "Thank you", "salesperson_id": cast.sales.id}, None, cast.staff
    )
    assert (sent.reference, sent.salesperson_id) == ("PO 7", cast.sales.id)
    with pytest.raises(Refused, match="was issued"):
        sent.change({"date": days_ago(1)}, None, cast.staff)
    with pytest.raises(Refused, match="was issued"):
        sent.change({}, [line(1)], cast.staff)


@pytest.mark.parametrize("lines", [1, 20])
def test_issuing_takes_eight_statements_however_many_lines(cast: Cast, count_queries, lines: int) -> None:
    draft = invoice(lines=[line()] * lines)
    db.session.flush()
    db.session.expire(draft, ["party"])
    with count_queries() as queries:
        draft.issue(cast.staff)
        db.session.flush()
    assert len(queries) <= 8, "\n".join(queries)


def test_an_issued_invoice_cannot_be_issued_again(cast: Cast) -> None:
    sent = invoice(issued=True)
    with pytest.raises(Refused, match="not possible while the status is “Sent”"):
        sent.issue(cast.staff)
    assert sent.number == "INV-000001"


def test_only_a_draft_that_was_never_issued_can_be_deleted(cast: Cast) -> None:
    buyer = customer()
    draft, sent = invoice(buyer), invoice(buyer, issued=True)
    draft.delete(cast.staff)
    with pytest.raises(Refused, match="void it instead"):
        sent.delete(cast.staff)
    assert [count.count for count in counts_of(buyer.id)] == [1]
    assert differences() == []


def test_a_step_is_taken_by_its_name(cast: Cast) -> None:
    draft = invoice()
    draft.step("mark_as_sent", cast.staff)
    assert draft.status == "sent"
    with pytest.raises(Refused, match="no such step"):
        draft.step("explode", cast.staff)


def test_an_invoice_that_somebody_deleted_meanwhile_is_missing(cast: Cast) -> None:
    draft = invoice()
    gone = draft.id
    db.session.commit()
    with db.engine.begin() as other:
        other.exec_driver_sql(f"DELETE FROM document_lines WHERE document_id = {gone}")
        other.exec_driver_sql(f"DELETE FROM documents WHERE id = {gone}")
    with pytest.raises(Missing):
        draft.issue(cast.staff)


# --- voiding ------------------------------------------------------------------------------------------------


def test_voiding_keeps_the_number_and_takes_the_money_out_of_the_receivable(cast: Cast) -> None:
    buyer = customer()
    sent = invoice(buyer, issued=True)
    sent.void(cast.staff)
    assert (sent.status, sent.number, sent.balance_minor) == ("void", "INV-000001", 0)
    assert buyer.receivable_minor == 0


def test_what_was_paid_on_a_voided_invoice_becomes_an_unused_credit(cast: Cast) -> None:
    buyer = customer()
    sent = invoice(buyer, issued=True)
    received = payment(sent, 400)
    sent.void(cast.staff)
    assert (received.unused_minor, buyer.unused_credits_minor) == (400, 400)
    assert list(settling(sent)) == []
    assert differences() == []


def test_back_in_draft_it_can_be_changed_and_issued_under_the_same_number(cast: Cast) -> None:
    sent = invoice(issued=True)
    sent.void(cast.staff)
    sent.back_to_draft(cast.staff)
    assert (sent.status, sent.balance_minor) == ("draft", 1000)
    sent.change({}, [line(50)], cast.staff)
    sent.issue(cast.staff)
    assert (sent.number, sent.party.receivable_minor) == ("INV-000001", 50)


def test_a_draft_that_was_issued_once_cannot_be_deleted(cast: Cast) -> None:
    sent = invoice(issued=True)
    sent.void(cast.staff)
    sent.back_to_draft(cast.staff)
    with pytest.raises(Refused, match="was issued"):
        sent.delete(cast.staff)


# --- states -------------------------------------------------------------------------------------------------


def test_an_invoice_is_overdue_from_the_day_after_its_due_date(cast: Cast) -> None:
    sent = invoice(date=days_ago(10), due_on=today(), issued=True)
    assert (sent.state, sent.days_overdue(today())) == ("sent", 0)
    late = invoice(date=days_ago(10), due_on=days_ago(1), issued=True)
    shown = late.shown_state
    assert (shown.key, str(shown.label), shown.tone) == ("overdue", "Overdue 1 day", "bad")


def test_today_is_the_day_where_the_organization_is(cast: Cast, clock) -> None:
    clock(datetime(2026, 3, 31, 14, 59, tzinfo=UTC))
    sent = invoice(due_on=today(), issued=True)
    assert sent.state == "sent"
    clock(datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    assert sent.state == "overdue"


def test_a_part_payment_makes_it_partially_paid_and_the_rest_paid(cast: Cast) -> None:
    sent = invoice(issued=True)
    payment(sent, 1)
    assert (sent.state, sent.paid_minor) == ("partially_paid", 1)
    payment(sent)
    assert (sent.state, sent.balance_minor) == ("paid", 0)


def test_a_late_invoice_that_was_paid_in_part_is_still_overdue(cast: Cast) -> None:
    late = invoice(date=days_ago(9), due_on=days_ago(2), issued=True)
    payment(late, 1)
    assert late.state == "overdue"


def test_a_viewed_invoice_says_so_until_something_more_pressing_is_to_be_said(cast: Cast) -> None:
    sent = invoice(issued=True)
    sent.viewed_at = datetime.now(UTC)
    assert sent.state == "viewed"
    payment(sent, 1)
    assert sent.state == "partially_paid"


def test_sql_and_python_give_every_invoice_the_same_state(cast: Cast) -> None:
    """Every combination of what the state is made of."""
    buyer, day = customer(), today()
    for status in ("draft", "sent", "void"):
        for balance in (-1, 0, 1, 999, 1000):
            for due in (-1, 0, 1):
                for viewed in (None, datetime.now(UTC)):
                    made = invoice(buyer)
                    made.status, made.balance_minor = status, balance
                    made.due_on, made.viewed_at = day + timedelta(days=due), viewed
                    made.written_off_minor = 10 if viewed else 0
    db.session.flush()
    found = {
        key: set(db.session.scalars(select(Invoice).where(Invoice.in_state(key, day))))
        for key, _label in Invoice.states()
    }
    assert sum(map(len, found.values())) == 90
    assert all(each.state_on(day) == key for key, those in found.items() for each in those)
    assert all(found.values())


# --- payments -----------------------------------------------------------------------------------------------


def test_a_payment_gets_a_number_and_settles_its_invoice(cast: Cast) -> None:
    sent = invoice(issued=True)
    received = payment(sent, 600)
    assert received.number
    assert (received.amount_minor, received.unused_minor, received.currency) == (600, 0, "JPY")
    assert [(each.amount_minor, each.payment.id) for each in settling(sent)] == [(600, received.id)]
    assert sent.party.receivable_minor == 400


@pytest.mark.parametrize("amount", [0, -1, 1001])
def test_nothing_and_more_than_the_balance_are_refused_at_the_amount(cast: Cast, amount: int) -> None:
    sent = invoice(issued=True)
    with pytest.raises(Refused) as refusal:
        payment(sent, amount)
    assert set(refusal.value.fields) == {"amount"}


def test_a_draft_and_a_void_invoice_take_no_payment(cast: Cast) -> None:
    draft, void = invoice(), invoice(issued=True)
    void.void(cast.staff)
    for each in (draft, void):
        with pytest.raises(Refused, match="once the invoice is issued"):
            payment(each, 1)


def test_the_same_form_sent_twice_records_one_payment(cast: Cast) -> None:
    from domain.books.payments import record_payment

    sent = invoice(issued=True)
    made = [record_payment(sent, 400, today(), "cash", "", cast.staff, "k" * 32) for _twice in range(2)]
    assert made[0] is made[1]
    assert sent.balance_minor == 600


def test_deleting_a_payment_opens_the_invoice_again(cast: Cast) -> None:
    sent = invoice(date=days_ago(9), due_on=days_ago(2), issued=True)
    received = payment(sent)
    assert sent.state == "paid"
    received.delete(cast.staff)
    assert (sent.state, sent.balance_minor, sent.party.receivable_minor) == ("overdue", 1000, 1000)
    assert db.session.scalar(select(func.count(Payment.id))) == 0


def test_deleting_a_payment_whose_invoice_was_voided_takes_the_credit_back(cast: Cast) -> None:
    sent = invoice(issued=True)
    received = payment(sent, 400)
    sent.void(cast.staff)
    received.delete(cast.staff)
    assert sent.party.unused_credits_minor == 0
    assert differences() == []


# --- who sees them, what is remembered ----------------------------------------------------------------------


def test_assigned_staff_see_the_invoices_of_their_customers_only(cast: Cast) -> None:
    mine = invoice(customer(owner_id=cast.assigned.id))
    invoice(customer(owner_id=cast.staff.id))
    seen = db.session.scalars(select(Invoice).where(visible(cast.assigned, Invoice))).all()
    assert seen == [mine]
    assert len(db.session.scalars(select(Invoice).where(visible(cast.staff, Invoice))).all()) == 2


def test_the_timeline_tells_the_whole_story(cast: Cast) -> None:
    sent = invoice(actor=cast.staff)
    sent.issue(cast.admin)
    received = payment(sent, 400, cast.staff)
    received.delete(cast.staff)
    sent.void(cast.admin)
    sent.back_to_draft(cast.admin)
    entries = entries_for(sent.MODULE, sent.id)
    assert [(each.verb, each.source, each.target, each.actor_name) for each in reversed(entries)] == [
        ("created", "", "", "Sora Staff"),
        ("mark_as_sent", "draft", "sent", "Aoi Admin"),
        ("payment_recorded", "", "", "Sora Staff"),
        ("payment_deleted", "", "", "Sora Staff"),
        ("void", "sent", "void", "Aoi Admin"),
        ("back_to_draft", "void", "draft", "Aoi Admin"),
    ]


def test_an_item_gives_its_rate_in_the_invoices_currency(cast: Cast) -> None:
    thing = item(rate=Decimal(1000))
    assert thing.rate_in("JPY", None) == 1000
    assert thing.rate_in("EUR", Decimal("160.25")) == Decimal("6.24")
    assert thing.rate_in("KWD", Decimal(480)) == Decimal("2.083")
    assert thing.rate_in("EUR", None) == 0
