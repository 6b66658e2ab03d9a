"""The organization's side of the portal: who is invited, what customers did, links in mails, settings."""

import re

import pytest
from sqlalchemy import select

from delivery.clean_html import body_of
from domain import portal
from domain.db import db, scoped_to
from domain.emails import Email, send_email
from domain.organizations.organizations import current_organization
from domain.portal.guests import Access, state_of
from domain.portal.notices import PortalNotice, tell
from domain.timeline import TimelineEntry
from tests import factories
from tests.pages import Page, see, send

BASE = "https://books.aozora.example"
HANAKO = "hanako@minato.example"


@pytest.fixture
def mails(choose, mail_server, work):
    """Fixture: `mails()` sends what is owed, and gives all that arrived."""
    choose(smtp_url=mail_server.url, base_url=BASE)
    current_organization().email = "books@aozora.example"

    def sent():
        while work():
            pass
        return mail_server.messages

    return sent


@pytest.fixture
def person(cast):
    """Fixture: Hanako of Minato, whom nobody has invited yet."""
    customer = factories.customer(cast.admin, display_name="Minato", owner_id=cast.staff.id)
    return factories.contact_person(customer, last_name="Tanaka", email=HANAKO)


def _text(message):
    return message.message.get_body(("plain",)).get_content()


# --- inviting --------------------------------------------------------------------------------------------------------


def test_a_contact_person_is_invited_and_shut_out_from_the_customers_page(person, client_of, cast):
    staff, address = client_of(cast.staff), f"/books/customers/{person.party_id}/portal"
    assert "Enable portal" in see(staff, address).words("//tbody")
    send(staff, address, {"person": str(person.id), "do": "invite"})
    assert "Invited" in see(staff, address).words("//tbody")
    send(staff, address, {"person": str(person.id), "do": "take_away"})
    assert state_of(portal.access_of(person)).key == "none"


def test_somebody_of_another_customer_is_not_invited_from_here(person, client_of, cast):
    other = factories.contact_person(factories.customer())
    address = f"/books/customers/{person.party_id}/portal"
    for wanted in (str(other.id), "", "x", "9" * 40):
        send(client_of(cast.staff), address, {"person": wanted, "do": "invite"}, 404)
    assert not db.session.scalars(select(Access)).all()


def test_whoever_may_not_mail_customers_invites_nobody(person, client_of, cast):
    cast.staff.profile_key = "no_email"
    address = f"/books/customers/{person.party_id}/portal"
    send(client_of(cast.staff), address, {"person": str(person.id), "do": "invite"}, 403)
    assert not db.session.scalars(select(Access)).all()


def test_a_refusal_says_why(person, client_of, cast):
    current_organization().portal_is_open = False
    address = f"/books/customers/{person.party_id}/portal"
    page = Page(send(client_of(cast.staff), address, {"person": str(person.id), "do": "invite"}, 422))
    assert "switched off" in page.words('//*[@class="notice"]')


def test_many_customers_are_invited_at_once_and_the_others_are_named(person, client_of, cast):
    nobody = factories.customer(display_name="Without an address")
    form = {"ids": [str(person.party_id), str(nobody.id)]}
    admin = client_of(cast.admin)
    page = Page(admin.post("/books/customers/bulk/portal", data=form))
    assert "no contact person with a mail address" in page.words("//main")
    send(admin, "/books/customers/bulk/portal", page.form("form", confirm="yes"))
    assert state_of(portal.access_of(person)).key == "invited"
    assert not portal.has_portal(nobody)


# --- what customers did ----------------------------------------------------------------------------------------------


def test_a_notice_stands_under_the_bell_until_it_is_read(guest, client_of, cast):
    [notice] = tell(guest.party, guest.party, "commented", "Tanaka", "Hello there")
    staff = client_of(cast.staff)
    page = see(staff, "/mentions")
    assert "Tanaka (Minato) commented on Minato" in page.words('//*[@id="mentions"]')
    answer = send(staff, f"/mentions/customers/{notice.id}", {})
    assert answer.location == f"/books/customers/{guest.party.id}"
    db.session.refresh(cast.staff)
    assert cast.staff.unread_mentions == 0
    assert "Hello there" not in see(staff, "/mentions").text


