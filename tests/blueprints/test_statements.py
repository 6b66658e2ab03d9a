"""A customer's statement as people meet it: its page, its PDFs and spreadsheets, and those of many at once."""

import csv
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from delivery import statements as papers
from domain import outbox
from domain.books import statements
from domain.books.paying import Entry
from domain.books.payments import record
from domain.db import db
from domain.modules.bulk_runs import BulkRun
from domain.organizations.organizations import current_organization
from jobs.dispatch import perform
from tests import factories
from tests.factories import days_ago, today
from tests.pages import HTMX, Page, see, send

BULK = "/books/customers/bulk/print-statements"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def customer():
    """Fixture: a customer who owes 1,000 from long ago and 1,500 of today's 2,000."""
    made = factories.customer(display_name="Minato", language="en")
    factories.invoice(made, [factories.line(1000)], issued=True, date=days_ago(400), due_on=days_ago(370))
    invoice = factories.invoice(made, [factories.line(2000)], issued=True, due_on=days_ago(-30))
    record(made, Entry(500, today()), {invoice.id: 500}, None)
    db.session.commit()
    return made


def address(customer, rest="", **args):
    query = "&".join(f"{name}={value}" for name, value in args.items())
    return f"/books/customers/{customer.id}/statement{rest}?{query}"


def rows(page):
    """The entries as they stand on the page, cell by cell."""
    cells = [each.xpath("./td | ./th") for each in page.all('//*[@id="statement"]//table[1]/tbody/tr')]
    return [[" ".join(cell.text_content().split()) for cell in row] for row in cells]


def words_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def work():
    """Let a worker do what is owed."""
    for row in outbox.due():
        perform(row.id)
    db.session.expire_all()


# --- the page -------------------------------------------------------------------------------------------------


def test_it_begins_with_the_opening_balance_and_keeps_the_balance_entry_by_entry(admin, customer):
    page = see(admin, address(customer))
    opening, invoice, payment = rows(page)
    assert [opening[1], opening[3], opening[5]] == ["Opening balance", "¥1,000", "¥1,000"]
    assert (invoice[3], invoice[4], invoice[5]) == ("¥2,000", "", "¥3,000")
    assert f"due on {days_ago(-30).isoformat()}" in invoice[2]
    assert (payment[3], payment[4], payment[5]) == ("", "¥500", "¥2,500")
    assert "¥500 for INV-" in payment[2]
    assert page.words('//*[@id="statement"]//tfoot') == "Balance due¥2,500"
    sums = page.words('//dl[@aria-label="Account summary"]')
    assert "Invoiced amount¥2,000" in sums
    assert "Amount received¥500" in sums


def test_it_is_a_tab_of_the_customers_page(admin, customer):
    tab = see(admin, f"/books/customers/{customer.id}").one('//nav[@class="tabs"]/a[text()="Statement"]')
    assert tab.get("href") == f"/books/customers/{customer.id}/statement"
    here = see(admin, address(customer)).one('//nav[@class="tabs"]/a[@aria-current="page"]')
    assert here.text == "Statement"


def test_what_is_open_is_shown_by_its_age(admin, customer):
    ages = see(admin, address(customer)).words('//*[@aria-labelledby="h_aging"]')
    assert "Not due¥1,500" in ages
    assert "Over 90 days late¥1,000" in ages


def test_each_preset_leads_to_its_period(admin, customer):
    for preset, label in statements.PRESETS.items():
        page = see(admin, address(customer, preset=preset))
        period = statements.period_called(preset)
        assert page.one('//input[@name="start"]').get("value") == period.first.isoformat()
        assert page.one('//input[@name="end"]').get("value") == period.last.isoformat()
        assert page.words('//details[1]/div/a[@aria-current="true"]') == str(label)


def test_weeks_and_years_begin_where_the_organization_is(cast):
    organization = current_organization()
    organization.country, organization.fiscal_year_start = "JP", 4
    assert statements.period_called("this_week").first.weekday() == 6
    assert statements.period_called("this_year").first.month == 4
    organization.country = "FR"
    assert statements.period_called("this_week").first.weekday() == 0


