"""A customer's statement goes out with its own words, once, to whoever gets mail first."""

from datetime import date

import pytest
from sqlalchemy import select

from delivery import compose
from domain import timeline
from domain.books.statements import Period
from domain.db import db
from domain.emails import Email, emails_about, emails_to
from domain.errors import Refused
from domain.outbox import OutboxRow

HANAKO = "hanako@minato.example"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def customer(factories):
    """Somebody with two addresses who owes 1,000 yen since the second of November."""
    made = factories.customer(display_name="Minato", email="office@minato.example")
    factories.contact_person(made, first_name="Hanako", last_name="Tanaka", email=HANAKO)
    line = factories.line(rate=1000)
    factories.invoice(made, [line], issued=True, date=date(2026, 11, 2), due_on=date(2026, 11, 20))
    return made


def test_a_statement_says_its_period_and_its_balance(customer, cast):
    email = compose.send_statement(customer, NOVEMBER, cast.staff, "key")
    assert (email.kind, email.statement, email.attach_unpaid) == ("statement", NOVEMBER, False)
    assert email.to == [{"name": "Hanako Tanaka", "address": HANAKO}]
    assert email.subject == "Your statement of account, 1 November 2026 to 30 November 2026"
    assert "Balance due on 30 November 2026: ¥1,000" in email.body_text
    assert "Dear Hanako Tanaka" in email.body_text
    assert "%" not in email.subject + email.body_text
    [entry] = timeline.entries_for("books.customers", customer.id, limit=1)
    assert entry.verb == "emailed"


def test_a_statement_is_written_in_the_customers_language(customer, cast):
    customer.language = "ja"
    email = compose.send_statement(customer, NOVEMBER, cast.staff, None, with_unpaid=True)
    assert "2026年11月30日時点の残高：¥1,000" in email.body_text
    assert email.attach_unpaid


def test_the_same_key_is_one_statement(customer, cast):
    first = compose.send_statement(customer, NOVEMBER, cast.staff, "key")
    assert compose.send_statement(customer, NOVEMBER, cast.staff, "key") is first
    assert (
        len(db.session.scalars(select(Email)).all()) == len(db.session.scalars(select(OutboxRow)).all()) == 1
    )


def test_whoever_has_no_address_gets_none_and_the_reason_says_so(factories, cast):
    with pytest.raises(Refused, match="no mail address"):
        compose.send_statement(factories.customer(), NOVEMBER, cast.staff, "key")


def test_a_mail_about_a_customer_is_told_from_one_about_their_invoice(customer, factories, cast):
    invoice = factories.invoice(customer)
    about_invoice = compose.send_usual(invoice, cast.staff, "one")
    statement = compose.send_statement(customer, NOVEMBER, cast.staff, "two")
    assert list(emails_about(customer)) == [statement]
    assert list(emails_about(invoice)) == [about_invoice]
    assert list(emails_to(customer)) == [statement, about_invoice]
    assert (statement.about, about_invoice.about) == (customer, invoice)


def test_a_letter_begins_with_a_greeting_and_what_is_open(customer, cast):
    plain = compose.draft(customer, cast.staff)
    assert plain.text.startswith("Dear Hanako Tanaka,")
    unpaid = compose.draft(customer, cast.staff, "customer_unpaid")
    assert "¥1,000" in unpaid.text
    statement = compose.draft(customer, cast.staff, kind="statement")
    assert "%StatementPeriod%" in statement.subject, "the period is chosen in the form"