def test_a_notice_is_read_by_its_own_reader_only(guest, client_of, cast):
    [notice] = tell(guest.party, guest.party, "commented", "Tanaka", "Hello there")
    send(client_of(cast.admin), f"/mentions/customers/{notice.id}", {}, 404)


def test_without_anybody_who_looks_after_the_customer_the_administrators_are_told(cast):
    customer = factories.customer(cast.admin)
    assert [each.member_id for each in tell(customer, customer, "commented", "Tanaka")] == [cast.admin.id]


def test_who_sees_the_customer_no_more_reads_nothing_of_it(guest, client_of, cast):
    guest.party.owner_id = cast.assigned.id
    tell(guest.party, guest.party, "commented", "Tanaka", "Hello there")
    guest.party.owner_id = cast.admin.id
    assert "Hello there" not in see(client_of(cast.assigned), "/mentions").text


def test_what_customers_do_is_mailed_where_that_is_set_and_once(guest, cast, mails):
    current_organization().portal_mails_us = True
    tell(guest.party, guest.party, "commented", "Tanaka", "Hello there")
    [mail] = mails()
    assert mail.recipients == [cast.staff.user.email]
    assert "Hello there" in _text(mail)
    assert len(mails()) == 1


def test_a_comment_for_the_customer_is_mailed_to_them_and_one_for_colleagues_is_not(
    guest, client_of, cast, mails
):
    invoice = factories.invoice(guest.party, issued=True)
    staff = client_of(cast.staff)
    for body, shown in (("For you", "1"), ("For us", "")):
        form = see(staff, f"/books/invoices/{invoice.id}/comments/new").form("composer", body=body)
        form["in_portal"] = shown
        send(staff, f"/books/invoices/{invoice.id}/comments/new", form)
    [mail] = mails()
    assert mail.recipients == [HANAKO]
    assert "For you" in _text(mail) and f"{BASE}/portal/invoices/{invoice.id}" in _text(mail)


@pytest.mark.parametrize("meanwhile", ["let go", "not theirs any more"])
def test_what_a_customer_did_is_mailed_to_nobody_who_may_not_see_it_when_it_goes_out(
    guest, cast, mails, meanwhile
):
    current_organization().portal_mails_us = True
    guest.party.owner_id = cast.assigned.id
    tell(guest.party, guest.party, "commented", "Tanaka", "Hello there")
    if meanwhile == "let go":
        cast.assigned.is_active = False
    else:
        guest.party.owner_id = cast.admin.id
    assert mails() == []


def test_a_comment_is_mailed_to_nobody_from_whom_the_portal_was_taken_before_it_goes_out(
    guest, client_of, cast, mails
):
    staff = client_of(cast.staff)
    invoice = factories.invoice(guest.party, issued=True)
    address = f"/books/invoices/{invoice.id}/comments/new"
    send(staff, address, see(staff, address).form("composer", body="For you", in_portal="1"))
    portal.take_away(guest.person, cast.admin)
    assert mails() == []


def test_nobody_is_told_of_what_they_do_not_see(guest, client_of, cast, mails):
    draft = factories.invoice(guest.party)
    staff = client_of(cast.staff)
    form = see(staff, f"/books/invoices/{draft.id}/comments/new").form("composer", body="Soon", in_portal="1")
    send(staff, f"/books/invoices/{draft.id}/comments/new", form)
    assert mails() == []


def test_notices_go_with_a_record_that_is_deleted(guest, cast):
    draft = factories.invoice(guest.party)
    tell(draft, guest.party, "commented", "Tanaka")
    draft.delete(cast.staff)
    assert not db.session.scalars(select(PortalNotice)).all()
    db.session.refresh(cast.staff)
    assert cast.staff.unread_mentions == 0


# --- links in mails --------------------------------------------------------------------------------------------------


@pytest.fixture
def linked(guest, cast, mails):
    """Fixture: `linked()` mails an invoice with its link; gives the invoice, and the path that arrived."""

    def mail(invoice=None):
        invoice = invoice or factories.invoice(guest.party, issued=True)
        send_email(
            invoice,
            to=[HANAKO],
            subject="Invoice",
            body=body_of("Look:\n%InvoiceURL%\nThank you"),
            actor=cast.staff,
            form_key=None,
            attach_pdf=False,
        )
        text = _text(mails()[-1])
        [url] = re.findall(r"https?://\S+", text)
        return invoice, url.removeprefix(BASE)

    return mail