@pytest.mark.parametrize(("start", "end"), [("start", "end"), ("from_date", "to_date")])
def test_any_two_dates_can_be_asked_for(admin, customer, start, end):
    page = see(admin, address(customer, **{start: days_ago(500), end: days_ago(300)}))
    assert [row[5] for row in rows(page)] == ["¥0", "¥1,000"]


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"start": "2026-05-02", "end": "2026-05-01"}, "end"),
        ({"start": "2026-02-31", "end": "2026-05-01"}, "start"),
        ({"start": "\x00", "end": "99999-01-01"}, "start"),
    ],
)
def test_dates_that_make_no_sense_are_said_at_their_field_with_what_was_typed(admin, customer, args, field):
    page = see(admin, address(customer, **args), 422)
    assert field in page.invalid()
    assert page.one('//input[@name="end"]').get("value") == args["end"]
    see(admin, address(customer, "/pdf", **args), 422)


@pytest.mark.parametrize(
    "args", [{"preset": "always"}, {"show": "some"}, {"after": "x"}, {"before": "1.2.3"}]
)
def test_an_address_that_nobody_made_is_refused(admin, customer, args):
    see(admin, address(customer, **args), 422)


def test_only_what_is_open_can_be_asked_for(admin, customer):
    _opening, invoice = rows(see(admin, address(customer, show="outstanding")))
    assert (invoice[3], invoice[5]) == ("¥1,500", "¥2,500")
    assert "open of ¥2,000" in invoice[2]


def test_without_anything_it_says_so_by_two_equal_balances(admin):
    empty = factories.customer()
    db.session.commit()
    page = see(admin, address(empty))
    assert [row[5] for row in rows(page)] == ["¥0"]
    assert not page.has('//*[@aria-labelledby="h_aging"]')


def test_htmx_gets_the_statement_alone(admin, customer):
    assert not see(admin, address(customer), headers=HTMX).is_whole


def test_a_long_one_is_paged_by_key_and_carries_the_balance_forward(
    admin, customer, monkeypatch, count_queries
):
    monkeypatch.setattr(statements, "PAGE", 1)
    first = see(admin, address(customer))
    second = see(admin, first.one('//a[@rel="next"]').get("href"))
    assert rows(second)[0][1:] == ["Carried forward", "", "¥3,000", "", "¥3,000"]
    assert rows(second)[1][5] == "¥2,500"
    assert not second.has('//a[@rel="next"]')
    back = see(admin, second.one('//a[@rel="prev"]').get("href"))
    assert rows(back) == rows(first)


def test_it_takes_as_many_questions_for_many_entries_as_for_few(admin, customer, count_queries):
    def asked():
        with count_queries() as statements:
            see(admin, address(customer))
        return len(statements)

    asked()
    few = asked()
    for _n in range(5):
        factories.payment(factories.invoice(customer, issued=True))
    db.session.commit()
    assert asked() == few


# --- paper and spreadsheets -------------------------------------------------------------------------------------


def test_the_pdf_is_shown_or_saved_and_says_what_the_page_says(admin, customer):
    answer = admin.get(address(customer, "/pdf"))
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert (
        admin.get(address(customer, "/pdf", download=1)).headers["Content-Disposition"].startswith("attach")
    )
    words = words_of(answer.data)
    for expected in ("Statement of account", "Minato", "Opening balance", "¥2,500", "1 / 1"):
        assert expected in words


def test_a_long_statement_is_printed_by_a_worker_and_then_shown(admin, customer, monkeypatch):
    monkeypatch.setattr(papers, "LONG", 1)
    page = see(admin, address(customer, "/pdf"))
    form = page.one('//form[contains(@action, "/statement/pdf")]')
    form.set("id", "form")
    run = send(admin, form.get("action"), page.form()).location
    assert send(admin, form.get("action"), page.form()).location == run  # a second click
    work()
    assert see(admin, run).has('//a[contains(@href, "/file")]')
    assert "¥2,500" in words_of(admin.get(f"{run}/file").data)
    assert admin.get(address(customer, "/pdf")).mimetype == "application/pdf"


