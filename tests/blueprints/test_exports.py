"""Taking lists out: at once or in the background, as the list stands, and nobody more than they may see."""

import csv
import io
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from blueprints import exports
from delivery.language import translator
from domain.db import db
from domain.exports import Export
from domain.modules import ALL
from domain.outbox import OutboxRow
from domain.timeline import TimelineEntry
from jobs import HANDLERS, dispatch
from tests import factories
from tests.pages import Page, compiled_once, see, send

__all__ = ["compiled_once"]


def rows_of(answer, encoding="utf-8-sig"):
    assert answer.status_code == 200, answer.text[:500]
    return list(csv.reader(io.StringIO(answer.data.decode(encoding), newline="")))


@pytest.fixture
def accounts(cast):
    """Fixture: three accounts."""
    return [
        factories.account(
            cast.admin, name="京都商事", phone="+81 75-1", industry="=1+1", account_type="customer"
        ),
        factories.account(cast.admin, name="Berlin GmbH", phone="030-1"),
        factories.account(cast.assigned, name="Assigned's", owner_id=cast.assigned.id),
    ]


def test_the_file_has_the_columns_order_and_filters_of_the_list(accounts, client_of, cast):
    client = client_of(cast.admin)
    rows = rows_of(client.get("/crm/accounts/export.csv?sort=-name&account_type__not=customer"))
    assert rows[0] == ["Account name", "Type", "Phone", "Website", "Industry", "Owner"]
    assert [row[0] for row in rows[1:]] == ["Berlin GmbH", "Assigned's"]
    assert rows[2][5] == "Asa Assigned"
    narrow = rows_of(client.get("/crm/accounts/export.csv?columns=name,phone&q=京都"))
    assert narrow == [["Account name", "Phone"], ["京都商事", "'+81 75-1"]]


def test_all_fields_can_be_taken_out(accounts, client_of, cast):
    headings = rows_of(client_of(cast.admin).get("/crm/accounts/export.csv?fields=all"))[0]
    assert len(headings) == len(ALL["crm.accounts"].fields)


def test_texts_are_defused_unless_they_shall_stay_exact(accounts, client_of, cast):
    client = client_of(cast.admin)
    assert "'=1+1" in client.get("/crm/accounts/export.csv").text
    exact = client.get("/crm/accounts/export.csv?exact=1").text
    assert '"=1+1"' in exact
    form = see(client, "/crm/accounts/export").form()
    assert "exact" not in form


def test_chosen_records_are_taken_out_alone(accounts, client_of, cast):
    client = client_of(cast.admin)
    ids = [accounts[0].id, accounts[1].id]
    asked = rows_of(client.get("/crm/accounts/export.csv", query_string={"ids": ids}))
    posted = rows_of(send(client, "/crm/accounts/export.csv", {"ids": ids}, 200))
    assert {row[0] for row in asked[1:]} == {row[0] for row in posted[1:]} == {"京都商事", "Berlin GmbH"}
    send(client, "/crm/accounts/export.csv", {"ids": ["x"]}, 422)
    assert len(rows_of(send(client, "/crm/accounts/export.csv", {"ids": ["999999"]}, 200))) == 1


def test_headings_and_choices_are_in_the_persons_language(accounts, client_of, cast):
    cast.admin.user.language = "ja"
    rows = rows_of(client_of(cast.admin).get("/crm/accounts/export.csv?q=京都"))
    heading = translator("ja")(ALL["crm.accounts"].by_name["name"].label)
    assert rows[0][0] == heading
    answer = client_of(cast.admin).get("/crm/accounts/export.csv?encoding=cp932")
    assert rows_of(answer, "cp932")[0][0] == heading
    assert answer.mimetype_params["charset"] == "shift_jis"


def test_amounts_are_numbers_in_major_units_beside_their_currency(client_of, cast):
    factories.currency("EUR")
    euros = factories.customer(display_name="Euros", currency="EUR")
    factories.exchange_rate("EUR", "160")
    factories.invoice(euros, [factories.line("12.5")], cast.admin, issued=True)
    factories.invoice(factories.customer(display_name="Yen"), [factories.line(1000)], cast.admin, issued=True)
    client = client_of(cast.admin)
    rows = rows_of(client.get("/books/invoices/export.csv"))
    assert rows[0][-3:] == ["Amount", "Balance", "Currency"]
    assert sorted(row[-3:] for row in rows[1:]) == [["1000", "1000", "JPY"], ["12.50", "12.50", "EUR"]]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/books/invoices/export.xlsx").data))
    cells = book.get_sheet_by_index(0).to_python()
    assert sorted(row[-2] for row in cells[1:]) == [12.5, 1000.0]
    assert rows[1][2][:2] == "20" and str(cells[1][2])[:10] in {row[2] for row in rows}, "dates are dates"


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize("format", ["csv", "xls", "xlsx"])
def test_every_list_can_be_taken_out(client_of, cast, key, format):
    from tests.modules import samples

    samples.full_record_of(ALL[key])
    for fields in ("shown", "all"):
        answer = client_of(cast.admin).get(f"/{ALL[key].path}/export.{format}?fields={fields}")
        assert answer.status_code == 200
        name = unquote(answer.headers["Content-Disposition"])
        assert name.endswith(f".{format}") or f".{format}" in name


def test_rows_come_in_batches_in_the_lists_order(client_of, cast, monkeypatch, count_queries):
    monkeypatch.setattr("domain.modules.rows.BATCH", 2)
    names = [f"Account {n}" for n in range(7)]
    for name in names:
        factories.account(name=name)
    for sort in ("name", "-name", "industry"):
        rows = rows_of(client_of(cast.admin).get(f"/crm/accounts/export.csv?sort={sort}"))
        assert sorted(row[0] for row in rows[1:]) == names
        if sort.endswith("name"):
            assert [row[0] for row in rows[1:]] == sorted(names, reverse=sort.startswith("-"))


