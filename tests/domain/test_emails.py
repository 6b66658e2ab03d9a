"""A mail is written down in the transaction of the click: issued, addressed, owed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery import compose
from delivery.clean_html import body_of
from domain import timeline
from domain.db import db, everywhere, now, scoped_to
from domain.emails import Email, consequence_of_sending, emails_about, emails_to, send_email
from domain.errors import Refused
from domain.files import StoredFile
from domain.mail_addresses import is_address, parse_address
from domain.organizations.organizations import current_organization
from domain.outbox import OutboxRow
from domain.recipients import known_addresses

HANAKO = "hanako@minato.example"


@pytest.fixture
def invoice(factories, cast):
    """A draft to a customer with two addresses."""
    customer = factories.customer(display_name="Minato", email="office@minato.example")
    factories.contact_person(customer, first_name="Hanako", last_name="Tanaka", email=HANAKO)
    current_organization().email = "books@aozora.example"
    return factories.invoice(customer)


def send(invoice, actor, **changes) -> Email:
    """Mail the invoice, with what doesn't matter filled in."""
    usual = {"to": [HANAKO], "subject": "Invoice", "body": body_of("Hello"), "form_key": None, "actor": actor}
    return send_email(invoice, **(usual | changes))


def owed() -> list[OutboxRow]:
    """What stands in the outbox."""
    with everywhere():
        return list(db.session.scalars(select(OutboxRow)))


def verbs(invoice) -> list[str]:
    """What the invoice's timeline says, oldest first."""
    return [entry.verb for entry in reversed(timeline.entries_for("books.invoices", invoice.id))]


# --- the click ----------------------------------------------------------------------------------------------


def test_sending_a_draft_issues_it_and_owes_the_mail(invoice, cast):
    email = send(invoice, cast.staff)
    assert (invoice.status, bool(invoice.number)) == ("sent", True)
    assert (email.state, email.attach_pdf, email.attempts) == ("waiting", True, 0)
    (row,) = owed()
    assert (row.topic, row.key, row.payload) == ("email.send", f"email-{email.id}", {"email": email.id})
    assert row.actor_id == cast.staff.id
    assert verbs(invoice)[-2:] == ["mark_as_sent", "emailed"]


def test_sending_an_issued_invoice_again_leaves_it_as_it_is(invoice, cast):
    invoice.issue(cast.admin)
    number = invoice.number
    send(invoice, cast.staff)
    assert (invoice.number, verbs(invoice).count("mark_as_sent")) == (number, 1)


def test_the_number_that_sending_gives_is_in_the_mail(invoice, cast):
    draft = compose.draft(invoice, cast.staff)
    email = send(invoice, cast.staff, subject=draft.subject, body=body_of(draft.text), values=compose.values)
    assert invoice.number in email.subject
    assert invoice.number in email.body_html
    assert invoice.number in email.body_text
    said = email.subject + email.body_text
    assert "%" not in said.replace("%InvoiceURL%", "")  # the link is made when the mail goes out


def test_a_value_is_text_in_html_and_never_markup(invoice, cast):
    invoice.party.display_name = invoice.party_name = "A & <b>B</b>\r\nBcc: x"
    email = send(
        invoice, cast.staff, subject="%CustomerName%", body=body_of("%CustomerName%"), values=compose.values
    )
    assert email.body_html.startswith("<p>A &amp; &lt;b&gt;B&lt;/b&gt;")
    assert email.subject == "A & <b>B</b> Bcc: x"


def test_unknown_placeholders_go_out_as_they_stand(invoice, cast):
    email = send(invoice, cast.staff, subject="%Nmae%", values=compose.values)
    assert email.subject == "%Nmae%"


def test_the_same_form_twice_is_one_mail(invoice, cast):
    first = send(invoice, cast.staff, form_key="key")
    assert send(invoice, cast.staff, form_key="key", subject="Other") is first
    assert (len(owed()), len(emails_about(invoice))) == (1, 1)
    assert verbs(invoice).count("emailed") == 1


def test_another_form_is_another_mail(invoice, cast):
    first = send(invoice, cast.staff, form_key="key")
    second = send(invoice, cast.staff, form_key="another key")
    assert [email.id for email in emails_about(invoice)] == [second.id, first.id]
    assert [email.id for email in emails_to(invoice.party)] == [second.id, first.id]
    assert first.message_id != second.message_id


