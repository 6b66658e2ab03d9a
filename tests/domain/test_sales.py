"""What estimates and sales orders are: their states, and which step leads from where to where."""

import pytest
from sqlalchemy import select

from delivery.clean_html import body_of
from domain.books.check import differences
from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.sales_orders import SalesOrder
from domain.db import db, now
from domain.emails import emails_to, send_email
from domain.errors import Refused
from domain.timeline import entries_for
from tests.cast import Cast
from tests.factories import customer, days_ago, estimate, line, sales_order

STEPS_OF_ESTIMATES = {
    ("draft", "mark_as_sent"): "sent",
    ("declined", "mark_as_sent"): "sent",
    ("draft", "mark_as_accepted"): "accepted",
    ("sent", "mark_as_accepted"): "accepted",
    ("declined", "mark_as_accepted"): "accepted",
    ("draft", "mark_as_declined"): "declined",
    ("sent", "mark_as_declined"): "declined",
    ("accepted", "mark_as_declined"): "declined",
    ("sent", "revise"): "draft",
    ("accepted", "revise"): "draft",
    ("declined", "revise"): "draft",
}

STEPS_OF_ORDERS = {
    ("draft", "convert_to_open"): "open",
    ("open", "mark_as_closed"): "closed",
    ("draft", "mark_as_cancelled"): "cancelled",
    ("open", "mark_as_cancelled"): "cancelled",
    ("closed", "reopen"): "open",
    ("cancelled", "reopen"): "open",
}


def estimate_in(status: str) -> Estimate:
    """An estimate with that status."""
    made = estimate()
    if status != "draft":
        made.step(
            {"sent": "mark_as_sent", "accepted": "mark_as_accepted"}.get(status, "mark_as_declined"), None
        )
    return made


def order_in(status: str) -> SalesOrder:
    """An order with that status."""
    made = sales_order()
    if status in ("open", "closed"):
        made.convert_to_open(None)
    if status in ("closed", "cancelled"):
        made.step("mark_as_closed" if status == "closed" else "mark_as_cancelled", None)
    return made


CASES = [
    (make, status, step, table.get((status, step)))
    for make, table, statuses in (
        (estimate_in, STEPS_OF_ESTIMATES, ("draft", "sent", "accepted", "declined")),
        (order_in, STEPS_OF_ORDERS, ("draft", "open", "closed", "cancelled")),
    )
    for status in statuses
    for step in sorted({step for _status, step in table})
]


@pytest.mark.parametrize(("make", "status", "step", "target"), CASES)
def test_each_step_leads_where_the_table_says_or_is_refused(cast: Cast, make, status, step, target) -> None:  # type: ignore[no-untyped-def]
    document: Document = make(status)
    offered = {each.name for each in document.STATUS.available(document, lambda _permission: True)}
    assert (step in offered) is (target is not None)
    if target is None:
        with pytest.raises(Refused, match="not possible"):
            document.step(step, cast.staff)
        return
    document.step(step, cast.staff)
    last = entries_for(document.MODULE, document.id)[0]
    assert (document.status, last.source, last.target, last.actor_name) == (
        target,
        status,
        target,
        "Sora Staff",
    )
    assert differences() == []


def test_both_have_their_number_from_the_beginning(cast: Cast) -> None:
    assert (estimate().number, sales_order().number) == ("EST-000001", "SO-000001")


def test_an_estimate_is_viewed_once_its_link_was_opened_and_expired_after_its_last_day(cast: Cast) -> None:
    lasting, past = estimate(expires_on=days_ago(0)), estimate(date=days_ago(5), expires_on=days_ago(1))
    for offer in (lasting, past):
        offer.mark_as_sent(None)
    assert (lasting.state, past.state) == ("sent", "expired")
    lasting.viewed_at = past.viewed_at = now()
    assert (lasting.state, past.state) == ("viewed", "expired")
    for key, offer in (("viewed", lasting), ("expired", past)):
        assert db.session.scalars(select(Estimate.id).where(Estimate.in_state(key))).all() == [offer.id]
    past.mark_as_accepted(None)
    assert past.state == "accepted"


def test_an_order_is_overdue_after_its_shipment_date_while_it_is_open(cast: Cast) -> None:
    late = sales_order(date=days_ago(5), shipment_on=days_ago(1))
    assert late.state == "draft"
    late.convert_to_open(None)
    assert late.state == "overdue"
    late.mark_as_closed(None)
    assert late.state == "closed"


def test_what_went_out_is_changed_only_after_it_was_revised_and_keeps_its_number(cast: Cast) -> None:
    offer = estimate()
    offer.mark_as_sent(None)
    with pytest.raises(Refused, match="was issued"):
        offer.change({}, [line(5)], None)
    offer.revise(None)
    offer.change({}, [line(5)], None)
    assert (offer.total_minor, offer.number, offer.sent_at) == (5, "EST-000001", None)


def test_what_became_nothing_is_deleted_in_any_state_and_its_mails_stay_with_the_customer(cast: Cast) -> None:
    buyer = customer(email="buyer@example.com")
    offer = estimate(buyer)
    send_email(
        offer,
        to=["buyer@example.com"],
        subject="Offer",
        body=body_of("Hello"),
        actor=cast.staff,
        form_key=None,
    )
    assert offer.status == "sent"
    offer.delete(cast.staff)
    [mail] = emails_to(buyer)
    db.session.refresh(mail)
    assert (mail.subject, mail.document_id) == ("Offer", None)
    order_in("cancelled").delete(None)
    assert db.session.scalars(select(Document)).all() == []
    assert differences() == []


def test_a_step_that_has_a_form_of_its_own_is_not_taken_without_it(cast: Cast) -> None:
    for name in ("convert_to_invoice", "invoice_taken_back"):
        with pytest.raises(Refused, match="form of its own"):
            estimate_in("accepted").step(name, None)


def test_what_is_said_of_a_wrong_progress_names_the_document(cast: Cast) -> None:
    order = order_in("open")
    order.progress = "full"
    db.session.flush()
    assert [str(each) for each in differences()] == ["Progress of SO-000001: kept as full, but it comes to ."]
