"""Reminders on the pages: rules and their switches, by hand, stopped and resumed, and why not."""

import pytest
from sqlalchemy import func, select

from domain import outbox
from domain.books.reminder_rules import MOST, ReminderRule, all_rules
from domain.books.reminders import Reminder
from domain.db import db
from domain.emails import Email
from domain.organizations.organizations import current_organization
from jobs.dispatch import perform
from tests import factories
from tests.modules import samples
from tests.pages import Page, see, send

SETTINGS = "/settings/reminders"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def invoice():
    """An invoice that has been late for five days, to somebody with an address."""
    customer = factories.customer(display_name="Aoba", email="aoba@example.com")
    values = {"date": factories.days_ago(35), "due_on": factories.days_ago(5)}
    made = factories.invoice(customer, issued=True, **values)
    db.session.commit()
    return made


# --- rules ------------------------------------------------------------------------------------------------------


def test_an_organization_begins_with_three_rules_that_are_off(admin):
    page = see(admin, SETTINGS)
    assert [each.get("data-status") for each in page.all("//tbody//*[@data-status]")] == ["off"] * 3
    assert "3 days before the due date" in page.words("//tbody")
    assert "7 days after the due date" in page.words("//tbody")


def test_a_rule_is_switched_on_from_today_and_off_again(admin):
    rule = all_rules()[0]
    send(admin, f"{SETTINGS}/{rule.id}/switch", {"on": "1"})
    assert (rule.is_active, rule.active_from) == (True, factories.today())
    assert see(admin, SETTINGS).has('//*[@data-status="on"]')
    send(admin, f"{SETTINGS}/{rule.id}/switch", {"on": "0"})
    assert not rule.is_active


def test_a_rule_is_made_changed_and_deleted(admin, cast):
    factories.mail_template(kind="reminder", language="en", name="Ours")
    db.session.commit()
    page = see(admin, f"{SETTINGS}/new")
    typed = {"days": "14", "goes_to": "both", "others": "boss@example.com", "template": "Ours"}
    send(admin, f"{SETTINGS}/new", page.form(**typed))
    [rule] = [each for each in all_rules() if each.days == 14]
    assert (rule.is_active, rule.member_id, rule.attach_pdf, rule.template) == (
        False,
        cast.admin.id,
        True,
        "Ours",
    )
    page = see(admin, f"{SETTINGS}/{rule.id}/edit")
    send(admin, f"{SETTINGS}/{rule.id}/edit", page.form(name="A fortnight", attach_pdf=None))
    assert (rule.title, rule.attach_pdf) == ("A fortnight", False)
    send(admin, f"{SETTINGS}/{rule.id}/edit", page.form(name="Too late"), 409)
    send(admin, f"{SETTINGS}/{rule.id}/delete", {})
    assert len(all_rules()) == 3


@pytest.mark.parametrize(
    ("field", "text"),
    [("days", "366"), ("days", "soon"), ("days", "9" * 30), ("others", "a@b.example, nobody")],
)
def test_what_is_wrong_with_a_rule_is_said_at_its_field(admin, field, text):
    page = see(admin, f"{SETTINGS}/new")
    again = Page(send(admin, f"{SETTINGS}/new", page.form(**{"days": "3", field: text}), 422))
    assert again.error(field)
    assert again.form()[field] == text


def test_there_are_at_most_thirty(admin, cast):
    for days in range(MOST - 3):
        factories.reminder_rule(cast.admin, days=days)
    db.session.commit()
    assert not see(admin, SETTINGS).has(f'//a[@href="{SETTINGS}/new"]')
    page = see(admin, f"{SETTINGS}/new")
    assert "at most 30" in Page(send(admin, f"{SETTINGS}/new", page.form(days="3"), 422)).words("//main")
    assert db.session.scalar(select(func.count(ReminderRule.id))) == MOST


def test_how_they_go_out_is_set_beside_the_rules(admin):
    page = see(admin, SETTINGS)
    send(admin, SETTINGS, page.form(reminders_together=None, send_hour="6"))
    organization = current_organization()
    assert (organization.reminders_together, organization.send_hour) == (False, 6)
    Page(send(admin, SETTINGS, see(admin, SETTINGS).form(send_hour="99"), 422))


# --- on the pages -------------------------------------------------------------------------------------------------