def test_who_took_what_is_written_down(accounts, client_of, cast):
    client_of(cast.admin).get("/crm/accounts/export.xlsx?q=京都")
    [entry] = db.session.scalars(select(TimelineEntry).where(TimelineEntry.verb == "exported"))
    assert (entry.module, entry.record_id, entry.actor_id) == ("crm.accounts", 0, cast.admin.id)
    assert (entry.detail["count"], entry.detail["format"]) == (1, "XLSX")


def test_nobody_takes_out_what_they_may_not_see(accounts, client_of, cast):
    assert [row[0] for row in rows_of(client_of(cast.assigned).get("/crm/accounts/export.csv"))[1:]] == [
        "Assigned's"
    ]
    assert len(rows_of(client_of(cast.stranger).get("/crm/accounts/export.csv"))) == 1
    assert client_of(cast.sales).get("/books/customers/export.csv").status_code == 403
    chosen = {"ids": [accounts[0].id]}
    assert len(rows_of(client_of(cast.assigned).get("/crm/accounts/export.csv", query_string=chosen))) == 1


@pytest.mark.parametrize(
    "query", ["nonsense=1", "sort=nonsense", "encoding=utf-7", "ids=x", "columns=nonsense", "ids=" + "9" * 30]
)
def test_what_makes_no_sense_is_refused(client_of, cast, query):
    assert client_of(cast.admin).get(f"/crm/accounts/export.csv?{query}").status_code == 422


def test_the_options_lead_to_the_file(accounts, client_of, cast):
    client = client_of(cast.admin)
    form = see(client, "/crm/accounts/export?q=京都").form(format="csv", encoding="cp932")
    answer = client.get("/crm/accounts/export", query_string=form)
    assert answer.status_code == 303
    assert len(rows_of(client.get(answer.location), "cp932")) == 2


def test_the_menu_stands_beside_new_for_who_may(accounts, client_of, cast):
    page = see(client_of(cast.admin), "/crm/accounts?sort=-name")
    assert page.has('//a[@href="/crm/accounts/export.csv?sort=-name"]')
    fragment = see(client_of(cast.admin), "/crm/accounts?sort=name", headers={"HX-Request": "true"})
    assert fragment.has('//a[@href="/crm/accounts/export.csv?sort=name"]'), "the menu follows the list"


# --- long lists ---------------------------------------------------------------------------------------------------


@pytest.fixture
def long_list(accounts, monkeypatch):
    """Fixture: a list of three records is a long one."""
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    return accounts


def begin(client):
    page = see(client, "/crm/accounts/export.xlsx?sort=name")
    form = {each.get("name"): each.get("value") for each in page.all("//main//form//input")}
    made = send(client, page.one("//main//form").get("action"), form)
    return made.location, form


def work():
    [row] = db.session.scalars(select(OutboxRow).where(OutboxRow.topic == "export.make"))
    db.session.commit()
    dispatch.perform(row.id)
    db.session.expire_all()


def test_a_long_list_is_made_in_the_background(long_list, client_of, cast):
    client = client_of(cast.admin)
    address, form = begin(client)
    page = see(client, address)
    assert page.has("//progress") and page.has("//*[@hx-trigger]")
    assert client.get(f"{address}/file").status_code == 404
    assert send(client, "/crm/accounts/export.xlsx?sort=name", form).location == address, (
        "a second click makes no second"
    )
    work()
    page = see(client, address)
    assert not page.has('//*[@hx-trigger="every 2s"]')
    answer = client.get(page.one('//a[contains(@href, "/file")]').get("href"))
    cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in cells[1:]] == ["Assigned's", "Berlin GmbH", "京都商事"]
    assert "Accounts" in see(client, "/exports").words("//tbody")
    assert db.session.scalar(select(TimelineEntry.id).where(TimelineEntry.verb == "exported"))


def test_a_long_list_is_its_makers_alone(long_list, client_of, cast):
    address, _form = begin(client_of(cast.admin))
    work()
    for who in (cast.staff, cast.stranger):
        assert client_of(who).get(address).status_code == 404
        assert client_of(who).get(f"{address}/file").status_code == 404
    assert not see(client_of(cast.staff), "/exports").has("//tbody/tr")


def test_rights_are_asked_for_again_when_it_is_made(long_list, client_of, cast):
    address, _form = begin(client_of(cast.admin))
    cast.admin.is_active = False
    db.session.flush()
    work()
    export = db.session.scalars(select(Export)).one()
    assert (export.state, export.file_id) == ("failed", None)
    cast.admin.is_active = True
    assert "no longer here" in see(client_of(cast.admin), address).words('//*[@role="alert"]')


def test_making_it_twice_is_making_it_once(long_list, client_of, cast):
    begin(client_of(cast.admin))
    work()
    [row] = db.session.scalars(select(OutboxRow).where(OutboxRow.topic == "export.make"))
    assert HANDLERS["export.make"].do(row) is None


def test_what_was_asked_for_and_is_gone_is_not_made(client_of, cast):
    row = OutboxRow(payload={"export": 999})
    assert HANDLERS["export.make"].do(row) is None


def test_a_get_of_a_long_list_makes_nothing(long_list, client_of, cast):
    assert Page(client_of(cast.admin).get("/crm/accounts/export.csv")).has('//form[@method="post"]')
    assert db.session.scalar(select(Export.id)) is None