def test_what_is_refused_changes_nothing(invoice, cast):
    with pytest.raises(Refused):
        send(invoice, cast.staff, to=["stranger@example.com"])
    db.session.flush()
    assert (invoice.status, owed(), emails_about(invoice)) == ("draft", [], [])


def test_the_organization_sends_and_who_clicked_when_it_has_no_address(invoice, cast):
    email = send(invoice, cast.staff)
    assert (email.sender_name, email.sender_address) == ("Aozora Trading", "books@aozora.example")
    assert email.message_id.endswith("@aozora.example>")
    current_organization().email = ""
    assert send(invoice, cast.staff).sender_address == "staff@example.com"


def test_files_go_along_after_the_place_of_the_document(invoice, cast):
    files = [StoredFile(digest=str(n) * 64, name=f"{n}", media_type="text/plain", size=1) for n in (1, 2)]
    email = send(invoice, cast.staff, files=files)
    assert [(attached.position, attached.file.name) for attached in email.attachments] == [(3, "1"), (4, "2")]


# --- to whom ------------------------------------------------------------------------------------------------


def test_to_and_cc_are_the_customers_people_under_their_names(invoice, cast):
    email = send(invoice, cast.staff, to=[" HANAKO@Minato.example "], cc=["office@minato.example", ""])
    assert email.to == [{"name": "Hanako Tanaka", "address": HANAKO}]
    assert email.cc == [{"name": "Minato", "address": "office@minato.example"}]
    assert [each["address"] for each in known_addresses(invoice.party)] == [HANAKO, "office@minato.example"]


def test_bcc_is_free(invoice, cast):
    email = send(invoice, cast.staff, bcc=["boss@example.com", " Boss <other@example.com>", ""])
    assert email.bcc == [
        {"name": "", "address": "boss@example.com"},
        {"name": "Boss", "address": "other@example.com"},
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": []}, "to"),
        ({"to": ["", "  "]}, "to"),
        ({"to": ["stranger@example.com"]}, "to"),
        ({"to": ["hаnako@minato.example"]}, "to"),  # with a Cyrillic а
        ({"to": ["hanako@minato.example\r\nBcc: x@example.com"]}, "to"),
        ({"to": [HANAKO], "cc": ["stranger@example.com"]}, "cc"),
        ({"bcc": ["nobody"]}, "bcc"),
        ({"bcc": ["a@example.com\nBcc: b@example.com"]}, "bcc"),
        ({"bcc": ["x\r\n <a@example.com>"]}, "bcc"),
        ({"bcc": [f"a{n}@example.com" for n in range(60)]}, "to"),
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 1001}, "subject"),
        ({"body": body_of("x" * 20_001)}, "body"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(invoice, cast, changes, field):
    with pytest.raises(Refused) as caught:
        send(invoice, cast.staff, **changes)
    assert list(caught.value.fields) == [field]
    assert str(caught.value.fields[field])


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com",
        "a.b+c@sub.example.co.jp",
        "田中@例え.jp",
        "info@例え.jp",
        "o'brien@example.com",
        "_@x.io",
    ],
)
def test_these_are_addresses(address):
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@example.com",
        "a@b",
        "a@@example.com",
        "a b@example.com",
        "a@exa mple.com",
        "a@example.com\n",
        "a\r@example.com",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example..com",
        "a@[127.0.0.1]",
        "<a@example.com>",
        "a,b@example.com",
        '"a"@example.com',
        "a\u200b@example.com",
        "a\u202e@example.com",
        "x" * 65 + "@example.com",
        "a@" + "x" * 64 + ".com",
        "a@" + ".".join(["x" * 60] * 5),
    ],
)
def test_these_are_not(address):
    assert not is_address(address)
    assert parse_address(address) is None or "<" in address


# --- again --------------------------------------------------------------------------------------------------


def test_a_failed_mail_is_tried_again_under_the_same_message_id(invoice, cast):
    email = send(invoice, cast.staff)
    email.state, email.failure, email.error = "failed", "permanent", "550 No such mailbox"
    message_id = email.message_id
    email.retry(cast.admin)
    assert (email.state, email.error, email.message_id) == ("waiting", "", message_id)
    assert verbs(invoice)[-1] == "email_retried"
    assert owed()[-1].actor_id == cast.admin.id


def test_a_mail_of_unknown_fate_is_sent_again_and_the_timeline_says_so(invoice, cast):
    email = send(invoice, cast.staff)
    email.state = "unknown"
    email.resend(cast.admin)
    assert (email.state, verbs(invoice)[-1]) == ("waiting", "email_resent")


