"""The audit trail: who, what, when, from where, before and after."""

from datetime import UTC, datetime

import pytest

from domain import records
from domain.audit import PAGE
from domain.db import db
from domain.timeline import record_act, record_event
from tests import factories
from tests.pages import see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def rows(page):
    return [" ".join(row.text_content().split()) for row in page.all("//tbody/tr")]


def test_a_change_stands_there_with_before_and_after_and_from_where(client_of, cast, admin):
    account = factories.account(name="Minato", owner_id=cast.staff.id, account_type="prospect")
    staff = client_of(cast.staff)
    address = f"/crm/accounts/{account.id}/edit"
    form = see(staff, address).form(name="Minato Works", owner_id=str(cast.sales.id), account_type="customer")
    send(staff, address, form, environ_overrides={"REMOTE_ADDR": "192.0.2.44"})
    first, *_rest = rows(see(admin, "/settings/audit"))
    for words in (
        "Changed",
        "Minato Works",
        "Minato → Minato Works",
        "Sora Staff → Saki Sales",
        "Prospect → Customer",
        "Sora Staff",
        "192.0.2.44",
    ):
        assert words in first


def test_a_step_of_a_document_says_from_which_state_to_which(admin, cast):
    invoice = factories.invoice(issued=True)
    invoice.step("void", cast.staff)
    assert "Sent → Void" in rows(see(admin, "/settings/audit?module=books.invoices"))[0]


def test_a_changed_document_says_what_it_was_before(admin, cast):
    invoice = factories.invoice(factories.customer(display_name="Minato"), [factories.line(1000)])
    other = factories.customer(display_name="Sakae")
    invoice.change({"party_id": other.id, "notes": "Thank you"}, [factories.line(2500)], cast.staff)
    first, *_rest = rows(see(admin, "/settings/audit?module=books.invoices"))
    for words in ("Minato → Sakae", "¥1,000 → ¥2,500", "— → Thank you"):
        assert words in first


def test_changed_amounts_are_written_in_their_currency(admin, cast):
    factories.currency("EUR")
    deal = factories.deal(amount_minor=930_000, currency="EUR")
    records.update(deal, {"amount_minor": 125}, cast.staff)
    buyer = factories.customer(credit_limit_minor=None)
    records.update(buyer, {"credit_limit_minor": 5000}, cast.staff)
    assert "€9,300.00 → €1.25" in rows(see(admin, "/settings/audit?module=crm.deals"))[0]
    assert "— → ¥5,000" in rows(see(admin, "/settings/audit?module=books.customers"))[0]


def test_what_the_organization_says_about_itself_is_named_as_in_its_form(admin, cast):
    form = see(admin, "/settings/organization").form(phone="045-1", tax_rounding="up")
    send(admin, "/settings/organization", form)
    first, *_rest = rows(see(admin, "/settings/audit?module=settings.organization"))
    for words in (cast.admin.organization.name, "Phone — → 045-1", "Rounding of tax Down → Up"):
        assert words in first


def test_it_is_narrowed_by_person_module_and_days(admin, cast, clock):
    for day, who in ((1, cast.staff), (2, cast.sales), (3, cast.staff)):
        clock(datetime(2026, 3, day, 12, tzinfo=UTC))
        records.create(type(factories.account()), {"name": f"Account of day {day}"}, who)
        factories.customer(who, display_name=f"Customer of day {day}")
        db.session.flush()
    db.session.commit()

    def found(query):
        return [row for row in rows(see(admin, f"/settings/audit?{query}")) if "of day" in row]

    assert len(found("")) == 6
    assert len(found(f"person={cast.staff.id}")) == 4
    assert len(found("module=crm.accounts")) == 3
    assert len(found("start=2026-03-02&end=2026-03-02")) == 2
    assert len(found(f"person={cast.staff.id}&module=books.customers&start=2026-03-02")) == 1


def test_a_day_begins_where_the_organization_is(admin, cast, clock):
    clock(datetime(2026, 3, 1, 16, tzinfo=UTC))  # the second of March in Tokyo
    factories.account(cast.staff, name="Early")
    db.session.commit()
    assert any("Early" in row for row in rows(see(admin, "/settings/audit?start=2026-03-02&end=2026-03-02")))


def test_it_is_paged_by_key_in_both_directions(admin, cast):
    account = factories.account()
    for n in range(2 * PAGE + 5):
        record_event(account, "edited", cast.staff, changes=[["name", str(n), str(n + 1)]])
    db.session.commit()
    first = see(admin, "/settings/audit")
    second = see(admin, first.one('//a[@rel="next"]').get("href"))
    third = see(admin, second.one('//a[@rel="next"]').get("href"))
    assert len(rows(first)) == len(rows(second)) == PAGE
    assert not third.has('//a[@rel="next"]')
    assert rows(see(admin, third.one('//a[@rel="prev"]').get("href"))) == rows(second)
    assert not set(rows(first)) & set(rows(second))


def test_it_costs_the_same_for_many_entries_as_for_few(admin, cast, count_queries):
    account = factories.account()

    def cost():
        db.session.commit()
        with count_queries() as queries:
            see(admin, "/settings/audit")
        return len(queries)

    record_event(account, "edited", cast.staff, changes=[["owner_id", cast.staff.id, cast.sales.id]])
    before = cost()
    for _time in range(30):
        record_event(account, "edited", cast.staff, changes=[["owner_id", cast.staff.id, cast.admin.id]])
    assert cost() == before


def test_an_act_on_a_module_as_a_whole_has_no_record(admin, cast):
    record_act("crm.accounts", "exported", cast.staff, count=3, format="CSV")
    db.session.commit()
    page = see(admin, "/settings/audit")
    assert "Exported 3 records as CSV" in rows(page)[0]
    assert not page.has("//tbody/tr[1]//a")


def test_signing_in_and_failing_to_are_there(admin, client):
    send(client, "/login", {"email": "staff@example.com", "password": "wrong"}, 422)
    assert "Wrong password" in rows(see(admin, "/settings/audit"))[0]
    assert "127.0.0.1" in rows(see(admin, "/settings/audit"))[0]


def test_other_organizations_are_not_there(admin, client_of, cast):
    stranger = client_of(cast.stranger)
    send(stranger, "/crm/accounts/new", see(stranger, "/crm/accounts/new").form(name="Theirs"))
    assert "Theirs" not in see(admin, "/settings/audit").words("//main")


@pytest.mark.parametrize(
    "query",
    [
        "person=x",
        "person=99999999999999999999",
        "module=nonsense",
        "start=yesterday",
        "end=2026-13-01",
        "end=9999-12-31",
        "start=0001-01-01",
        "after=x",
        "after=99999999999",
        "before=-1",
        "start=%00",
        "module=%00",
    ],
)
def test_nonsense_in_the_address_is_refused(admin, query):
    see(admin, f"/settings/audit?{query}", 422)


@pytest.mark.parametrize("query", ["end=2099-12-31", "start=2099-12-31", "person=999999", "person=0"])
def test_what_finds_nothing_finds_nothing(admin, query):
    see(admin, f"/settings/audit?{query}")


def test_settings_of_the_organization_are_called_as_on_their_pages(admin, cast):
    organization = cast.admin.organization
    records.update(organization, {"fiscal_year_start": 4, "mail_signature": "Aoi"}, cast.admin)
    first, *_rest = rows(see(admin, "/settings/audit"))
    for words in (organization.name, "Fiscal year begins in", "→ April", "Signature — → Aoi"):
        assert words in first
    assert "fiscal_year_start" not in first and "#" not in first
