"""The board of deals: by stage, with sums; moved by a plain form, which keys and mouse only fill in."""

import pytest

from domain.db import db
from domain.organizations.roles import PROFILES, Profile
from tests import factories
from tests.pages import HTMX, Page, see, send

BOARD = "/crm/deals/board"


@pytest.fixture
def sales(client_of, cast):
    """Fixture: the browser of a sales person without any finance role."""
    return client_of(cast.sales)


def url(deal) -> str:
    return f"/crm/deals/{deal.id}/stage"


def column(page: Page, name: str) -> str:
    [found] = [
        each for each in page.all('//*[@id="board"]/section') if name in each.xpath("string(header/h2)")
    ]
    return " ".join(found.text_content().split())


def move(page: Page, deal, to: str) -> dict[str, str]:
    """What the form on a deal's card sends."""
    form = page.one(f'//form[@action="{url(deal)}"]')
    sent = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    return sent | {"stage": str(factories.stage(to).id)}


def test_every_stage_is_a_column_with_its_count_and_sums(sales):
    factories.deal(name="Tea sets", amount_minor=12_000)
    factories.deal(name="Knives", amount_minor=8_000, stage_id=factories.stage("Value proposition").id)
    page = see(sales, BOARD)
    assert len(page.all('//*[@id="board"]/section')) == 9
    assert "Qualification 1 ¥12,000 ¥1,200 expected Tea sets" in column(page, "Qualification")
    assert "¥3,200 expected" in column(page, "Value proposition")


def test_a_deal_is_moved_by_its_form_and_the_board_comes_back_with_its_filters(sales, cast):
    deal = factories.deal(owner_id=cast.sales.id)
    board = f"{BOARD}?owner={cast.sales.id}"
    answer = send(sales, url(deal), move(see(sales, board), deal, "Needs analysis"))
    assert answer.location == board
    assert (deal.stage.name, deal.probability) == ("Needs analysis", 20)
    assert f"{deal.name}: Needs analysis" in see(sales, board).toast()


def test_under_htmx_the_board_itself_is_the_answer(sales):
    deal = factories.deal()
    form = move(see(sales, BOARD), deal, "Closed won")
    page = Page(send(sales, url(deal), form, 200, headers=HTMX))
    assert not page.is_whole
    assert deal.name in column(page, "Closed won")
    assert "Closed won" in page.toast()


def test_a_deal_that_somebody_else_changed_is_not_moved_but_shown_as_it_is_now(sales, subtests):
    deal = factories.deal()
    form = move(see(sales, BOARD), deal, "Needs analysis")
    deal.next_step = "Call"
    db.session.commit()
    for headers in ({}, HTMX):
        with subtests.test(headers=headers):
            page = Page(send(sales, url(deal), form, 409, headers=headers))
            assert "Somebody else changed" in page.toast()
            assert deal.name in column(page, "Qualification")
    assert deal.stage.name == "Qualification"


def test_on_its_own_page_a_deal_is_moved_by_a_button_for_each_stage(sales):
    deal = factories.deal()
    page = see(sales, f"/crm/deals/{deal.id}")
    buttons = page.all(f'//form[@action="{url(deal)}"]//button[@name="stage"]')
    assert len(buttons) == 9
    assert [each.text for each in buttons if each.get("aria-current")] == ["Qualification"]
    form = {"version": str(deal.version), "stage": str(factories.stage("Closed won").id)}
    fragment = Page(send(sales, url(deal), form, 200, headers=HTMX))
    assert "Closed won" in fragment.words('//*[@id="header"]')
    assert "Moved from Qualification to Closed won" in fragment.words()
    assert send(sales, url(deal), form | {"version": str(deal.version)}).location == f"/crm/deals/{deal.id}"


@pytest.mark.parametrize("stage", ["", "0", "999999", "x", "²", "9" * 30, "-1", "a\x00"])
def test_a_stage_that_is_none_is_refused(sales, stage):
    deal = factories.deal()
    send(sales, url(deal), {"version": str(deal.version), "stage": stage}, 422)
    assert deal.stage.name == "Qualification"


@pytest.mark.parametrize("version", ["", "x", "²", None])
def test_a_move_without_a_version_is_refused(sales, version):
    deal = factories.deal()
    send(sales, url(deal), {"version": version or "", "stage": str(factories.stage("Closed won").id)}, 422)


def test_nobody_moves_a_deal_of_elsewhere_or_one_that_they_do_not_see(client_of, cast):
    deal = factories.deal(cast.admin)
    form = {"version": str(deal.version), "stage": str(factories.stage("Closed won").id)}
    send(client_of(cast.stranger), url(deal), form, 404)
    send(client_of(cast.assigned), url(deal), form, 404)
    assert deal.name not in see(client_of(cast.assigned), BOARD).words()
    assert "¥1,000" not in see(client_of(cast.assigned), BOARD).words('//*[@id="board"]')


def test_who_may_only_look_sees_the_board_and_no_way_to_move(client_of, cast, monkeypatch):
    only_view = Profile("viewer", "Viewer", frozenset({"crm.*.view"}))
    monkeypatch.setitem(PROFILES, "viewer", only_view)
    deal = factories.deal()
    cast.sales.profile_key = "viewer"
    viewer = client_of(cast.sales)
    page = see(viewer, BOARD)
    assert deal.name in page.words()
    assert not page.has('//form[@method="post" and contains(@action, "/stage")]')
    assert not page.has("//*[@draggable]")
    send(viewer, url(deal), {"version": str(deal.version), "stage": "1"}, 403)


def test_the_list_leads_to_the_board_and_back(sales):
    assert see(sales, "/crm/deals").has(f'//a[@href="{BOARD}"]')
    assert see(sales, BOARD).has('//a[@href="/crm/deals"]')


def test_a_filter_that_makes_no_sense_is_refused_on_the_board_too(sales):
    see(sales, f"{BOARD}?nonsense=1", 422)
    see(sales, f"{BOARD}?owner=x", 422)


def test_an_empty_owner_is_no_filter(sales):
    deal = factories.deal()
    assert deal.name in see(sales, f"{BOARD}?q=&owner=").words()


def test_the_board_costs_the_same_for_two_deals_and_for_twenty(sales, count_queries):
    costs = []
    for rows in (2, 18):
        for _ in range(rows):
            factories.deal(account_id=factories.account().id, contact_id=factories.contact().id)
        db.session.commit()
        with count_queries() as queries:
            see(sales, BOARD)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_no_text_breaks_a_card(sales):
    factories.deal(name='"><img data-evil src=x onerror=alert(1)>')
    assert not see(sales, BOARD).has("//@data-evil")
