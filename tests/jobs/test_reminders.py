"""Reminders by rule: on their day, once, by the organization's clock, and not to whom does not want them."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from delivery import reminders as letters
from domain import outbox
from domain.books import reminders
from domain.books.reminder_rules import AFTER, BEFORE, BOTH, EXPECTED, ME, ReminderRule
from domain.books.reminders import Reminder
from domain.books.reminding import TOPIC
from domain.db import db, now
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from jobs.emails import send_email
from jobs.reminders import begin_the_day
from tests import factories
from tests.jobs import days

pytestmark = pytest.mark.usefixtures("at_any_hour")

a_day = partial(days.a_day, begin_the_day, TOPIC)
"""What the clock and the workers do on one day, up to the sending."""


def rule(cast, days=3, side=AFTER, **values):
    """A rule that was switched on long ago."""
    values = {"is_active": True, "active_from": factories.days_ago(400), "member_id": cast.admin.id} | values
    made = ReminderRule(days=days, side=side, **values)
    db.session.add(made)
    db.session.flush()
    return made


def late(days=3, customer=None, **values):
    """An invoice that has been due for so many days."""
    customer = customer or factories.customer(email="office@example.com")
    due = factories.days_ago(days)
    invoice = factories.invoice(customer, date=due - timedelta(days=30), due_on=due, issued=True, **values)
    invoice.sent_at = now() - timedelta(days=days + 30)
    db.session.flush()
    return invoice


def next_day():
    """The organization has not reminded anybody today."""
    current_organization().reminders_done_on = None


def reasons():
    return [
        str(each.reason) for each in db.session.scalars(select(Reminder).order_by(Reminder.id)) if each.reason
    ]


# --- once -----------------------------------------------------------------------------------------------------


def test_a_rule_comes_once_to_each_invoice_and_its_counters_know(cast):
    rule(cast)
    invoice, not_yet = late(3), late(2)
    [email] = a_day()
    assert (email.kind, email.document_id, email.attach_pdf) == ("reminder", invoice.id, True)
    assert invoice.number in email.subject
    assert (invoice.reminders_sent, invoice.last_reminder_on) == (1, factories.today())
    assert not_yet.reminders_sent == 0
    next_day()
    assert len(a_day()) == 1
    assert current_organization().reminders_done_on == factories.today()


def test_a_day_without_a_worker_is_made_up_for_and_two_rules_at_once_are_one_mail(cast):
    first, second = rule(cast, 3), rule(cast, 7)
    late(10)
    assert len(a_day()) == 1
    by_rule = {each.rule_id: str(each.reason) for each in db.session.scalars(select(Reminder))}
    assert by_rule == {first.id: "A later reminder went out on the same day.", second.id: ""}


def test_a_rule_looks_ahead_from_the_day_on_which_it_was_switched_on(cast):
    made = rule(cast, is_active=False, active_from=None)
    late(30)
    made.switch(True, cast.admin)
    assert a_day() == []


def test_before_the_due_date_it_says_so_and_does_not_come_late(cast):
    rule(cast, 3, BEFORE)
    invoice, passed = late(-3), late(1)
    [email] = a_day()
    assert (email.kind, email.document_id) == ("reminder_early", invoice.id)
    assert reasons() == ["Its day had passed when it could have gone out."]
    assert passed.reminders_sent == 0


def test_by_the_expected_payment_date_where_there_is_one(cast):
    rule(cast, 0, AFTER, counted_from=EXPECTED)
    late(1)
    promised = late(20, expected_payment_on=factories.today())
    assert [each.document_id for each in a_day()] == [promised.id]


def test_it_waits_for_its_hour_in_the_organizations_time_zone(cast, clock):
    organization = current_organization()
    organization.time_zone, organization.send_hour = "Asia/Tokyo", 9
    rule(cast)
    clock(now().replace(hour=23, minute=30))  # 8:30 in Tokyo
    late(3)
    assert a_day() == []
    clock(now() + timedelta(minutes=40))
    assert len(a_day()) == 1


def test_nobody_is_reminded_of_what_is_paid_void_draft_or_issued_only_then(cast):
    rule(cast)
    factories.payment(late(3))
    late(3).void(None)
    factories.invoice(due_on=factories.days_ago(3), date=factories.days_ago(9))
    backdated = late(3)
    backdated.sent_at = now()
    assert a_day() == []
    assert reasons() == ["The invoice was issued only then."]


def test_it_goes_on_in_slices_and_whole_customers(cast, monkeypatch):
    monkeypatch.setattr("jobs.reminders.SLICE", 2)
    rule(cast)
    customers = [factories.customer(email=f"{n}@example.com") for n in range(3)]
    for customer in customers:
        late(3, customer)
        late(3, customer)
    emails = a_day()
    assert [each.party_id for each in emails] == [each.id for each in customers]
    assert {each.kind for each in emails} == {"reminders"}


# --- together, and to whom ------------------------------------------------------------------------------------


def test_several_of_a_customer_are_one_mail_with_all_of_them_if_so_set(cast):
    rule(cast)
    customer = factories.customer(email="office@example.com")
    invoices = [late(3, customer), late(3, customer)]
    [email] = a_day()
    assert all(each.number in email.body_text for each in invoices)
    assert "¥2,000" in email.subject
    assert [each.id for each in reminders.invoices_of(email)] == [each.id for each in invoices]
    assert {each.reminders_sent for each in invoices} == {1}


def test_otherwise_each_is_a_mail_of_its_own(cast):
    current_organization().reminders_together = False
    rule(cast)
    customer = factories.customer(email="office@example.com")
    invoices = [late(3, customer), late(3, customer)]
    assert [each.document_id for each in a_day()] == [each.id for each in invoices]


def test_others_get_a_copy_unseen_and_a_rule_for_me_goes_to_no_customer(cast):
    rule(cast, goes_to=BOTH, others="boss@example.com")
    rule(cast, goes_to=ME)
    invoice = late(3)
    theirs, ours = sorted(a_day(), key=lambda email: email.notice)
    assert [each["address"] for each in theirs.bcc] == [cast.admin.user.email, "boss@example.com"]
    assert (ours.notice, ours.to[0]["address"], ours.party_id) == ("reminded", cast.admin.user.email, None)
    assert invoice.number in ours.body_text
    assert invoice.reminders_sent == 1


def test_a_template_by_its_name_in_the_customers_language(cast):
    for language in ("en", "ja"):
        factories.mail_template(kind="reminder", language=language, name="Ours", subject=f"Ours {language}")
    rule(cast, template="Ours")
    late(3, factories.customer(email="a@example.com", language="ja"))
    late(3, factories.customer(email="b@example.com", language="fr"))
    subjects = [each.subject for each in a_day()]
    assert subjects[0] == "Ours ja"
    assert subjects[1].startswith("Rappel")


def test_rules_go_on_in_somebody_elses_name_when_who_made_them_has_left(cast):
    rule(cast, member_id=cast.staff.id)
    cast.staff.is_active = False
    late(3)
    [email] = a_day()
    assert email.actor_id == cast.admin.id


@pytest.mark.parametrize("gone", ["let go", "without finance rights", "kept to assigned customers"])
def test_a_rule_for_me_tells_nobody_who_may_not_see_all_invoices_any_more(cast, gone):
    them = {"without finance rights": cast.sales, "kept to assigned customers": cast.assigned}.get(
        gone, cast.staff
    )
    rule(cast, goes_to=ME, member_id=them.id)
    rule(cast, goes_to=BOTH, member_id=them.id)
    if gone == "let go":
        them.is_active = False
    late(3)
    theirs, ours = sorted(a_day(), key=lambda email: email.notice)
    assert [each["address"] for each in ours.to] == [cast.admin.user.email]
    assert them.user.email not in [each["address"] for each in theirs.bcc]


def test_a_template_with_a_placeholder_that_means_nothing_reminds_nobody_and_says_why(cast):
    factories.mail_template(kind="reminder", language="en", name="Ours", body="Pay %InvoiceNumbr%, please.")
    rule(cast, template="Ours")
    late(3, factories.customer(email="a@example.com", language="en"))
    assert a_day() == []
    assert reasons() == ["The template has placeholders that mean nothing: InvoiceNumbr"]


# --- stopped ----------------------------------------------------------------------------------------------------


def test_a_customer_without_address_or_with_reminders_stopped_is_left_out_for_good(cast):
    rule(cast)
    silent, stopped = late(3, factories.customer()), late(3)
    reminders.stop(stopped.party, cast.admin)
    assert a_day() == []
    assert sorted(reasons())[0].endswith("has no mail address.")
    assert "are stopped" in sorted(reasons(), key=len)[-1]
    reminders.resume(stopped.party, cast.admin)
    next_day()
    assert a_day() == []
    assert silent.reminders_sent == 0


@pytest.mark.parametrize("of", ["party", "invoice"])
def test_stopping_also_holds_back_what_waits_in_the_queue(cast, of):
    rule(cast)
    invoice = late(3)
    [email] = a_day()
    reminders.stop(invoice.party if of == "party" else invoice, cast.admin)
    db.session.commit()
    assert (email.state, str(email.error)) == ("cancelled", "Reminders were stopped.")
    assert outbox.due() == []


def test_one_that_a_worker_took_already_is_held_back_before_it_leaves(cast):
    rule(cast)
    invoice = late(3)
    a_day()
    [ready] = outbox.due()
    row = outbox.claim(ready.id)
    db.session.commit()
    factories.payment(invoice)
    db.session.commit()
    with pytest.raises(outbox.Failure, match="was paid or taken back"):
        send_email(row)


def test_a_reminder_by_hand_counts_and_is_refused_where_it_is_stopped(cast):
    invoice = late(3)
    email = letters.remind_of(invoice, cast.staff, "key")
    assert letters.remind_of(invoice, cast.staff, "key") is email
    assert (invoice.reminders_sent, email.kind) == (1, "reminder")
    reminders.stop(invoice, cast.staff)
    with pytest.raises(Refused, match="stopped"):
        letters.remind_of(invoice, cast.staff, "other")
