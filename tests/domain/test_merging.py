"""Merging customers and undoing it: all or nothing, and the books stay right."""

import random

import pytest
from sqlalchemy import select

from domain import records
from domain.attachments import attachments_of
from domain.books import merging
from domain.books.check import differences
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.document_counts import counts_of
from domain.books.invoices import Invoice
from domain.books.keeping import books_kept, keep_payment
from domain.books.merging import merge, undo
from domain.books.merging.merges import Merge, MergedRow, merge_for, merges_shown
from domain.books.merging.moving import STAYS, ways
from domain.books.merging.undoing import made_since, plan
from domain.books.payments import Payment
from domain.comments import comments_of
from domain.db import db
from domain.emails import Email
from domain.errors import DomainError, Missing, NotAllowed, Refused
from domain.links import linked_from
from domain.modules.making_fields import make_field
from tests import factories
from tests.cast import Cast
from tests.world import everything


@pytest.fixture
def two(cast: Cast) -> tuple[Customer, Customer]:
    """Minato, and Minato once more: each with an invoice of 1,000, of which 300 were paid."""
    made = [factories.customer(cast.admin, display_name=name) for name in ("Minato", "Minato K.K.")]
    for each in made:
        factories.contact_person(each, cast.admin)
        factories.payment(factories.invoice(each, issued=True), 300)
        factories.invoice(each)
    return made[0], made[1]


def state_of(customer: Customer) -> tuple[int, int, dict[str, tuple[int, int]]]:
    """Its figures and counters."""
    db.session.refresh(customer)
    counts = {
        each.kind: (each.count, each.balance_minor)
        for each in counts_of(customer.id)
        if each.count and each.kind != "payment"
    }
    return customer.receivable_minor, customer.unused_credits_minor, counts


# --- merging ------------------------------------------------------------------------------------------------


def test_all_papers_move_and_the_figures_follow(two, cast: Cast) -> None:
    main, other = two
    done = merge(main, [other], {}, cast.admin)
    assert state_of(main) == (1400, 0, {"invoice": (4, 2400 - 1000)})
    assert state_of(other) == (0, 0, {})
    assert done.counts == {"contact_persons": 1, "documents": 2, "payments": 1}
    assert {each.party_id for each in db.session.scalars(select(Payment))} == {main.id}
    assert differences() == []


def test_the_others_become_inactive_and_say_into_whom_they_were_merged(two, cast: Cast) -> None:
    main, other = two
    done = merge(main, [other], {}, cast.admin)
    assert not other.is_active
    assert merges_shown(other) == {"merged_into": [done], "merged_here": []}
    assert merges_shown(main) == {"merged_into": [], "merged_here": [done]}


def test_a_merged_customer_made_active_again_is_empty_and_stands_alone(two, cast: Cast) -> None:
    main, other = two
    merge(main, [other], {}, cast.admin)
    records.update(other, {"is_active": True}, cast.admin)
    factories.invoice(other, issued=True)
    assert merges_shown(other)["merged_into"] == []
    assert state_of(other) == (1000, 0, {"invoice": (1, 1000)})
    assert differences() == []


def test_people_mails_comments_files_and_links_move_along(cast: Cast) -> None:
    account, again = factories.account(cast.admin), factories.account(cast.admin)
    main, other = factories.add_to_books(account), factories.add_to_books(again)
    people = [factories.contact_person(each, cast.admin).id for each in (main, other)]
    factories.comment(other, cast.admin, "They pay late")
    factories.attachment(other, cast.admin)
    email = Email(party=other, message_id="<1@test>", sender_address="a@example.com")
    db.session.add(email)
    merge(main, [other], {}, cast.admin)
    assert [each.id for each in main.contact_persons] == people
    assert [each.body for each in comments_of(main)] == ["They pay late"]
    assert len(attachments_of(main)) == 1
    assert email.party_id == main.id
    assert sorted(linked_from(main.MODULE, main.id, account.MODULE)) == [account.id, again.id]


@pytest.mark.parametrize("has_people", [True, False])
def test_one_contact_person_is_primary(cast: Cast, has_people: bool) -> None:
    main, other = factories.customer(), factories.customer()
    for each in (main, other) if has_people else (other,):
        factories.contact_person(each)
    done = merge(main, [other], {}, cast.admin)
    assert [each.is_primary for each in main.contact_persons] == ([True, False] if has_people else [True])
    undo(done, cast.admin)
    assert all(each.is_primary for each in db.session.scalars(select(ContactPerson)))


def test_drafts_follow_the_name_and_are_found_by_it_while_issued_papers_keep_theirs(two, cast: Cast) -> None:
    main, other = two
    done = merge(main, [other], {}, cast.admin)
    names = {
        each.status: each.party_name for each in db.session.scalars(select(Invoice).order_by(Invoice.id))
    }
    assert names == {"sent": "Minato K.K.", "draft": "Minato"}
    drafts = db.session.scalars(select(Invoice).where(Invoice.status == "draft")).all()
    assert [each.search_text for each in drafts] == ["minato", "minato"]
    undo(done, cast.admin)
    assert sorted(each.search_text for each in drafts) == ["minato", "minato k.k."]


