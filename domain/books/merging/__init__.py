"""Merging customers: several records of one company become one, and can become several again.

A merge is one transaction, however much is moved: whoever looks sees all of it or nothing, and a process that is
killed in the middle leaves nothing behind. With many documents a worker does it (`jobs/merging.py`), which can
simply begin again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, select, update

from domain.access import can
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.document_counts import DocumentCount, counts_of
from domain.books.merging import taking, undoing
from domain.books.merging.merges import Merge, MergedCustomer, sees_all
from domain.books.merging.moving import lock_all, move_all
from domain.db import db, now
from domain.errors import NotAllowed, Refused
from domain.links import BOOKS, Link
from domain.locking import lock
from domain.organizations.users import Member
from domain.outbox import publish
from domain.timeline import record_event
from domain.words import _

TOPIC = "customer.merge"
PERMISSION = "books.customers.merge"
IN_REQUEST = 1000
"""With more documents than this a worker does it."""
MOST = 10
"""So many customers become one at once."""


def check(main: Customer, others: Sequence[Customer]) -> None:
    """Refuse what can't be merged, with the reason."""
    if main in others:
        raise Refused(_("A customer can't be merged into itself."))
    if not others:
        raise Refused(_("Please choose at least two customers."))
    if len(others) >= MOST:
        raise Refused(_("At most %(most)d customers can be merged at once.", most=MOST))
    for each in (main, *others):
        if each.merge_id:
            raise Refused(_("%(name)s was merged into another customer already.", name=each.display_name))
    if not main.is_active:
        raise Refused(
            main=_("%(name)s is inactive. Please choose another main customer.", name=main.display_name)
        )
    _check_currencies([main, *others])


def _check_currencies(customers: Sequence[Customer]) -> None:
    if len({each.currency for each in customers}) > 1:
        listed = ", ".join(f"{each.display_name} ({each.currency})" for each in customers)
        raise Refused(_("Customers with different currencies can't be merged: %(listed)s.", listed=listed))


def merge(
    main: Customer,
    others: Sequence[Customer],
    choices: Mapping[str, int],
    actor: Member,
    form_key: str | None = None,
) -> Merge:
    """Merge customers into the main one, at once or by a worker; `choices` names whose value a field takes."""
    check(main, others)
    documents = documents_of(others)
    if documents <= IN_REQUEST:
        # before anything is written: a row that refers to a customer would stand in the way of another merge
        lock_all([main.id, *(each.id for each in others)])
    wanted = Merge(main=main, actor_id=actor.id, choices=dict(choices), form_key=form_key)
    wanted.merged = [MergedCustomer(party=each) for each in others]
    db.session.add(wanted)
    db.session.flush()
    _now_or_later(wanted, actor, documents)
    return wanted


def undo(done: Merge, actor: Member) -> None:
    """Give everything back, at once or by a worker."""
    lock(done)
    undoing.check(done)
    done.state = "undoing"
    db.session.flush()
    _now_or_later(done, actor, done.counts.get("documents", 0))


def usual_main(customers: Sequence[Customer]) -> Customer:
    """Who stays unless somebody says otherwise: who is active, known in the CRM, has the most documents, came first."""
    ids = [each.id for each in customers]
    linked = set(db.session.scalars(select(Link.books_id).where(_is_link_to(ids))))
    counts = Counter[int]()
    for count in db.session.scalars(select(DocumentCount).where(DocumentCount.party_id.in_(ids))):
        counts[count.party_id] += count.count
    return max(customers, key=lambda each: (each.is_active, each.id in linked, counts[each.id], -each.id))


def _is_link_to(ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(Link.system == BOOKS, Link.remote_module == Customer.MODULE, Link.books_id.in_(ids))


def documents_of(customers: Sequence[Customer]) -> int:
    """How many documents they have together."""
    return sum(count.count for each in customers for count in counts_of(each.id))


def _now_or_later(wanted: Merge, actor: Member, documents: int) -> None:
    if documents <= IN_REQUEST:
        carry_out(wanted, actor)
    else:
        publish(TOPIC, f"merge-{wanted.id}", {"merge": wanted.id}, queue="slow", actor_id=actor.id)


def carry_out(wanted: Merge, actor: Member) -> None:
    """Do what a merge waits for, as a whole; who wants it must still be allowed to, for each of the customers."""
    lock(wanted)
    ids = [wanted.main_id, *(each.party_id for each in wanted.merged)]
    if not can(actor, PERMISSION) or not sees_all(ids, actor):
        raise NotAllowed()
    if wanted.state == "waiting":
        _carry_out(wanted, ids, actor)
    elif wanted.state == "undoing":
        undoing.carry_out(wanted, ids, actor)


def _carry_out(wanted: Merge, ids: list[int], actor: Member) -> None:
    lock_all(ids)
    main, others = wanted.main, wanted.others
    check(main, others)  # again: now nobody else can change what it says
    for each in wanted.merged:
        each.was_active = each.party.is_active
    _one_primary_of(main, wanted)
    taking.take(wanted, actor)
    wanted.counts = move_all(wanted, ids[1:])
    db.session.flush()
    db.session.expire_all()
    for other in others:
        other.is_active, other.merge_id = False, wanted.id
        record_event(other, "merged_into", actor, main=main.display_name)
        record_event(main, "merged", actor, name=other.display_name)
    wanted.state, wanted.done_at = "done", now()
    db.session.flush()


def _one_primary_of(main: Customer, wanted: Merge) -> None:
    """The main customer's primary contact person stays that; where there is none, the first of the others'."""
    ids = [main.id, *(each.party_id for each in wanted.merged)]
    query = select(ContactPerson).where(ContactPerson.party_id.in_(ids), ContactPerson.is_primary)
    primary = {person.party_id: person.id for person in db.session.scalars(query)}
    for each in wanted.merged:
        each.primary_id = primary.get(each.party_id)
    kept = next((primary[each] for each in ids if each in primary), 0)
    db.session.execute(
        update(ContactPerson)
        .where(ContactPerson.id.in_(primary.values()), ContactPerson.id != kept)
        .values(is_primary=False, version=ContactPerson.version + 1)
    )