def test_a_spreadsheet_holds_the_same_rows_with_plain_numbers(admin, customer):
    answer = admin.get(address(customer, ".csv"))
    table = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    assert table[0][:2] == ["Date", "Transaction"]
    assert [row[5:8] for row in table[1:]] == [
        ["1000", "", "1000"],
        ["2000", "", "3000"],
        ["", "500", "2500"],
    ]
    for ending in (".xls", ".xlsx"):
        assert len(admin.get(address(customer, ending)).data) > 1000


def test_the_unpaid_invoices_are_listed_with_how_late_they_are(admin, customer):
    page = see(admin, f"/books/customers/{customer.id}/unpaid")
    assert "370 days" in page.words("//tbody/tr[1]")
    assert page.words("//tfoot").endswith("¥2,500")
    words = words_of(admin.get(f"/books/customers/{customer.id}/unpaid/pdf").data)
    assert "370 days" in words
    assert "¥2,500" in words


# --- who may ----------------------------------------------------------------------------------------------------


def test_what_somebody_may_not_see_is_not_stated_to_them(client_of, cast, customer):
    for who, status in ((cast.assigned, 404), (cast.sales, 403), (cast.stranger, 404)):
        client = client_of(who)
        for rest in ("", "/pdf", ".csv"):
            assert client.get(address(customer, rest)).status_code == status
        assert client.get(f"/books/customers/{customer.id}/unpaid/pdf").status_code == status


# --- many at once -----------------------------------------------------------------------------------------------


def preview(client, ids, status=200, **form):
    return Page(send(client, BULK, {"ids": [str(each) for each in ids], "listing": "", **form}, status))


def test_several_statements_become_one_file_with_an_outline(admin, customer):
    other = factories.customer(display_name="Hashi")
    db.session.commit()
    page = preview(admin, [customer.id, other.id])
    assert (
        page.one('//input[@name="start"]').get("value")
        == statements.period_called("this_month").first.isoformat()
    )
    run = send(admin, BULK, page.form(start=days_ago(500).isoformat(), end=today().isoformat())).location
    assert see(admin, run).one("//progress").get("max") == "2"
    work()
    assert "2 statements" in see(admin, run).words("//main")
    answer = admin.get(f"{run}/file")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert [each.title for each in PdfReader(BytesIO(answer.data)).outline] == ["Minato", "Hashi"]
    assert "¥2,500" in words_of(answer.data)


def test_the_26th_is_refused_with_the_number_chosen_and_nothing_is_printed(admin):
    ids = [factories.customer().id for _n in range(26)]
    db.session.commit()
    words = preview(admin, ids, 422).words("//main")
    assert "At most 25 statements" in words
    assert "26" in words
    assert db.session.scalars(select(BulkRun)).all() == []


def test_a_period_that_ends_before_it_begins_is_said_at_its_field(admin, customer):
    page = preview(admin, [customer.id])
    again = Page(send(admin, BULK, page.form(start="2026-05-02", end="2026-05-01"), 422))
    assert again.invalid() == {"end"}
    assert again.one('//input[@name="start"]').get("value") == "2026-05-02"


def test_one_with_too_many_entries_is_named_and_the_others_are_in_the_file(admin, customer, monkeypatch):
    monkeypatch.setattr(statements, "MOST", 1)
    other = factories.customer(display_name="Hashi")
    db.session.commit()
    run = send(admin, BULK, preview(admin, [customer.id, other.id]).form()).location
    work()
    words = see(admin, run).words("//main")
    assert "Minato – This period has more than 1 entries." in words
    assert len(PdfReader(BytesIO(admin.get(f"{run}/file").data)).pages) == 1


def test_who_lost_the_right_meanwhile_gets_no_statements(admin, client_of, cast, customer):
    staff = client_of(cast.staff)
    run = send(staff, BULK, preview(staff, [customer.id]).form()).location
    cast.staff.profile_key = "crm_only"
    db.session.commit()
    work()
    assert db.session.scalars(select(BulkRun)).one().state == "stopped"
    assert staff.get(f"{run}/file").status_code == 403