def test_fields_that_were_chosen_are_taken_from_the_others_and_given_back(cast: Cast) -> None:
    make_field(Customer.MODULE, {"label": "Colour", "kind": "text"}, cast.admin, "k1")
    name = next(each for each in _custom_names())
    main = factories.customer(phone="1", website="https://main.example")
    other = factories.customer(phone="2", email="office@minato.example", **{name: "red"})
    choices = {"phone": other.id, "email": other.id, name: other.id}
    done = merge(main, [other], choices, cast.admin)
    assert (main.phone, main.email, main.website) == ("2", "office@minato.example", "https://main.example")
    assert getattr(main, name) == "red"
    records.update(main, {"email": "new@minato.example"}, cast.admin)
    undo(done, cast.admin)
    assert (main.phone, main.email, getattr(main, name)) == ("1", "new@minato.example", "")


def _custom_names() -> list[str]:
    from domain.modules import ALL
    from domain.modules.custom_fields import customized

    return [field.name for field in customized(ALL[Customer.MODULE]).custom_fields]


def test_every_table_that_refers_to_a_customer_is_moved_or_says_why_not() -> None:
    moved = {(way.sort, way.column.name) for way in ways()}
    others = {
        (table.name, key.parent.name)
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "parties" and table.name not in STAYS
    }
    of_vendors = {("items", "vendor_id"), ("parties", "vendor_id")}
    assert others - moved - of_vendors == set()


# --- what is refused ----------------------------------------------------------------------------------------


def test_other_currencies_itself_nobody_and_too_many_are_refused(cast: Cast) -> None:
    factories.exchange_rate("EUR", "160")
    main, euro = factories.customer(), factories.customer(currency="EUR")
    crowd = [factories.customer() for _ in range(merging.MOST)]
    before = everything()
    for others in ([euro], [factories_third(main), euro], [main], [], crowd):
        with pytest.raises(Refused):
            merge(main, others, {}, cast.admin)
    assert everything() == before


def factories_third(main: Customer) -> Customer:
    """One in the same currency, that is there already."""
    return db.session.scalars(
        select(Customer).where(Customer.id != main.id, Customer.currency == "JPY")
    ).first()


def test_a_merged_customer_is_merged_no_second_time_and_an_inactive_one_is_no_main(two, cast: Cast) -> None:
    main, other = two
    merge(main, [other], {}, cast.admin)
    third = factories.customer()
    for first, second in ((third, other), (other, third)):
        with pytest.raises(Refused, match="already"):
            merge(first, [second], {}, cast.admin)
    third.deactivate(None)
    with pytest.raises(Refused):
        merge(third, [main], {}, cast.admin)


def test_whoever_is_kept_to_assigned_customers_merges_only_theirs(cast: Cast) -> None:
    mine, too, theirs = (
        factories.customer(owner_id=who.id) for who in (cast.assigned, cast.assigned, cast.staff)
    )
    with pytest.raises(NotAllowed):
        merge(mine, [theirs], {}, cast.assigned)
    done = merge(mine, [too], {}, cast.assigned)
    assert done.state == "done"
    too.owner_id = cast.staff.id
    db.session.flush()
    with pytest.raises(Missing):
        merge_for(cast.assigned, done.id)
    with pytest.raises(NotAllowed):
        undo(done, cast.assigned)


