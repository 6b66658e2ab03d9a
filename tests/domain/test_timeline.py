"""What happened to a record, newest first."""

from typing import Any

from domain import records
from domain.db import db
from domain.links import BOOKS, link, link_of, linked_from, unlink
from domain.timeline import entries_for, record_event, sentence
from domain.words import _
from tests.cast import Cast
from tests.factories import account, customer, invoice


def test_an_entry_says_who_did_what(cast: Cast) -> None:
    company = account(cast.sales)
    records.update(company, {"phone": "045-1"}, cast.staff)
    edited, created = entries_for(company.MODULE, company.id)
    assert (created.verb, created.actor_name) == ("created", "Saki Sales")
    assert (edited.verb, edited.actor_name) == ("edited", "Sora Staff")
    assert edited.detail["changes"] == [["phone", "", "045-1"]]


def test_what_the_program_does_by_itself_has_no_actor(cast: Cast) -> None:
    entry = record_event(account(), "activated", None)
    assert (entry.actor_id, entry.actor_name) == (None, "")


def test_older_entries_come_page_by_page(cast: Cast) -> None:
    company = account()
    for _n in range(4):
        record_event(company, "activated", cast.admin)
    first = entries_for(company.MODULE, company.id, limit=3)
    rest = entries_for(company.MODULE, company.id, limit=3, before=first[-1].id)
    assert [len(first), len(rest)] == [3, 2]
    assert rest[-1].verb == "created"


def test_records_of_different_modules_do_not_mix(cast: Cast) -> None:
    company, buyer = account(), customer()
    assert company.id == buyer.id
    assert len(entries_for(company.MODULE, company.id)) == 1


def test_an_entry_is_a_sentence_with_its_details(cast: Cast) -> None:
    entry = record_event(account(), "payment_recorded", None, number="7", currency="JPY", amount_minor=1005)
    assert str(sentence(entry)) == "Payment 7 of JPY 1,005 recorded"
    assert str(sentence(record_event(account(), "some_new_verb", None))) == "some new verb"


def test_links_are_followed_from_both_sides_and_forgotten_from_either(cast: Cast) -> None:
    company, buyer = account(), customer()
    link(BOOKS, company, buyer, {"name": company.name})
    assert company.customer_id == buyer.id
    assert linked_from("books.customers", buyer.id, "crm.accounts") == [company.id]
    unlink(buyer)
    db.session.expire_all()
    assert link_of("crm.accounts", company.id) is None


def test_a_draft_is_called_so_in_the_language_of_whoever_reads(cast: Cast, session: Any) -> None:
    draft = invoice()
    record_event(draft, "edited", cast.admin)
    session.flush()
    session.expire_all()
    assert entries_for(draft.MODULE, draft.id)[0].title == draft.title == _("Draft %(id)s", id=draft.id)


def test_what_somebody_typed_is_never_read_as_words(session: Any) -> None:
    for name in ('{"words": ', '{"words": "%(x)s", "params": {}}'):
        company = account(name=name)
        session.flush()
        session.expire_all()
        assert str(entries_for(company.MODULE, company.id)[0].title).strip() == name.strip()
