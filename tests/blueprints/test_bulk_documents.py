"""Many documents at once: their status, one file of them, mails, and the cap of 25."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from delivery.pdf import PdfFailed
from domain import outbox
from domain.books.invoices import Invoice
from domain.db import db
from domain.emails import Email
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.bulk_runs import BulkRun
from domain.words import Words
from jobs import bulk_papers
from jobs.dispatch import perform
from tests import factories
from tests.modules import samples
from tests.pages import Page, see, send

INVOICES = "/books/invoices"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def preview(client, action, rows, status=200, **form):
    data = {"ids": [str(row.id) for row in rows], "listing": "", **form}
    return Page(send(client, f"{INVOICES}/bulk/{action}", data, status))


def confirmed(client, action, rows, **form):
    """The address of the run after somebody looked and confirmed."""
    page = preview(client, action, rows, **form)
    return send(client, f"{INVOICES}/bulk/{action}", page.form()).location


def work(topic="bulk.run"):
    """Let a worker do what is owed of a topic."""
    while due := [each.id for each in outbox.due() if _topic(each.id) == topic]:
        for each in due:
            perform(each)
    db.session.expire_all()


def _topic(row_id):
    return db.session.scalar(select(outbox.OutboxRow.topic).where(outbox.OutboxRow.id == row_id))


def with_people(count=1, **values):
    """Drafts of customers with a mail address each."""
    made = []
    for n in range(count):
        customer = factories.customer(email=f"office{n}@example.com")
        made.append(factories.invoice(customer, **values))
    db.session.commit()
    return made


# --- status -------------------------------------------------------------------------------------------------


def test_the_bar_offers_each_step_by_its_name(admin):
    factories.invoice()
    page = see(admin, INVOICES)
    steps = page.all('//*[contains(@formaction, "/bulk/status")]')
    offered = {each.get("value") for each in steps}
    assert {"mark_as_sent", "void", "back_to_draft"} <= offered <= set(Invoice.STEPS)


def test_a_step_is_taken_by_all_that_can_and_the_others_are_named_with_the_reason(admin):
    draft, sent = factories.invoice(), factories.invoice(issued=True)
    page = preview(admin, "status", [draft, sent], transition="mark_as_sent")
    assert page.words("//h1") == "Mark as Sent"
    assert "is not possible while the status is “Sent”" in page.words('//*[@data-tone="wait"]')
    result = see(admin, confirmed(admin, "status", [draft, sent], transition="mark_as_sent"))
    assert "1 record was changed" in result.words("//main")
    assert f"{sent.number} – “Mark as Sent” is not possible" in result.words("//main")
    assert (draft.status, draft.number != "") == ("sent", True)
    assert not result.has('//form[contains(@action, "/undo")]')


def test_without_a_step_it_is_asked_for(admin):
    draft = factories.invoice()
    page = preview(admin, "status", [draft])
    assert page.has('//select[@name="transition"]')
    location = send(admin, f"{INVOICES}/bulk/status", page.form(transition="mark_as_sent")).location
    assert "1 record was changed" in see(admin, location).words("//main")
    wrong = page.form(transition="fly", form_key=samples.key())
    assert Page(send(admin, f"{INVOICES}/bulk/status", wrong, 422)).error("transition")


def test_many_orders_are_closed_for_one_reason(admin):
    orders = [factories.purchase_order() for _ in range(2)]
    for order in orders:
        order.convert_to_open(None)
    address, ids = "/books/purchase-orders/bulk/status", [str(each.id) for each in orders]
    other = Page(send(admin, address, {"ids": ids, "transition": "mark_as_cancelled"}, 200))
    assert not other.has('//input[@name="reason"]')
    page = Page(send(admin, address, {"ids": ids, "transition": "mark_as_closed"}, 200))
    send(admin, address, page.form(reason="Out of stock"))
    assert {(each.status, each.status_reason) for each in orders} == {("closed", "Out of stock")}


def test_what_one_refuses_on_its_way_leaves_no_gap_in_the_numbers(admin, monkeypatch):
    rows = [factories.invoice() for _ in range(3)]
    freeze, wrong = Invoice.freeze, rows[1].id

    def not_that_one(invoice):
        if invoice.id == wrong:
            raise Refused(Words("Not this one."))
        freeze(invoice)

    monkeypatch.setattr(Invoice, "freeze", not_that_one)
    location = confirmed(admin, "status", rows, transition="mark_as_sent")
    assert f"Draft {wrong} – Not this one." in see(admin, location).words("//main")
    numbers = [int(each.number.rpartition("-")[2]) if each.number else None for each in rows]
    assert numbers == [numbers[0], None, numbers[0] + 1]
    assert rows[1].party.receivable_minor == 0


# --- one file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["pdf", "print", "email"])
def test_more_than_25_are_refused_in_one_sentence_and_nothing_is_done(admin, action):
    customer = factories.customer(email="office@example.com")
    rows = [factories.invoice(customer) for _ in range(26)]
    for form in ({}, {"confirm": "1", "count": "26", "form_key": samples.key()}):
        page = preview(admin, action, rows, 422, **form)
        assert "At most 25 documents" in page.words("//main")
        assert "26" in page.words("//main")
    every = Page(send(admin, f"{INVOICES}/bulk/{action}", {"all": "1", "listing": ""}, 422))
    assert "At most 25 documents" in every.words("//main")
    assert db.session.scalar(select(func.count(BulkRun.id))) == 0


@pytest.mark.parametrize(("action", "shown"), [("pdf", "attachment"), ("print", "inline")])
def test_several_become_one_file_with_an_outline(admin, action, shown):
    rows = [factories.invoice(factories.customer(display_name=name), issued=True) for name in "BA"]
    location = confirmed(admin, action, rows)
    assert see(admin, location).one("//progress").get("max") == "2"
    work()
    page = see(admin, location)
    assert "2 documents" in page.words("//main")
    answer = admin.get(f"{location}/file")
    assert answer.headers["Content-Disposition"].startswith(shown)
    read = PdfReader(BytesIO(answer.data))
    assert [each.title for each in read.outline] == [f"{row.number} {row.party_name}" for row in rows]
    assert len(read.pages) == 2


def test_it_goes_on_bit_by_bit_so_that_others_have_their_turn(admin, monkeypatch):
    monkeypatch.setattr(bulk_papers, "SECONDS", -1)
    location = confirmed(admin, "pdf", with_people(3))
    [row] = outbox.due()
    perform(row.id)
    db.session.expire_all()
    assert see(admin, location).one("//progress").get("value") == "1"
    work()
    assert len(PdfReader(BytesIO(admin.get(f"{location}/file").data)).pages) == 3


def test_what_cannot_be_printed_is_named_and_the_others_are_in_the_file(admin, monkeypatch):
    good, bad = with_people(2)
    printed, bad_id = bulk_papers.documents.pdf, bad.id

    def pdf(document):
        if document.id == bad_id:
            raise PdfFailed(Words("Too long to print."))
        return printed(document)

    monkeypatch.setattr(bulk_papers.documents, "pdf", pdf)
    location = confirmed(admin, "pdf", [good, bad])
    work()
    assert f"Draft {bad_id} – Too long to print." in see(admin, location).words("//main")
    assert len(PdfReader(BytesIO(admin.get(f"{location}/file").data)).pages) == 1


def test_the_file_is_for_who_had_it_made_as_long_as_they_see_what_is_in_it(admin, client_of, cast):
    customer = factories.customer(owner_id=cast.assigned.id)
    assigned = client_of(cast.assigned)
    location = confirmed(assigned, "pdf", [factories.invoice(customer)])
    work()
    assert assigned.get(f"{location}/file").status_code == 200
    assert admin.get(f"{location}/file").status_code == 404
    customer.owner_id = cast.admin.id
    db.session.commit()
    assert assigned.get(f"{location}/file").status_code == 404


@pytest.mark.parametrize("action", ["pdf", "email"])
def test_who_lost_the_right_meanwhile_gets_nothing(client_of, cast, action):
    staff = client_of(cast.staff)
    location = confirmed(staff, action, with_people(1))
    cast.staff.role_key = None
    db.session.commit()
    work()
    [run] = db.session.scalars(select(BulkRun))
    assert (run.state, run.file_id, run.changed) == ("stopped", None, [])
    assert db.session.scalar(select(func.count(Email.id))) == 0
    assert staff.get(location).status_code == 403


# --- mails --------------------------------------------------------------------------------------------------


def test_many_are_mailed_each_to_its_first_person_and_what_became_of_each_is_shown(admin):
    first, second = with_people(2)
    silent = factories.invoice()
    page = preview(admin, "email", [first, second, silent])
    assert f"{silent.party_name} has no mail address" in page.words('//*[@data-tone="wait"]')
    location = send(admin, f"{INVOICES}/bulk/email", page.form()).location
    assert db.session.scalar(select(func.count(Email.id))) == 0
    work()
    emails = db.session.scalars(select(Email).order_by(Email.id)).all()
    assert [email.to[0]["address"] for email in emails] == ["office0@example.com", "office1@example.com"]
    assert [each.status for each in (first, second, silent)] == ["sent", "sent", "draft"]
    assert first.number in emails[0].subject
    emails[0].state = emails[1].state = "sent"
    emails[1].state, emails[1].error = "failed", "550 unknown"
    db.session.commit()
    shown = see(admin, location)
    assert [each.get("data-status") for each in shown.all("//tbody//*[@data-status]")] == [
        "sent",
        "failed",
        "skipped",
    ]
    assert "550 unknown" in shown.words("//tbody")
    assert f"{silent.party_name} has no mail address" in shown.words("//tbody")
    assert not shown.has("//section[@hx-trigger]")


def test_a_job_that_runs_twice_mails_once(admin):
    confirmed(admin, "email", with_people(1))
    [row] = outbox.due()
    perform(row.id)
    perform(row.id)
    assert db.session.scalar(select(func.count(Email.id))) == 1


def test_thanks_for_many_payments_are_mailed_and_what_was_paid_to_vendors_is_not(admin):
    came_in = factories.advance(factories.customer(email="office@example.com"))
    went_out = factories.advance(factories.vendor(email="vendor@example.com"))
    ids = [str(came_in.id), str(went_out.id)]
    page = Page(send(admin, "/books/payments/bulk/email", {"ids": ids, "listing": ""}, 200))
    assert "is not mailed" in page.words('//*[@data-tone="wait"]')
    location = send(admin, "/books/payments/bulk/email", page.form()).location
    work()
    email = db.session.scalars(select(Email)).one()
    assert email.payment_id == came_in.id
    assert "office@example.com" in see(admin, location).words("//tbody")


def test_mails_need_the_right_to_mail(client_of, cast):
    cast.staff.profile_key = "no_email"
    rows = with_people(1)
    staff = client_of(cast.staff)
    preview(staff, "email", rows, 403)
    assert not see(staff, INVOICES).has('//*[contains(@formaction, "/bulk/email")]')


def test_bills_are_not_mailed_from_their_list_either(admin):
    bill = factories.bill()
    assert not see(admin, "/books/bills").has('//*[contains(@formaction, "/bulk/email")]')
    send(admin, "/books/bills/bulk/email", {"ids": [str(bill.id)]}, 404)


def test_a_run_that_fails_for_good_says_so(admin, monkeypatch):
    def fail(*_args):
        raise outbox.Failure("permanent", "no")

    location = confirmed(admin, "pdf", with_people(1))
    monkeypatch.setattr(bulk_papers.documents, "pdf", fail)
    work()
    assert "This did not work" in see(admin, location).words("//main")


# --- who ----------------------------------------------------------------------------------------------------


def test_a_salesperson_for_many_and_back_again(admin, cast):
    rows = [factories.invoice(), factories.invoice(issued=True)]
    page = preview(admin, "salesperson", rows)
    form = page.form(salesperson_id=str(cast.staff.id))
    see(admin, send(admin, f"{INVOICES}/bulk/salesperson", form).location)
    assert {row.salesperson_id for row in rows} == {cast.staff.id}


def test_lists_of_other_records_have_none_of_it(admin):
    account = factories.account()
    for action in ("status", "email", "pdf", "print", "salesperson"):
        send(admin, f"/crm/accounts/bulk/{action}", {"ids": [str(account.id)]}, 404)
    assert ALL["crm.accounts"].is_document is False