def test_without_the_right_nothing_is_merged(two, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        merge(two[0], [two[1]], {}, cast.sales)


def test_money_for_a_customer_who_was_just_merged_is_refused(two, cast: Cast) -> None:
    """Who waited for the customer while it was merged finds it so, as if the merge had come first."""
    main, other = two
    merge(main, [other], {}, cast.admin)
    with pytest.raises(Refused, match="merged"):
        keep_payment(other.id, 0, 100)


# --- undoing ------------------------------------------------------------------------------------------------


def test_undoing_gives_everything_back(two, cast: Cast) -> None:
    main, other = two
    before = state_of(main), state_of(other)
    done = merge(main, [other], {}, cast.admin)
    undo(done, cast.admin)
    assert (state_of(main), state_of(other)) == before
    assert other.is_active and other.merge_id is None
    assert [person.party_id for person in db.session.scalars(select(ContactPerson))] == [main.id, other.id]
    assert db.session.scalars(select(MergedRow)).all() == []
    assert done.counts == {"contact_persons": 1, "documents": 2, "payments": 1}
    assert differences() == []


def test_what_was_made_since_stays_with_the_main_one(two, cast: Cast) -> None:
    main, other = two
    done = merge(main, [other], {}, cast.admin)
    new = factories.invoice(main, issued=True)
    person = factories.contact_person(main)
    assert made_since(done)["documents"] == 1
    undo(done, cast.admin)
    assert (new.party_id, person.party_id) == (main.id, main.id)
    assert state_of(main)[2] == {"invoice": (3, 1700)}
    assert differences() == []


def test_a_payment_recorded_since_goes_back_with_its_invoice(two, cast: Cast) -> None:
    main, other = two
    theirs = db.session.scalars(
        select(Invoice).where(Invoice.party_id == other.id, Invoice.status == "sent")
    ).one()
    done = merge(main, [other], {}, cast.admin)
    db.session.refresh(theirs)
    since = factories.payment(theirs, 100)
    undo(done, cast.admin)
    db.session.refresh(since)
    assert since.party_id == other.id
    assert differences() == []


def test_an_invoice_paid_together_with_one_that_stays_stays_too_and_is_named(two, cast: Cast) -> None:
    main, other = two
    mine, theirs = (
        db.session.scalars(select(Invoice).where(Invoice.party_id == each.id, Invoice.status == "sent")).one()
        for each in two
    )
    done = merge(main, [other], {}, cast.admin)
    tie(
        theirs,
        db.session.scalars(select(Payment).where(Payment.unused_minor == 0).order_by(Payment.id)).first(),
    )
    assert ("documents", theirs.id) in plan(done).stays
    undo(done, cast.admin)
    for each in (mine, theirs):
        db.session.refresh(each)
    assert theirs.party_id == main.id
    assert ["documents", theirs.id] in done.stayed
    assert differences() == []


def tie(invoice: Invoice, payment: Payment) -> None:
    """Let a payment settle 100 of one more invoice, as if it had come to that much more."""
    db.session.refresh(invoice)
    payment.amount_minor += 100
    allocations = db.metadata.tables["payment_allocations"]
    values = {"organization_id": invoice.organization_id, "payment_id": payment.id, "document_id": invoice.id}
    db.session.execute(allocations.insert().values(**values, amount_minor=100))
    with books_kept(invoice):
        invoice.balance_minor -= 100
    db.session.flush()


def test_what_was_deleted_or_given_away_since_is_left_alone(two, cast: Cast) -> None:
    main, other = two
    done = merge(main, [other], {}, cast.admin)
    draft = db.session.scalars(
        select(Invoice).where(Invoice.status == "draft").order_by(Invoice.id.desc())
    ).first()
    draft.delete(None)
    paid = db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()
    paid.delete(None)
    undo(done, cast.admin)
    assert state_of(other) == (1000, 0, {"invoice": (1, 1000)})
    assert differences() == []


def test_a_merge_is_undone_once_and_a_chain_from_its_end(two, cast: Cast) -> None:
    main, other = two
    first = merge(main, [other], {}, cast.admin)
    top = factories.customer()
    second = merge(top, [main], {}, cast.admin)
    with pytest.raises(Refused, match="Undo that first"):
        undo(first, cast.admin)
    undo(second, cast.admin)
    undo(first, cast.admin)
    with pytest.raises(Refused):
        undo(first, cast.admin)
    assert differences() == []


def test_a_customer_that_took_part_in_a_merge_can_be_deleted_once_it_is_empty(two, cast: Cast) -> None:
    main, other = two
    done = merge(main, [other], {}, cast.admin)
    with pytest.raises(Refused):
        records.destroy(main, cast.admin)
    records.destroy(other, cast.admin)
    db.session.refresh(done)
    assert done.merged == []


@pytest.mark.parametrize("seed", range(2))
def test_the_books_stay_right_through_random_merges(cast: Cast, seed: int) -> None:
    work(random.Random(seed), cast, 40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 30))
def test_the_books_stay_right_through_many_random_merges(cast: Cast, seed: int) -> None:
    work(random.Random(seed), cast, 300)


def work(dice: random.Random, cast: Cast, steps: int) -> None:
    """Merges and undos between invoices and payments, each in a transaction of its own."""
    for _ in range(5):
        factories.customer()
    db.session.commit()
    for step in range(steps):
        try:
            dice.choice(THINGS)(dice, cast)
            db.session.commit()
        except DomainError:
            db.session.rollback()
        if step % 10 == 9:
            assert differences() == []


def pick(dice: random.Random, model, *where):
    """Any record of that type."""
    found = db.session.scalars(select(model).where(*where).order_by(model.id)).all()
    if not found:
        raise Refused
    return dice.choice(found)


def invoice_somebody(dice: random.Random, _cast: Cast) -> None:
    factories.invoice(pick(dice, Customer, Customer.is_active), issued=dice.random() < 0.7)


def pay_somebody(dice: random.Random, _cast: Cast) -> None:
    target = pick(dice, Invoice, Invoice.stage == "open")
    factories.payment(target, dice.randint(1, target.balance_minor))


def void_something(dice: random.Random, _cast: Cast) -> None:
    pick(dice, Invoice, Invoice.status == "sent").void(None)


def merge_two(dice: random.Random, cast: Cast) -> None:
    merge(pick(dice, Customer, Customer.is_active), [pick(dice, Customer)], {}, cast.admin)


def undo_one(dice: random.Random, cast: Cast) -> None:
    undo(pick(dice, Merge), cast.admin)


def wake_one(dice: random.Random, cast: Cast) -> None:
    records.update(pick(dice, Customer), {"is_active": True}, cast.admin)


THINGS = [
    invoice_somebody,
    invoice_somebody,
    pay_somebody,
    pay_somebody,
    void_something,
    merge_two,
    undo_one,
    wake_one,
]
