"""A mail goes out once, or it is said why not; whatever the mail server does."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from bin.broker import free_port
from delivery import compose, documents, mailer
from domain import outbox
from domain.books.statements import Period
from domain.db import db, everywhere, now
from domain.emails import STATEMENT, UNPAID, Email, EmailAttachment, send_email
from domain.mail_contents import Body
from domain.organizations.custom_roles import CustomRole
from domain.organizations.organizations import current_organization
from domain.outbox import Failure, OutboxRow
from domain.records import create
from jobs import dispatch, emails
from tests import servers
from tests.jobs.conftest import HANAKO, OFFICE
from tests.servers import Mood


@pytest.fixture(autouse=True)
def _settings(choose, mail_server):
    choose(smtp_url=mail_server.url)


def row_of(email: Email) -> OutboxRow:
    """The latest row of the outbox for this mail."""
    with everywhere():
        return db.session.scalars(
            db.select(OutboxRow).where(OutboxRow.key == f"email-{email.id}").order_by(OutboxRow.id.desc())
        ).first()


# --- once ---------------------------------------------------------------------------------------------------


def test_a_mail_goes_out_and_is_sent(mail, work, mail_server):
    email = mail()
    work()
    assert (email.state, email.error, email.attempts, bool(email.sent_at)) == ("sent", "", 1, True)
    (received,) = mail_server.messages
    assert received.recipients == [HANAKO]
    assert received.message["Message-ID"] == email.message_id
    assert row_of(email).result["reply"].startswith("250")


def test_a_job_that_runs_twice_sends_once(mail, work, mail_server):
    row = row_of(mail())
    dispatch.perform(row.id)
    dispatch.perform(row.id)
    assert len(mail_server.messages) == 1


def test_a_row_that_is_published_twice_sends_once(mail, work, mail_server):
    email = mail()
    work()
    outbox.publish("email.send", f"email-{email.id}", {"email": email.id}, actor_id=email.actor_id)
    assert work() == 1
    assert (email.state, len(mail_server.messages)) == ("sent", 1)


def test_a_mail_that_is_gone_is_no_failure(mail, work, mail_server):
    email = mail()
    row_id = row_of(email).id
    db.session.execute(delete(Email).where(Email.id == email.id))
    work()
    with everywhere():
        row = db.session.get(OutboxRow, row_id)
    assert (row.done_at is not None, row.failure, mail_server.messages) == (True, None, [])


def test_a_mail_found_in_the_middle_of_being_sent_is_not_sent_again(mail, work, mail_server):
    email = mail()
    email.state = "sending"
    work()
    assert (email.state, email.failure, mail_server.messages) == ("unknown", "unknown", [])


# --- with what ----------------------------------------------------------------------------------------------


def test_the_invoices_pdf_goes_along_and_is_kept_as_it_was(mail, work, mail_server):
    email = mail(attach_pdf=True)
    work()
    (attachment,) = mail_server.messages[0].message.iter_attachments()
    assert attachment.get_filename() == f"{email.document.number}.pdf"
    assert attachment.get_content().startswith(b"%PDF-")
    (kept,) = email.attachments
    assert (kept.position, kept.file.name, kept.file.media_type) == (
        0,
        f"{email.document.number}.pdf",
        "application/pdf",
    )


def test_a_retry_sends_the_pdf_that_was_made_the_first_time(mail, work, mail_server, cast, monkeypatch):
    email = mail(attach_pdf=True)
    mail_server.behave(Mood.REFUSE, times=1)
    work()
    assert (email.state, len(email.attachments)) == ("failed", 1)
    monkeypatch.setattr(documents, "pdf", lambda _document: b"%PDF-another")
    email.retry(cast.admin)
    work()
    (attachment,) = mail_server.messages[0].message.iter_attachments()
    assert email.state == "sent"
    assert attachment.get_content() != b"%PDF-another"


def test_a_pdf_that_cannot_be_made_is_tried_again_and_nothing_goes_out(mail, work, mail_server, monkeypatch):
    def fail(_document: object) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr(documents, "pdf", fail)
    email = mail(attach_pdf=True)
    work()
    assert (email.state, email.failure, email.error) == ("waiting", "transient", "RuntimeError: no paper")
    assert (mail_server.messages, db.session.query(EmailAttachment).all()) == ([], [])


def a_statement(factories, cast, **changes) -> Email:
    """A statement that is owed to a customer of whom an invoice is open, with the list of unpaid ones."""
    customer = factories.customer(email=OFFICE, **changes)
    factories.invoice(customer, [factories.line(rate=1000)], issued=True)
    period = Period(factories.days_ago(30), factories.today())
    email = compose.send_statement(customer, period, cast.staff, None, with_unpaid=True)
    db.session.commit()
    return email


def test_a_statement_goes_out_with_the_list_of_unpaid_invoices(factories, cast, work, mail_server):
    email = a_statement(factories, cast)
    work()
    files = list(mail_server.messages[0].message.iter_attachments())
    assert [each.get_filename().partition("-2")[0] for each in files] == ["statement", "unpaid-invoices"]
    assert all(each.get_content().startswith(b"%PDF-") for each in files)
    assert [each.position for each in email.attachments] == [STATEMENT, UNPAID]


def test_when_all_was_paid_meanwhile_no_empty_list_goes_along(factories, cast, work, mail_server):
    email = a_statement(factories, cast)
    email.party.receivable_minor = 0
    work()
    [statement] = mail_server.messages[0].message.iter_attachments()
    assert statement.get_filename().startswith("statement-")


@pytest.mark.parametrize("lost", ["books.invoices.view", "books.payments.view", "books.customers.email"])
def test_a_statement_needs_the_rights_when_it_leaves(factories, cast, work, mail_server, lost):
    email = a_statement(factories, cast)
    rights = {f"books.{name}.view" for name in ("customers", "invoices", "payments")} | {
        "books.customers.email"
    }
    values = {"kind": "role", "name": "R", "permissions": sorted(rights - {lost})}
    cast.staff.custom_role = create(CustomRole, values, cast.admin)
    work()
    assert (email.state, mail_server.messages) == ("failed", [])


def test_the_customers_statement_goes_along_for_its_period(mail, work, mail_server, factories):
    email = mail(attach_pdf=True, statement=Period(factories.days_ago(30), factories.today()))
    work()
    invoice, statement = mail_server.messages[0].message.iter_attachments()
    assert invoice.get_filename() == f"{email.document.number}.pdf"
    assert statement.get_filename().startswith("statement-")
    assert statement.get_content().startswith(b"%PDF-")
    assert [each.position for each in email.attachments] == [0, 1]


# --- at its time ----------------------------------------------------------------------------------------------


def test_a_scheduled_mail_goes_out_at_its_time_and_not_before(mail, work, mail_server, clock):
    email = mail(send_at=now() + timedelta(hours=3))
    assert (work(), email.state) == (0, "scheduled")
    clock(now() + timedelta(hours=4))
    assert (work(), email.state, len(mail_server.messages)) == (1, "sent", 1)


def test_a_mail_that_is_cancelled_while_its_job_begins_does_not_go_out(mail, work, mail_server, clock, cast):
    email = mail(send_at=now() + timedelta(hours=3))
    email.cancel(cast.admin)
    clock(now() + timedelta(hours=4))
    assert (work(), email.state) == (0, "cancelled")
    outbox.publish("email.send", f"email-{email.id}", {"email": email.id}, actor_id=email.actor_id)
    assert (work(), email.state, mail_server.messages) == (1, "cancelled", [])


def test_a_scheduled_mail_does_not_go_out_with_what_was_voided_meanwhile(
    mail, work, mail_server, clock, cast
):
    email = mail(send_at=now() + timedelta(hours=3))
    email.document.void(cast.admin)
    clock(now() + timedelta(hours=4))
    work()
    assert (email.state, email.failure, mail_server.messages) == ("failed", "permanent", [])


def test_a_mail_does_not_go_out_without_the_document_that_it_is_about(
    mail, work, mail_server, clock, factories, cast
):
    estimate = factories.estimate(factories.customer(email=OFFICE))
    email = send_email(
        estimate,
        to=[OFFICE],
        subject="Estimate",
        body=Body("", "Hello"),
        actor=cast.staff,
        form_key=None,
        send_at=now() + timedelta(hours=3),
    )
    estimate.revise(cast.staff)
    estimate.delete(cast.staff)
    clock(now() + timedelta(hours=4))
    work()
    assert (email.state, email.failure, mail_server.messages) == ("failed", "permanent", [])


def test_the_thanks_for_a_payment_go_out_without_any_paper(mail, work, mail_server, factories, cast):
    payment = factories.payment(factories.invoice(factories.customer(email=OFFICE), issued=True))
    email = compose.send_usual(payment, cast.staff, None)
    work()
    assert (email.state, email.about) == ("sent", payment)
    assert list(mail_server.messages[0].message.iter_attachments()) == []
    payment.delete(cast.staff)
    db.session.expire_all()
    assert (email.about, email.party_id) == (None, payment.party_id)


# --- may they still -----------------------------------------------------------------------------------------


def test_who_lost_the_right_since_the_click_sends_nothing(mail, work, mail_server, cast):
    email = mail()
    cast.staff.profile_key = "no_email"
    work()
    assert (email.state, email.failure, mail_server.messages) == ("failed", "permanent", [])
    assert "may not send it" in str(email.error)


def test_who_has_left_since_the_click_sends_nothing(mail, work, mail_server, cast):
    email = mail()
    cast.staff.is_active = False
    work()
    assert (email.state, mail_server.messages) == ("failed", [])


def test_who_no_longer_sees_the_customer_sends_nothing(mail, work, mail_server, cast):
    email = mail(actor=cast.assigned)
    work()
    assert (email.state, mail_server.messages) == ("failed", [])


def test_the_right_that_counts_is_that_of_who_asked_last(mail, work, mail_server, cast):
    email = mail()
    cast.staff.is_active = False
    work()
    email.retry(cast.admin)
    work()
    assert (email.state, len(mail_server.messages)) == ("sent", 1)


# --- what the server does -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mood", "state", "failure"),
    [
        (Mood.REFUSE, "failed", "permanent"),
        (Mood.REFUSE_DATA, "failed", "permanent"),
        (Mood.GREYLIST, "waiting", "transient"),
        (Mood.HANG, "waiting", "transient"),
        (Mood.HANG_AT_END, "unknown", "unknown"),
        (Mood.DROP_AT_END, "unknown", "unknown"),
    ],
)
def test_each_answer_of_the_server_leads_to_its_state(
    mail, work, mail_server, monkeypatch, mood, state, failure
):
    hasty = mailer.Server("127.0.0.1", mail_server.port, timeout=0.5)
    monkeypatch.setattr(emails, "_server", lambda: hasty)
    mail_server.behave(mood)
    email = mail()
    work()
    assert (email.state, email.failure, mail_server.messages) == (state, failure, [])
    assert email.error


def test_a_connection_that_drops_in_the_message_is_tried_again(mail, work, mail_server):
    mail_server.behave(Mood.DROP, times=1)
    email = mail(body=long_body())
    work()
    assert (email.state, email.failure) == ("waiting", "transient")


def long_body() -> Body:
    """A message longer than what two kernels hold between them: the drop is noticed before its end."""
    return Body("<p>x</p>" * 1_500_000, "Hello")


def test_a_server_that_is_away_is_tried_again_until_it_is_back(mail, work, mail_server, clock):
    mail_server.stop()
    email = mail()
    work()
    assert (email.state, email.failure) == ("waiting", "transient")
    assert work() == 0
    mail_server.start()
    clock(now() + timedelta(minutes=2))
    assert work() == 1
    assert (email.state, email.error, email.failure) == ("sent", "", None)
    assert len(mail_server.messages) == 1


def test_after_five_attempts_a_person_is_needed(mail, work, choose, clock):
    choose(smtp_url=f"smtp://127.0.0.1:{free_port()}")
    email = mail()
    for _attempt in range(5):
        assert work() == 1
        clock(now() + timedelta(hours=2))
    assert (email.state, row_of(email).has_stopped, work()) == ("failed", True, 0)


def test_a_refused_recipient_is_written_down_and_the_others_get_the_mail(
    mail, work, mail_server, monkeypatch
):
    refuse_one(monkeypatch, OFFICE)
    email = mail(cc=[OFFICE])
    work()
    assert (email.state, list(email.refused)) == ("sent", [OFFICE])
    assert "550" in email.refused[OFFICE]
    assert mail_server.messages[0].recipients == [HANAKO]


def refuse_one(monkeypatch, address: str) -> None:
    """The mail server knows everybody but this one."""
    usual = servers._Post.handle_RCPT

    async def handle(self, smtp, session, envelope, to, options):  # type: ignore[no-untyped-def]
        return (
            "550 No such mailbox"
            if to == address
            else await usual(self, smtp, session, envelope, to, options)
        )

    monkeypatch.setattr(servers._Post, "handle_RCPT", handle)


def test_without_a_mail_server_the_catcher_beside_us_gets_the_mail(mail, work, mail_server, choose):
    choose(smtp_url=None, catcher_port=mail_server.port)
    email = mail()
    work()
    assert (email.state, len(mail_server.messages)) == ("sent", 1)


def test_without_any_mail_server_the_setting_is_named(mail, work, choose):
    choose(smtp_url=None, catcher_port=None)
    email = mail()
    work()
    assert (email.state, email.failure) == ("failed", "configuration")
    assert "SMTP_URL" in str(email.error)


def test_what_nobody_expected_in_the_conversation_is_unknown(mail, work, monkeypatch):
    def break_down(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(mailer, "send", break_down)
    email = mail()
    work()
    assert (email.state, email.failure) == ("unknown", "unknown")


def test_the_mail_is_marked_before_the_server_hears_of_it(mail, work, monkeypatch):
    seen = []

    def look(*_args: object) -> mailer.Accepted:
        db.session.rollback()
        seen.append(db.session.scalar(db.select(Email.state).where(Email.id == email.id)))
        return mailer.Accepted("250 OK", {})

    email = mail()
    monkeypatch.setattr(mailer, "send", look)
    work()
    assert (seen, email.state) == (["sending"], "sent")


# --- workers that die ---------------------------------------------------------------------------------------


def test_a_mail_whose_worker_died_before_sending_goes_out_later(mail, work, mail_server, clock):
    email = mail()
    with dispatch.transaction():
        outbox.claim(row_of(email).id)
    clock(now() + dispatch.STALE + timedelta(seconds=1))
    dispatch.release()
    clock(now() + timedelta(minutes=2))
    work()
    assert (email.state, len(mail_server.messages)) == ("sent", 1)


def test_a_mail_whose_worker_died_while_sending_is_unknown(mail, work, mail_server, clock):
    email = mail()
    with dispatch.transaction():
        outbox.claim(row_of(email).id)
        db.session.get(Email, email.id).state = "sending"
    dispatch.release()
    assert db.session.get(Email, email.id).state == "sending"
    clock(now() + dispatch.STALE + timedelta(seconds=1))
    dispatch.release()
    db.session.expire_all()
    assert (email.state, row_of(email).has_stopped, work()) == ("unknown", True, 0)


def test_a_mail_of_unknown_fate_goes_out_when_a_person_says_so(mail, work, mail_server, cast):
    mail_server.behave(Mood.DROP_AT_END, times=1)
    email = mail()
    work()
    email.resend(cast.admin)
    work()
    assert (email.state, len(mail_server.messages)) == ("sent", 1)
    assert mail_server.messages[0].message["Message-ID"] == mail_server.unanswered[0].message["Message-ID"]


def test_a_failed_mail_goes_out_when_its_row_is_tried_again(mail, work, mail_server):
    mail_server.behave(Mood.REFUSE, times=1)
    email = mail()
    work()
    outbox.retry(row_of(email))
    work()
    assert (email.state, len(mail_server.messages)) == ("sent", 1)


def test_what_was_dealt_with_at_the_mail_asks_for_attention_no_more(mail, work, mail_server, cast):
    mail_server.behave(Mood.REFUSE, times=1)
    email = mail()
    work()
    stopped = row_of(email)
    email.retry(cast.admin)
    db.session.commit()
    db.session.expire_all()
    assert not stopped.has_stopped


def test_a_late_answer_tells_what_really_happened(mail, work, mail_server, clock, monkeypatch):
    """The claim was taken away from a worker that was not dead, only slow."""
    email = mail()

    def dawdle(*_args: object) -> mailer.Accepted:
        clock(now() + dispatch.STALE + timedelta(seconds=1))
        dispatch.release()
        assert db.session.scalar(db.select(Email.state).where(Email.id == email.id)) == "unknown"
        return mailer.Accepted("250 OK", {})

    monkeypatch.setattr(mailer, "send", dawdle)
    work()
    assert email.state == "sent"


def test_a_worker_that_ends_while_its_claim_is_being_released_has_the_last_word(mail, work, mail_server):
    email = mail()
    with dispatch.transaction():
        outbox.claim(row_of(email).id)
    (seen,) = outbox.stale(timedelta(0))
    with dispatch.transaction():
        dispatch._settle(seen, {"reply": "250 OK", "refused": {}})
    with dispatch.transaction():
        assert outbox.take_over(seen) is None
    db.session.expire_all()
    assert email.state == "sent"


def test_a_late_failure_changes_nothing_that_was_decided_meanwhile(mail, work, mail_server, clock):
    email = mail()
    with dispatch.transaction():
        late = outbox.claim(row_of(email).id)
        db.session.get(Email, email.id).state = "sending"
    clock(now() + dispatch.STALE + timedelta(seconds=1))
    dispatch.release()
    with dispatch.transaction():
        dispatch._settle(late, Failure("transient", "the connection broke off"))
    db.session.expire_all()
    assert (email.state, row_of(email).has_stopped) == ("unknown", True)


def test_the_organizations_name_and_address_are_those_of_the_click(mail, work, mail_server):
    mail()
    current_organization().name = "Renamed"
    work()
    assert str(mail_server.messages[0].message["From"]) == "Aozora Trading <books@aozora.example>"
