"""Deals: their stages, what they are worth, and what happens when they move."""

from decimal import Decimal

import pytest
from sqlalchemy import true

from domain import records
from domain.crm.deal_stages import DealStage, first_stage_id, next_position, stages
from domain.crm.deals import Deal
from domain.crm.pipeline import SHOWN, pipeline
from domain.db import db
from domain.errors import Refused
from domain.money import Money
from domain.timeline import entries_for, sentence
from tests.cast import Cast
from tests.factories import account, add_to_books, contact, customer, days_ago, deal, exchange_rate, stage
from tests.factories import currency as in_use


def test_a_new_organization_has_the_usual_stages_in_their_order(cast: Cast) -> None:
    assert [(each.probability, each.kind) for each in stages()] == [
        (10, "open"),
        (20, "open"),
        (40, "open"),
        (60, "open"),
        (75, "open"),
        (90, "open"),
        (100, "won"),
        (0, "lost"),
        (0, "lost"),
    ]
    assert first_stage_id() == stages()[0].id
    assert next_position() == 10


def test_expected_revenue_is_the_amount_times_the_probability(cast: Cast) -> None:
    assert deal(amount_minor=12345).expected_minor == 1235
    assert deal(amount_minor=1000, probability=Decimal("33.5")).expected_minor == 335


def test_the_probability_follows_the_stage_unless_somebody_says_otherwise(cast: Cast) -> None:
    made = deal()
    assert made.probability == 10
    records.update(made, {"stage_id": stage("Value proposition").id, "probability": Decimal(10)}, cast.sales)
    assert made.probability == 40
    records.update(made, {"stage_id": stage("Qualification").id, "probability": Decimal(55)}, cast.sales)
    assert made.probability == 55
    records.update(made, {"probability": None}, cast.sales)
    assert made.probability == 10


def test_moving_a_deal_says_how_likely_it_is_and_who_moved_it(cast: Cast) -> None:
    made = deal(cast.sales, amount_minor=1000)
    version = made.version
    made.move(stage("Negotiation or review"), cast.sales)
    assert (made.probability, made.expected_minor, made.version) == (90, 900, version + 1)
    entry = entries_for("crm.deals", made.id)[0]
    assert str(sentence(entry)) == "Moved from Qualification to Negotiation or review"
    assert entry.actor_name == cast.sales.name


def test_moving_a_deal_to_where_it_is_changes_nothing(cast: Cast) -> None:
    made = deal(probability=Decimal(50))
    made.move(stage("Qualification"), cast.sales)
    assert made.probability == 50
    assert [entry.verb for entry in entries_for("crm.deals", made.id)] == ["created"]


def test_a_stage_that_is_changed_in_the_form_stands_in_the_timeline_like_a_move(cast: Cast) -> None:
    made = deal()
    records.update(made, {"stage_id": stage("Closed won").id}, cast.sales)
    assert [entry.verb for entry in entries_for("crm.deals", made.id)] == ["moved", "edited", "created"]
    assert (made.outcome, made.probability) == ("won", 100)


def test_a_deal_is_late_while_it_is_open(cast: Cast) -> None:
    made = deal(closing_on=days_ago(1))
    assert made.is_late
    made.move(stage("Closed lost"), cast.sales)
    assert not made.is_late
    assert not deal(closing_on=days_ago(0)).is_late


def test_what_is_no_amount_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        deal(amount_minor=-1)
    assert set(refusal.value.fields) == {"amount_minor"}
    with pytest.raises(Refused) as refusal:
        deal(currency="XYZ")
    assert set(refusal.value.fields) == {"currency"}
    with pytest.raises(Refused) as refusal:
        deal(stage_id=None)
    assert set(refusal.value.fields) == {"stage_id"}


def test_a_deal_with_a_contact_is_at_their_account(cast: Cast) -> None:
    company = account()
    person = contact(account_id=company.id)
    assert deal(contact_id=person.id).account_id == company.id


def test_whoever_makes_a_deal_looks_after_it(cast: Cast) -> None:
    assert deal(cast.sales).owner_id == cast.sales.id
    assert deal(cast.sales, owner_id=cast.staff.id).owner_id == cast.staff.id