@pytest.mark.parametrize("state", ["waiting", "sending", "sent", "unknown"])
def test_only_a_failed_mail_is_retried(invoice, cast, state):
    email = send(invoice, cast.staff)
    email.state = state
    with pytest.raises(Refused):
        email.retry(cast.admin)


@pytest.mark.parametrize("state", ["waiting", "sending", "sent", "failed"])
def test_only_a_mail_of_unknown_fate_is_resent(invoice, cast, state):
    email = send(invoice, cast.staff)
    email.state = state
    with pytest.raises(Refused):
        email.resend(cast.admin)


def test_every_state_has_words_and_a_tone(invoice, cast):
    email = send(invoice, cast.staff)
    tones = {}
    for state in ("waiting", "sending", "sent", "failed", "unknown"):
        email.state = state
        assert str(email.status.label)
        tones[state] = email.status.tone
    assert tones == {"waiting": "wait", "sending": "live", "sent": "good", "failed": "bad", "unknown": "wait"}


# --- later ---------------------------------------------------------------------------------------------------


def test_a_mail_for_later_issues_the_document_now_and_is_owed_at_its_time(invoice, cast):
    tomorrow = now() + timedelta(days=1)
    email = send(invoice, cast.staff, send_at=tomorrow)
    assert (email.state, email.send_at, invoice.status) == ("scheduled", tomorrow, "sent")
    assert [row.not_before for row in owed()] == [tomorrow]
    assert verbs(invoice)[-1] == "email_scheduled"


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_mail_is_scheduled_for_a_moment_to_come_within_a_year(invoice, cast, days):
    with pytest.raises(Refused) as caught:
        send(invoice, cast.staff, send_at=now() + timedelta(days=days))
    assert list(caught.value.fields) == ["send_at"]
    assert invoice.status == "draft"


def test_a_scheduled_mail_that_is_cancelled_is_owed_no_more(invoice, cast):
    email = send(invoice, cast.staff, send_at=now() + timedelta(days=1))
    email.cancel(cast.admin)
    assert (email.state, owed(), verbs(invoice)[-1]) == ("cancelled", [], "email_cancelled")
    with pytest.raises(Refused):
        email.cancel(cast.admin)


@pytest.mark.parametrize("state", ["waiting", "sending", "sent", "failed", "unknown"])
def test_only_a_mail_that_waits_for_its_time_can_be_cancelled(invoice, cast, state):
    email = send(invoice, cast.staff)
    email.state = state
    with pytest.raises(Refused):
        email.cancel(cast.admin)


# --- every kind of document ----------------------------------------------------------------------------------


def test_mailing_an_estimate_marks_it_as_sent(factories, cast):
    estimate = factories.estimate(factories.customer(email=HANAKO))
    send(estimate, cast.staff)
    assert estimate.status == "sent"


def test_mailing_an_order_leaves_it_as_it_is(factories, cast):
    order = factories.sales_order(factories.customer(email=HANAKO))
    send(order, cast.staff)
    assert (order.status, str(consequence_of_sending(order))) == ("draft", "None")


def test_a_credit_note_is_opened_before_it_is_mailed(factories, cast):
    note = factories.credit_note(factories.customer(email=HANAKO))
    with pytest.raises(Refused):
        send(note, cast.staff)
    note.open(cast.staff)
    assert send(note, cast.staff).subject == "Invoice"


def test_the_usual_mail_goes_to_the_primary_contact_person_with_the_pdf(invoice, cast):
    email = compose.send_usual(invoice, cast.staff, "key")
    assert ([each["address"] for each in email.to], email.attach_pdf) == ([HANAKO], True)
    assert invoice.number in email.subject
    assert compose.send_usual(invoice, cast.staff, "key") is email


def test_the_usual_mail_is_refused_where_it_has_nobody_to_go_to_or_says_nonsense(factories, cast, invoice):
    with pytest.raises(Refused):
        compose.send_usual(factories.invoice(), cast.staff, None)
    with pytest.raises(Refused):
        compose.send_usual(factories.bill(), cast.staff, None)
    factories.mail_template(body="%Nonsense%").make_default(cast.admin)
    with pytest.raises(Refused):
        compose.send_usual(invoice, cast.staff, None)


def test_another_organization_sees_none_of_it(invoice, cast, session):
    email = send(invoice, cast.staff)
    db.session.flush()
    with scoped_to(cast.stranger.organization_id):
        assert db.session.get(Email, email.id) is None
        assert db.session.scalars(select(Email)).all() == []