def test_the_invoice_says_how_often_when_next_and_what_became_of_each(admin, cast, invoice):
    rule = factories.reminder_rule(cast.admin, days=10, is_active=True, active_from=factories.today())
    db.session.add(Reminder(document_id=invoice.id, rule_id=None, reason="No address", on=factories.today()))
    invoice.reminders_sent, invoice.last_reminder_on = 2, factories.days_ago(1)
    db.session.commit()
    card = see(admin, f"/books/invoices/{invoice.id}").words('//*[@id="reminders"]')
    assert "2 sent" in card
    assert str(rule.title) in card
    assert "No address" in card


def test_the_pages_say_why_an_invoice_is_not_reminded(admin, invoice):
    url, customer = f"/books/invoices/{invoice.id}", f"/books/customers/{invoice.party_id}"
    send(admin, f"{url}/reminders", {"do": "stop"})
    assert "Reminders of this invoice are stopped" in see(admin, url).words('//*[@id="reminders"]')
    send(admin, f"{url}/reminders", {"do": "resume"})
    send(admin, f"{customer}/reminders", {"do": "stop"})
    assert "Reminders to Aoba are stopped" in see(admin, url).words('//*[@id="reminders"]')
    assert "Reminders to this customer are stopped" in see(admin, customer).words("//main")
    send(admin, f"{customer}/reminders", {"do": "resume"})
    invoice.party.email = ""
    db.session.commit()
    assert "Aoba has no mail address" in see(admin, url).words('//*[@id="reminders"]')
    assert not invoice.reminders_stopped


def test_a_draft_has_no_reminders(admin):
    draft = factories.invoice()
    db.session.commit()
    assert not see(admin, f"/books/invoices/{draft.id}").has('//*[@id="reminders"]')


def test_stopping_touches_no_version_but_stands_in_the_history(admin, invoice):
    before = invoice.version
    send(admin, f"/books/invoices/{invoice.id}/reminders", {"do": "stop"})
    db.session.refresh(invoice)
    assert invoice.version == before
    assert "Reminders stopped" in see(admin, f"/books/invoices/{invoice.id}").words("//main")


def test_others_customers_and_those_without_the_right_are_kept_out(client_of, cast, invoice):
    for url in (f"/books/invoices/{invoice.id}/reminders", f"/books/customers/{invoice.party_id}/reminders"):
        send(client_of(cast.assigned), url, {"do": "stop"}, 404)
        send(client_of(cast.stranger), url, {"do": "stop"}, 404)
        send(client_of(cast.sales), url, {"do": "stop"}, 403)
    assert not invoice.reminders_stopped
    send(client_of(cast.staff), SETTINGS, {}, 403)


# --- by hand --------------------------------------------------------------------------------------------------------


def test_an_invoice_is_reminded_of_by_hand_from_its_page_and_says_what_became_of_it(admin, invoice):
    form = see(admin, f"/books/invoices/{invoice.id}").one('//form[contains(@action, "/bulk/remind")]')
    preview = Page(send(admin, form.get("action"), {"ids": str(invoice.id)}, 200))
    assert "aoba@example.com" in preview.words("//main")
    location = send(admin, form.get("action"), preview.form()).location
    db.session.commit()
    perform(outbox.due()[0].id)
    db.session.expire_all()
    [email] = db.session.scalars(select(Email))
    assert (email.kind, invoice.reminders_sent) == ("reminder", 1)
    assert see(admin, location).has('//*[@data-status="waiting"]')
    assert "By hand" in see(admin, f"/books/invoices/{invoice.id}").words('//*[@id="reminders"]')


def test_in_bulk_those_that_can_not_be_are_named_and_the_26th_is_refused(admin, invoice):
    paid, draft = factories.invoice(invoice.party, issued=True), factories.invoice(invoice.party)
    factories.payment(paid)
    db.session.commit()
    data = {"ids": [str(each.id) for each in (invoice, paid, draft)]}
    words = Page(send(admin, "/books/invoices/bulk/remind", data, 200)).words('//*[@data-tone="wait"]')
    assert words.count("on which something is open") == 2
    rows = [factories.invoice(invoice.party, issued=True) for _ in range(26)]
    db.session.commit()
    sure = {"confirm": "1", "count": "26", "form_key": samples.key(), "ids": [str(row.id) for row in rows]}
    page = Page(send(admin, "/books/invoices/bulk/remind", sure, 422))
    assert "At most 25 reminders are sent at once; you chose 26 invoices" in page.words("//main")
    assert outbox.due() == []