def test_deleting_an_account_or_a_contact_leaves_their_deals(cast: Cast) -> None:
    company, person = account(), contact()
    first, second = deal(account_id=company.id), deal(contact_id=person.id)
    records.destroy(company, cast.admin)
    records.destroy(person, cast.admin)
    db.session.expire_all()
    assert (first.account_id, second.contact_id) == (None, None)


# --- stages -------------------------------------------------------------------------------------------------


def test_a_won_stage_counts_all_and_a_lost_one_nothing(cast: Cast) -> None:
    values = {"name": "Signed", "kind": "won", "probability": Decimal(80), "position": 20}
    assert records.create(DealStage, values, cast.admin).probability == 100


def test_a_stage_with_deals_can_not_be_deleted(cast: Cast) -> None:
    deal()
    with pytest.raises(Refused, match="There are deals in Qualification"):
        records.destroy(stage("Qualification"), cast.admin)


def test_the_last_open_stage_stays(cast: Cast) -> None:
    *others, last = [each for each in stages() if each.kind == "open"]
    for each in others:
        records.destroy(each, cast.admin)
    with pytest.raises(Refused, match="the last open one"):
        records.destroy(last, cast.admin)
    for values in ({"is_active": False}, {"kind": "won"}):
        with pytest.raises(Refused) as refusal:
            records.update(last, values, cast.admin)
        assert set(refusal.value.fields) == {"is_active"}
        db.session.expire(last)


# --- the pipeline -------------------------------------------------------------------------------------------


def test_the_pipeline_adds_up_each_stage_in_our_own_currency(cast: Cast) -> None:
    exchange_rate("EUR", "160")
    deal(amount_minor=1000)
    deal(amount_minor=100_00, currency="EUR")
    [first, *_rest] = pipeline(true())
    assert (first.count, first.amount, first.expected) == (2, Money(17_000, "JPY"), Money(1_700, "JPY"))
    assert first.apart == []


def test_amounts_without_a_rate_of_exchange_are_said_apart(cast: Cast) -> None:
    in_use("USD")
    deal(amount_minor=1000)
    deal(amount_minor=50_00, currency="USD")
    first = pipeline(true())[0]
    assert (first.count, first.amount, first.apart) == (2, Money(1000, "JPY"), [Money(50_00, "USD")])


def test_open_deals_stand_by_closing_date_and_closed_ones_with_the_latest_first(cast: Cast) -> None:
    won = stage("Closed won").id
    for name, days in (("late", 2), ("soon", -1), ("later", -9)):
        deal(name=name, closing_on=days_ago(days))
        deal(name=name, closing_on=days_ago(days), stage_id=won)
    by_stage = {each.stage.name: [deal.name for deal in each.deals] for each in pipeline(true())}
    assert by_stage["Qualification"] == ["late", "soon", "later"]
    assert by_stage["Closed won"] == ["later", "soon", "late"]


def test_a_long_stage_shows_its_first_deals_and_counts_all(cast: Cast) -> None:
    for days in range(SHOWN + 3):
        deal(closing_on=days_ago(-days))
    first = pipeline(true())[0]
    assert (first.count, len(first.deals)) == (SHOWN + 3, SHOWN)


def test_a_stage_that_is_inactive_shows_while_deals_are_in_it(cast: Cast) -> None:
    stage("Value proposition").is_active = stage("Needs analysis").is_active = False
    deal(stage_id=stage("Needs analysis").id)
    names = [each.stage.name for each in pipeline(true())]
    assert "Needs analysis" in names
    assert "Value proposition" not in names


# --- assigned customers only --------------------------------------------------------------------------------


def test_assigned_staff_see_their_deals_and_those_of_their_customers(cast: Cast) -> None:
    from sqlalchemy import select

    from domain.access import visible

    own = deal(owner_id=cast.assigned.id)
    company = account()
    add_to_books(company, customer(owner_id=cast.assigned.id))
    of_customer = deal(account_id=company.id)
    person = contact()
    add_to_books(person, customer(owner_id=cast.assigned.id))
    of_person = deal(contact_id=person.id)
    deal(account_id=account().id)
    deal()
    seen = set(db.session.scalars(select(Deal).where(visible(cast.assigned, Deal))))
    assert seen == {own, of_customer, of_person}