def test_a_link_in_a_mail_shows_its_document_without_a_sign_in(linked, client):
    invoice, path = linked()
    response = client.get(path)
    assert invoice.number in Page(response).words("//h1")
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(f"{path}/pdf").data.startswith(b"%PDF")
    db.session.refresh(invoice)
    assert invoice.state == "viewed"
    assert db.session.scalars(select(TimelineEntry).where(TimelineEntry.verb == "portal_link_viewed")).one()


def test_nothing_that_is_kept_holds_the_link(linked):
    _invoice, path = linked()
    token = path.rpartition("/")[2]
    assert len(token) > 40
    [email] = db.session.scalars(select(Email))
    assert token not in email.body_text + email.body_html
    from tests.world import everything

    assert token not in str(everything())


def test_the_page_of_a_link_leads_nowhere_else(linked, client):
    _invoice, path = linked()
    links = see(client, path).all("//main//a")
    assert {each.get("href").partition("?")[0] for each in links} == {f"{path}/pdf"}
    assert client.get("/portal/").location.startswith("/portal/login")


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "7", "../login"])
def test_a_wrong_link_is_answered_like_one_that_never_was(linked, client, token):
    linked()
    assert client.get(f"/portal/links/{token}").status_code == 404


def test_a_link_that_was_revoked_leads_nowhere_and_the_next_mail_brings_a_new_one(
    linked, client, client_of, cast
):
    invoice, path = linked()
    send(client_of(cast.staff), f"/books/invoices/{invoice.id}/links", {})
    see(client, path, 404)
    see(client, linked(invoice)[1])
    see(client, path, 404)


@pytest.mark.parametrize("what", ["void", "switched off"])
def test_a_link_shows_nothing_that_the_customer_does_not_see(linked, client, cast, what):
    invoice, path = linked()
    if what == "void":
        invoice.void(cast.staff)
    else:
        current_organization().links_are_open = False
    see(client, path, 404)
    see(client, f"{path}/pdf", 404)


def test_where_links_are_switched_off_the_mail_leads_to_the_portal(linked, client):
    current_organization().links_are_open = False
    invoice, path = linked()
    assert path == f"/portal/invoices/{invoice.id}"
    assert client.get(path).location.startswith("/portal/login")


def test_a_link_is_shown_in_its_own_organization_whoever_is_signed_in(linked, client_of, cast, portal_of):
    invoice, path = linked()
    assert invoice.number in see(client_of(cast.stranger), path).words("//h1")
    with scoped_to(cast.stranger.organization_id):
        there = factories.contact_person(factories.customer(), email="far@away.example")
        access = factories.access(there, cast.stranger)
    assert invoice.number in see(portal_of(access), path).words("//h1")


# --- settings --------------------------------------------------------------------------------------------------------


def test_the_portal_is_set_up_on_a_page_of_the_settings(guest, client_of, cast, portal_of):
    admin = client_of(cast.admin)
    form = see(admin, "/settings/portal").form(
        "form", portal_banner="Closed in August", portal_allows_edits="1"
    )
    send(admin, "/settings/portal", form)
    assert "Closed in August" in see(portal_of(guest), "/portal/").words("//main")
    send(admin, "/settings/portal", form, 409)


# --- at creation -----------------------------------------------------------------------------------------------------


def _new_customer(client, **changes):
    page = see(client, "/books/customers/new")
    typed = {"display_name": "Hamanako", "primary_last_name": "Ito", "email": "ito@hamanako.example"}
    return page.form("form", **(typed | {"enable_portal": "1"} | changes))


def test_a_new_customer_may_come_in_at_once(client_of, cast):
    send(client_of(cast.admin), "/books/customers/new", _new_customer(client_of(cast.admin)))
    [access] = db.session.scalars(select(Access))
    assert (access.email, state_of(access).key) == ("ito@hamanako.example", "invited")


def test_a_new_customer_whom_nobody_can_invite_is_not_made(client_of, cast):
    form = _new_customer(client_of(cast.admin), email="")
    page = Page(send(client_of(cast.admin), "/books/customers/new", form, 422))
    assert "no contact person with a mail address" in page.words('//*[@class="notice"]')
    assert page.one('//*[@name="enable_portal"]').get("checked") is not None
    form = _new_customer(client_of(cast.admin), email="", enable_portal=None)
    send(client_of(cast.admin), "/books/customers/new", form)
