"""`POST …/status`: the steps of an invoice, those that are offered and those that are not (attack 2)."""

import pytest

from domain.books.invoices import Invoice
from tests import factories
from tests.pages import HTMX, Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def step(client, invoice, name, status=303, **options):
    """Take a step."""
    return send(client, f"/books/invoices/{invoice.id}/status", {"transition": name}, status, **options)


def in_state(state: str, actor) -> Invoice:
    """An invoice in a stored state."""
    invoice = factories.invoice(issued=state != "draft")
    if state == "void":
        invoice.void(actor)
    return invoice


def test_an_invoice_is_issued_voided_and_put_back_under_the_number_it_has(admin):
    invoice = factories.invoice()
    step(admin, invoice, "mark_as_sent")
    number = invoice.number
    assert (invoice.status, bool(number)) == ("sent", True)
    assert invoice.party.receivable_minor == 1000
    step(admin, invoice, "void")
    assert (invoice.status, invoice.number, invoice.party.receivable_minor) == ("void", number, 0)
    step(admin, invoice, "back_to_draft")
    step(admin, invoice, "mark_as_sent")
    assert (invoice.status, invoice.number) == ("sent", number)


POSSIBLE = {("draft", "mark_as_sent"), ("sent", "void"), ("void", "back_to_draft")}


@pytest.mark.parametrize("name", ["mark_as_sent", "void", "back_to_draft"])
@pytest.mark.parametrize("state", ["draft", "sent", "void"])
def test_a_step_that_is_not_possible_from_here_is_refused_with_a_sentence(admin, cast, state, name):
    invoice = in_state(state, cast.admin)
    version = invoice.version
    page = see(admin, f"/books/invoices/{invoice.id}")
    offered = page.has(f'//button[@name="transition" and @value="{name}"]')
    assert offered is ((state, name) in POSSIBLE)
    if not offered:
        assert "not possible" in Page(step(admin, invoice, name, 422)).words("//main")
        assert (invoice.status, invoice.version) == (state, version)


@pytest.mark.parametrize("name", ["", "delete", "nonsense", "\x00", "write_off", "x" * 5000, "<script>"])
def test_a_step_that_does_not_exist_is_refused(admin, name):
    invoice = factories.invoice()
    page = Page(step(admin, invoice, name, 422))
    assert not page.has("//main//script")
    assert invoice.status == "draft"


def test_without_a_step_nothing_happens(admin):
    invoice = factories.invoice()
    send(admin, f"/books/invoices/{invoice.id}/status", {}, 422)
    assert invoice.status == "draft"


def test_a_double_click_takes_the_step_once(admin):
    invoice = factories.invoice()
    step(admin, invoice, "mark_as_sent")
    step(admin, invoice, "mark_as_sent", 422)
    assert invoice.number == "INV-000001"
    assert factories.invoice(issued=True).number == "INV-000002", "no number was wasted"


def test_under_htmx_the_touched_regions_come_back_and_a_toast(admin):
    invoice = factories.invoice()
    page = Page(step(admin, invoice, "mark_as_sent", 200, headers=HTMX))
    assert not page.is_whole
    assert page.root[0].get("id") == "header"
    assert page.one('//*[@id="header"]//*[@data-status]').get("data-status") == "sent"
    oob = {each.get("id") for each in page.all("//*[@hx-swap-oob]")}
    assert {"body", "timeline", "toasts"} <= oob
    assert "Marked as sent" in page.words('//*[@id="timeline"]')
    assert "INV-000001" in page.toast()


def test_under_htmx_all_that_the_step_changed_on_the_page_is_new(admin):
    """Whatever the page shows after a reload, the answer has put there already."""
    invoice = factories.invoice()
    for name in ("mark_as_sent", "void", "back_to_draft"):
        answer = Page(step(admin, invoice, name, 200, headers=HTMX))
        page = see(admin, f"/books/invoices/{invoice.id}")
        for region in ("header", "band", "body", "summary", "timeline"):
            shown = page.words(f'//*[@id="{region}"]')
            told = answer.words(f'//*[@id="{region}"]') if answer.has(f'//*[@id="{region}"]') else None
            assert told in (shown, None)
            if told is None:
                assert region == "summary", f"{region} stays as it was"


def test_under_htmx_a_refusal_is_a_toast_and_touches_nothing(admin):
    invoice = factories.invoice()
    answer = step(admin, invoice, "void", 422, headers=HTMX)
    assert answer.headers["HX-Reswap"] == "none"
    assert "not possible" in Page(answer).words('//*[@role="alert"]')


def test_deny_comes_before_any_write(client_of, cast):
    invoice = factories.invoice()
    for who, status in ((cast.sales, 403), (cast.stranger, 404), (cast.assigned, 404)):
        step(client_of(who), invoice, "mark_as_sent", status)
        assert (invoice.status, invoice.number, invoice.version) == ("draft", "", 1)


def test_void_releases_what_was_paid(admin, cast):
    invoice = factories.invoice(issued=True)
    factories.payment(invoice, 400)
    step(admin, invoice, "void")
    assert (invoice.party.unused_credits_minor, invoice.balance_minor) == (400, 0)
    page = see(admin, f"/books/customers/{invoice.party_id}")
    assert "¥400" in page.words('//*[@class="band"]')


def test_a_transition_is_not_taken_by_a_link(admin):
    invoice = factories.invoice()
    assert admin.get(f"/books/invoices/{invoice.id}/status").status_code == 405
