"""What a customer sees, reads and answers in the portal; and that nothing of anybody else is there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain import comments
from domain.books.invoices import Invoice
from domain.comments import Comment
from domain.db import db, scoped_to
from domain.organizations.organizations import current_organization
from domain.portal.notices import PortalNotice
from domain.timeline import TimelineEntry
from tests import factories
from tests.pages import Page, see, send
from tests.world import everything

SHOWN = ("estimates", "sales-orders", "invoices", "credit-notes", "payments")


def papers_of(customer, actor):
    """One of each kind that a customer sees, by its part of the address."""
    estimate = factories.estimate(customer, actor)
    estimate.mark_as_sent(actor)
    order = factories.sales_order(customer, actor)
    order.convert_to_open(actor)
    invoice = factories.invoice(customer, actor=actor, issued=True)
    note = factories.credit_note(customer, actor)
    note.step("open", actor)
    payment = factories.payment(factories.invoice(customer, actor=actor, issued=True), actor=actor)
    found = dict(zip(SHOWN, (estimate, order, invoice, note, payment), strict=True))
    db.session.commit()
    return found


def hidden_from(customer, actor):
    """What exists of the customer and is not shown: drafts, what was voided or cancelled."""
    draft = factories.invoice(customer, actor=actor)
    void = factories.invoice(customer, actor=actor, issued=True)
    void.void(actor)
    cancelled = factories.sales_order(customer, actor)
    cancelled.step("mark_as_cancelled", actor)
    estimate = factories.estimate(customer, actor)
    note = factories.credit_note(customer, actor)
    db.session.commit()
    return [
        ("invoices", draft),
        ("invoices", void),
        ("sales-orders", cancelled),
        ("estimates", estimate),
        ("credit-notes", note),
    ]


@pytest.fixture
def papers(guest, cast):
    """Fixture: the papers of Minato."""
    return papers_of(guest.party, cast.admin)


@pytest.fixture
def hanako(guest, portal_of):
    """Fixture: the browser of Hanako of Minato."""
    return portal_of(guest)


def addresses(key, record):
    """All doors to a paper: method and address."""
    yield "GET", f"/portal/{key}/{record.id}"
    yield "GET", f"/portal/{key}/{record.id}/pdf"
    yield "POST", f"/portal/{key}/{record.id}/pdf"
    yield "POST", f"/portal/{key}/{record.id}/comments"
    yield "GET", f"/portal/{key}/{record.id}/files/1"
    if key == "estimates":
        yield "POST", f"/portal/{key}/{record.id}/answer"


FORM = {"version": "1", "form_key": "k", "body": "hello", "answer": "accept"}


@pytest.mark.parametrize("key", SHOWN)
def test_ones_own_papers_are_there(papers, hanako, key):
    paper = papers[key]
    assert paper.number in see(hanako, f"/portal/{key}").words("//tbody")
    assert paper.number in see(hanako, f"/portal/{key}/{paper.id}").words("//h1")
    if key != "payments":
        assert hanako.get(f"/portal/{key}/{paper.id}/pdf").data.startswith(b"%PDF")


def test_nothing_of_another_customer_is_there(papers, hanako, cast, subtests):
    others = papers_of(factories.customer(display_name="Secret Ltd"), cast.admin)
    before = everything()
    for key, record in others.items():
        with subtests.test(key=key):
            assert record.number not in see(hanako, f"/portal/{key}").text
            for method, address in addresses(key, record):
                assert hanako.open(address, method=method, data=FORM).status_code == 404, address
    for address in ("/portal/", "/portal/statement", "/portal/details"):
        assert "Secret" not in see(hanako, address).text
    assert everything() == before


def test_what_is_of_another_is_answered_like_what_never_was(papers, hanako, cast):
    secret = papers_of(factories.customer(), cast.admin)["invoices"]
    one, other = (hanako.get(f"/portal/invoices/{number}") for number in (secret.id, 999_999))
    assert (one.status_code, one.text) == (other.status_code, other.text)
    assert hanako.get(f"/portal/invoices/{'9' * 17}").status_code == 404


def test_drafts_and_what_was_called_off_are_not_there(papers, guest, hanako, cast, subtests):
    hidden = hidden_from(guest.party, cast.admin)
    before = everything()
    for key, record in hidden:
        with subtests.test(key=key, status=record.status):
            for method, address in addresses(key, record):
                assert hanako.open(address, method=method, data=FORM).status_code == 404, address
            assert f"/portal/{key}/{record.id}" not in see(hanako, f"/portal/{key}").text
    assert everything() == before


def test_a_paper_is_on_its_own_shelf_only(papers, hanako):
    for key in SHOWN:
        for other, record in papers.items():
            if other != key and "payments" not in (key, other):
                see(hanako, f"/portal/{key}/{record.id}", 404)


def test_nothing_of_another_organization_is_there(papers, guest, hanako, cast, client):
    with scoped_to(cast.stranger.organization_id):
        theirs = factories.invoice(factories.customer(), actor=cast.stranger, issued=True)
        access = factories.access(
            factories.contact_person(factories.customer(), email="far@away.example"), cast.stranger
        )
        theirs_id, access_id = theirs.id, access.id
        db.session.commit()
    see(hanako, f"/portal/invoices/{theirs_id}", 404)
    send(hanako, "/portal/customer", {"to": str(access_id)}, 404)


def test_without_a_sign_in_every_door_leads_to_the_sign_in_page(papers, client, subtests):
    before = everything()
    for key, record in papers.items():
        for method, address in addresses(key, record):
            with subtests.test(address=address):
                assert client.open(address, method=method, data=FORM).location.startswith("/portal/login")
    for address in (
        "/portal/",
        "/portal/statement",
        "/portal/statement/pdf",
        "/portal/details",
        "/portal/logo",
    ):
        assert client.get(address).location.startswith("/portal/login")
    assert everything() == before


def test_a_paper_says_what_is_printed_and_nothing_that_is_only_for_us(papers, hanako, cast):
    invoice = papers["invoices"]
    invoice.salesperson_id = cast.staff.id
    comments.say(invoice, "They never pay", cast.staff, in_portal=False, form_key=None)
    page = see(hanako, f"/portal/invoices/{invoice.id}").text
    assert "They never pay" not in page
    assert cast.staff.name not in page
    assert "Something" in page


# --- looking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["estimates", "invoices"])
@pytest.mark.parametrize("ending", ["", "/pdf"])
def test_the_first_look_is_noted_once(papers, hanako, key, ending):
    paper = papers[key]
    version, changed = paper.version, paper.updated_at
    see_or_save = f"/portal/{key}/{paper.id}{ending}"
    assert hanako.get(see_or_save).status_code == 200
    db.session.refresh(paper)
    first = paper.viewed_at
    assert first is not None
    assert paper.state == "viewed"
    assert (paper.version, paper.updated_at) == (version, changed), "nobody edited it"
    assert hanako.get(see_or_save).status_code == 200
    db.session.refresh(paper)
    assert paper.viewed_at == first
    [entry] = db.session.scalars(select(TimelineEntry).where(TimelineEntry.verb == "portal_viewed"))
    assert entry.actor_name == "Tanaka"


def test_an_invoice_says_how_it_is_paid(papers, hanako):
    current_organization().payment_details = "Bank of Aozora 123"
    invoice = papers["invoices"]
    words = see(hanako, f"/portal/invoices/{invoice.id}").words('//*[@id="pay"]')
    assert "Bank of Aozora 123" in words
    assert invoice.number in words


def test_what_is_paid_asks_for_nothing(papers, hanako):
    factories.payment(papers["invoices"])
    assert not see(hanako, f"/portal/invoices/{papers['invoices'].id}").has('//*[@id="pay"]')


def test_a_payment_says_which_invoices_it_settled(papers, hanako):
    [paid] = [each for each in db.session.scalars(select(Invoice)) if each.balance_minor == 0]
    words = see(hanako, f"/portal/payments/{papers['payments'].id}").words("//tbody")
    assert paid.number in words


def test_the_first_page_says_what_is_open(papers, guest, hanako):
    page = see(hanako, "/portal/")
    assert papers["invoices"].number in page.words("//tbody")
    assert papers["estimates"].number in page.words("//tbody")


def test_long_lists_are_shown_page_by_page(guest, hanako, cast):
    for number in range(27):
        factories.invoice(guest.party, issued=True, date=factories.days_ago(number))
    first = see(hanako, "/portal/invoices")
    second = see(hanako, first.one('//a[@rel="next"]').get("href"))
    numbers = [each.text_content() for page in (first, second) for each in page.all("//tbody//th")]
    assert len(numbers) == len(set(numbers)) == 27
    for nonsense in ("x", "2026-01-01", "2026-01-01.x", "9999-99-99.1", "2026-01-01." + "9" * 40, "\x00.1"):
        see(hanako, "/portal/invoices?after=" + nonsense.replace("\x00", "%00"))


def test_a_page_asks_the_same_however_many_papers_there_are(guest, hanako, cast, count_queries):
    def asked():
        with count_queries() as queries:
            see(hanako, "/portal/invoices")
            see(hanako, "/portal/")
        return len(queries)

    factories.invoice(guest.party, issued=True)
    few = asked()
    for _n in range(8):
        factories.invoice(guest.party, issued=True)
    assert asked() == few


# --- answering -----------------------------------------------------------------------------------------------------


def _answer(client, estimate, **changes):
    page = see(client, f"/portal/estimates/{estimate.id}")
    return page.form("answer", **({"answer": "accept"} | changes))


@pytest.mark.parametrize(("says", "status"), [("accept", "accepted"), ("decline", "declined")])
def test_an_estimate_is_answered_with_a_comment(papers, hanako, cast, says, status):
    estimate = papers["estimates"]
    form = _answer(hanako, estimate, answer=says, answer_body="Please deliver on Monday")
    send(hanako, f"/portal/estimates/{estimate.id}/answer", form)
    db.session.refresh(estimate)
    assert estimate.status == status
    [comment] = db.session.scalars(select(Comment))
    assert (comment.body, comment.author_name, comment.in_portal) == (
        "Please deliver on Monday",
        "Tanaka",
        True,
    )
    [notice] = db.session.scalars(select(PortalNotice))
    assert (notice.member_id, notice.verb) == (cast.staff.id, status), "who looks after the customer"
    entry = db.session.scalars(select(TimelineEntry).where(TimelineEntry.target == status)).one()
    assert entry.actor_name == "Tanaka"


def test_an_answer_is_given_once(papers, hanako):
    estimate = papers["estimates"]
    form = _answer(hanako, estimate)
    address = f"/portal/estimates/{estimate.id}/answer"
    send(hanako, address, form)
    page = Page(send(hanako, address, form, 422))
    assert "answered already" in page.words('//*[@class="notice"]')
    assert len(db.session.scalars(select(PortalNotice)).all()) == 1
    assert not see(hanako, f"/portal/estimates/{estimate.id}").has('//*[@id="answer"]')


def test_an_estimate_that_was_changed_meanwhile_is_not_accepted(papers, hanako, cast):
    estimate = papers["estimates"]
    form = _answer(hanako, estimate)
    estimate.revise(cast.staff)
    estimate.change({}, [factories.line(999_999)], cast.staff)
    estimate.mark_as_sent(cast.staff)
    page = Page(send(hanako, f"/portal/estimates/{estimate.id}/answer", form, 409))
    assert "changed since" in page.words('//*[@class="notice"]')
    db.session.refresh(estimate)
    assert estimate.status == "sent"


def test_an_expired_estimate_is_not_accepted(papers, hanako):
    estimate = papers["estimates"]
    form = _answer(hanako, estimate)
    estimate.expires_on = factories.today() - timedelta(days=1)
    db.session.flush()
    form["version"] = str(estimate.version)
    page = Page(send(hanako, f"/portal/estimates/{estimate.id}/answer", form, 422))
    assert "expired" in page.words('//*[@class="notice"]')
    assert estimate.status == "sent"


@pytest.mark.parametrize("says", ["", "void", "mark_as_sent"])
def test_there_is_no_other_answer(papers, hanako, says):
    estimate = papers["estimates"]
    form = _answer(hanako, estimate, answer=says)
    send(hanako, f"/portal/estimates/{estimate.id}/answer", form, 422)
    assert estimate.status == "sent"


# --- talking -------------------------------------------------------------------------------------------------------


def test_a_message_is_there_for_both_sides_and_told_once(papers, hanako, client_of, cast):
    invoice = papers["invoices"]
    form = see(hanako, f"/portal/invoices/{invoice.id}").form("message", body="Which account?")
    for _click in range(2):
        send(hanako, f"/portal/invoices/{invoice.id}/comments", form)
    assert see(hanako, f"/portal/invoices/{invoice.id}").words('//*[@class="said"]') == "Which account?"
    assert len(db.session.scalars(select(PortalNotice)).all()) == 1
    staff = client_of(cast.staff)
    assert "Which account?" in see(staff, f"/books/invoices/{invoice.id}").words('//*[@class="said"]')
    db.session.refresh(cast.staff)
    assert cast.staff.unread_mentions == 1


def test_what_staff_say_to_the_customer_is_read_there(papers, hanako, cast):
    invoice = papers["invoices"]
    comments.say(invoice, "The second one", cast.staff, in_portal=True, form_key=None)
    assert "The second one" in see(hanako, f"/portal/invoices/{invoice.id}").words('//*[@class="said"]')


def test_a_message_calls_no_colleague_by_name_and_runs_no_script(papers, hanako, cast):
    invoice = papers["invoices"]
    evil = "@Aoi Admin <script>alert(1)</script> <img src=x onerror=alert(1)>"
    form = see(hanako, f"/portal/invoices/{invoice.id}").form("message", body=evil)
    send(hanako, f"/portal/invoices/{invoice.id}/comments", form)
    page = see(hanako, f"/portal/invoices/{invoice.id}")
    assert not page.has('//*[@class="said"]//*[self::script or self::img or self::b]')


@pytest.mark.parametrize("body", ["", " \n ", "x" * 10_001])
def test_a_message_that_says_nothing_or_too_much_is_refused_at_its_field(papers, hanako, body):
    for address, page in (
        (f"/portal/invoices/{papers['invoices'].id}/comments", f"/portal/invoices/{papers['invoices'].id}"),
        ("/portal/comments", "/portal/"),
    ):
        form = see(hanako, page).form("message", body=body)
        assert Page(send(hanako, address, form, 422)).error("body")
    assert not db.session.scalars(select(Comment)).all()


def test_a_form_of_another_customer_is_not_taken(papers, guest, hanako, cast):
    other = factories.access(factories.contact_person(factories.customer(), email=guest.email), cast.admin)
    form = see(hanako, "/portal/").form("message", body="For Minato")
    send(hanako, "/portal/customer", {"to": str(other.id)})
    page = Page(send(hanako, "/portal/comments", form, 409))
    assert "another customer" in page.words("//main")
    assert not db.session.scalars(select(Comment)).all()


# --- files ---------------------------------------------------------------------------------------------------------


def test_files_are_handed_over_that_are_for_the_customer(papers, guest, hanako, cast):
    from domain.attachments import show_in_portal

    invoice = papers["invoices"]
    shown = factories.attachment(invoice, cast.staff, "plan.png")
    hidden = factories.attachment(invoice, cast.staff, "margin.png", factories.picture("blue"))
    own = factories.attachment(guest.party, cast.staff, "contract.png", factories.picture("green"))
    for each in (shown, own):
        show_in_portal(invoice, each, True, cast.staff)
    page = see(hanako, f"/portal/invoices/{invoice.id}")
    assert "plan.png" in page.text and "margin.png" not in page.text
    address = f"/portal/invoices/{invoice.id}/files"
    assert "attachment" in hanako.get(f"{address}/{shown.id}").headers["Content-Disposition"]
    see(hanako, f"{address}/{hidden.id}", 404)
    see(hanako, f"{address}/{own.id}", 404)
    assert hanako.get(f"/portal/files/{own.id}").status_code == 200
    see(hanako, f"/portal/files/{shown.id}", 404)


# --- statement and details -------------------------------------------------------------------------------------------


def test_the_statement_is_that_of_the_ledger(papers, hanako):
    page = see(hanako, "/portal/statement?preset=this_year")
    assert papers["invoices"].number in page.words("//tbody")
    assert hanako.get("/portal/statement/pdf?preset=this_year").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    "query",
    [
        "preset=nonsense",
        "start=2026-13-01&end=x",
        "start=2026-02-01&end=2026-01-01",
        "start=&end=",
        "start=%00",
    ],
)
def test_a_period_that_makes_no_sense_is_said(papers, hanako, query):
    for address in ("/portal/statement", "/portal/statement/pdf"):
        see(hanako, f"{address}?{query}", 422)


def test_details_are_corrected_where_that_is_allowed(guest, hanako, cast):
    assert not see(hanako, "/portal/details").has('//*[@id="form"]')
    current_organization().portal_allows_edits = True
    form = see(hanako, "/portal/details").form(last_name="Suzuki", billing_city="Yokohama")
    form.update({"email": "spy@evil.example", "display_name": "X", "owner_id": "1"})
    send(hanako, "/portal/details", form)
    db.session.refresh(guest.person)
    assert (guest.person.last_name, guest.party.billing_city) == ("Suzuki", "Yokohama")
    assert (guest.person.email, guest.party.display_name) == ("hanako@minato.example", "Minato")
    [notice] = db.session.scalars(select(PortalNotice))
    assert notice.verb == "edited"


def test_details_can_not_be_changed_where_that_is_not_allowed(guest, hanako):
    current_organization().portal_allows_edits = True
    form = see(hanako, "/portal/details").form(last_name="Suzuki")
    current_organization().portal_allows_edits = False
    send(hanako, "/portal/details", form, 422)
    assert guest.person.last_name == "Tanaka"


def test_details_that_somebody_else_changed_meanwhile_are_not_overwritten(guest, hanako, cast):
    from domain import records

    current_organization().portal_allows_edits = True
    form = see(hanako, "/portal/details").form(last_name="Suzuki")
    records.update(guest.person, {"phone": "045"}, cast.staff)
    page = Page(send(hanako, "/portal/details", form, 409))
    assert page.words('//*[@id="phone_theirs"]') == "Saved meanwhile 045"
    assert page.form()["last_name"] == "Suzuki"
    assert guest.person.last_name == "Tanaka"
