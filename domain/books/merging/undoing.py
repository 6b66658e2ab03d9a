"""Undoing a merge: what was moved goes back, what was made since stays with the main customer.

Money ties papers together: an invoice goes back with the payments that were recorded for it since, but not when a
payment settles both it and an invoice that stays. Those stay, too, and the page says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select, update

from domain.books.contact_persons import ContactPerson
from domain.books.document import Document
from domain.books.merging import taking
from domain.books.merging.among import among
from domain.books.merging.merges import Merge, MergedRow
from domain.books.merging.moving import PAPERS, lock_all, one_primary
from domain.books.merging.returning import Noted, move_back, noted
from domain.books.payments import Payment
from domain.db import current_organization_id, db
from domain.errors import Refused
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import _

Paper = tuple[str, int]
"""A row of PAPERS: table and id."""


@dataclass
class Plan:
    """What an undo would do with papers."""

    goes_back: dict[Paper, int] = field(default_factory=dict)
    """Papers that were moved, and whose they become again."""
    goes_along: dict[Paper, int] = field(default_factory=dict)
    """Payments made since, for nothing but such papers of one customer."""
    stays: list[Paper] = field(default_factory=list)
    """Papers that were moved and are tied to what stays."""


def check(merge: Merge) -> None:
    """Refuse what can't be undone, with the reason."""
    if merge.state != "done":
        raise Refused(_("This merge can't be undone."))
    if merge.main.merge_id:
        raise Refused(
            _(
                "%(name)s was itself merged into another customer. Undo that first.",
                name=merge.main.display_name,
            )
        )


def made_since(merge: Merge) -> dict[str, int]:
    """How many documents and payments the main customer got since, which stay with it."""
    found = {}
    for name, model in (("documents", Document), ("payments", Payment)):
        moved = select(MergedRow.row_id).where(MergedRow.merge_id == merge.id, MergedRow.sort == name)
        query = (
            select(func.count())
            .select_from(model)
            .where(
                model.organization_id == current_organization_id(),
                model.party_id == merge.main_id,
                model.created_at >= merge.done_at,
                model.id.not_in(moved.where(MergedRow.organization_id == current_organization_id())),
            )
        )
        found[name] = db.session.scalar(query) or 0
    return found


def names_of(papers: Sequence[Sequence[Any]], most: int = 50) -> list[Any]:
    """The records behind papers, to be named: the first few documents, then payments."""
    found: list[Any] = []
    for name, model in (("documents", Document), ("payments", Payment)):
        ids = [row_id for sort, row_id in papers if sort == name][:most]
        query: Any = select(model).where(model.id.in_(ids)).order_by(model.id)
        found += db.session.scalars(query).all() if ids else []
    return found


def plan(merge: Merge, rows: Noted | None = None) -> Plan:
    """What would go back, what along with it, and what of the moved papers can't."""
    rows = noted(merge) if rows is None else rows
    whose = {(sort, row_id): party_id for sort in PAPERS for row_id, party_id in rows.get(sort, {}).items()}
    since, neighbours = _payments_since(merge), _neighbours(merge)
    made = Plan({paper: party_id for paper, party_id in whose.items() if paper not in neighbours})
    for group in _tied(neighbours, whose):
        owners = {whose.get(paper, 0) for paper in group if paper not in since}
        moved = [paper for paper in group if paper in whose]
        if len(owners) == 1 and 0 not in owners:
            [owner] = owners
            made.goes_back |= dict.fromkeys(moved, owner)
            made.goes_along |= dict.fromkeys([paper for paper in group if paper in since], owner)
        else:
            made.stays += moved
    return made


def _payments_since(merge: Merge) -> set[Paper]:
    query = select(Payment.id).where(Payment.party_id == merge.main_id, Payment.created_at >= merge.done_at)
    return {("payments", payment_id) for payment_id in db.session.scalars(query)}


def _neighbours(merge: Merge) -> dict[Paper, set[Paper]]:
    """Papers that money ties to others, and to which; most are tied to none."""
    neighbours: dict[Paper, set[Paper]] = defaultdict(set)
    for one, other in _ties(merge):
        neighbours[one].add(other)
        neighbours[other].add(one)
    return dict(neighbours)


def _tied(neighbours: dict[Paper, set[Paper]], moved: Iterable[Paper]) -> Iterable[set[Paper]]:
    """The moved papers that are tied to others, in groups, with what else is in such a group."""
    seen: set[Paper] = set()
    for start in moved:
        if start in seen or start not in neighbours:
            continue
        group, waiting = {start}, [start]
        while waiting:
            new = neighbours[waiting.pop()] - group
            group |= new
            waiting += new
        seen |= group
        yield group


def _ties(merge: Merge) -> Iterable[tuple[Paper, Paper]]:
    """Which payment, or credit note, settles which document of the main customer."""
    allocations, documents = (db.metadata.tables[name] for name in ("payment_allocations", "documents"))
    sources = [
        key
        for key in sorted(allocations.foreign_keys, key=lambda each: each.parent.name)
        if key.column.table.name in PAPERS and key.parent.name != "document_id"
    ]
    ours = [table.c.organization_id == current_organization_id() for table in (allocations, documents)]
    query: Any = select(allocations.c.document_id, *(key.parent for key in sources)).join_from(
        allocations, documents, documents.c.id == allocations.c.document_id
    )
    for document_id, *ids in db.session.execute(query.where(*ours, documents.c.party_id == merge.main_id)):
        for key, source_id in zip(sources, ids, strict=True):
            if source_id is not None:
                yield ("documents", document_id), (key.column.table.name, source_id)


def carry_out(merge: Merge, ids: list[int], actor: Member) -> None:
    """Give back what can go back, and write down what could not."""
    lock_all(ids)
    if merge.main.merge_id:
        raise Refused(
            _(
                "%(name)s was itself merged into another customer. Undo that first.",
                name=merge.main.display_name,
            )
        )
    rows = noted(merge)
    _keep_to(rows, merge, plan(merge, rows))
    taking.give_back(merge, actor)
    for each in merge.merged:
        if each.party.merge_id == merge.id:
            each.party.merge_id, each.party.is_active = None, each.was_active
    db.session.flush()
    _no_primary(rows)
    merge.counts = move_back(merge, rows)
    db.session.flush()
    db.session.expire_all()
    one_primary(merge.main_id)
    for each in merge.merged:
        one_primary(each.party_id, each.primary_id)
        record_event(each.party, "merge_undone", actor, main=merge.main.display_name)
        record_event(merge.main, "separated", actor, name=each.party.display_name)
    db.session.execute(delete(MergedRow).where(MergedRow.merge_id == merge.id))
    merge.state = "undone"
    db.session.flush()


def _keep_to(rows: Noted, merge: Merge, made: Plan) -> None:
    """Of what was moved goes back all but what stays, with what goes along."""
    for sort, row_id in made.stays:
        del rows[sort][row_id]
    for (sort, row_id), party_id in made.goes_along.items():
        rows.setdefault(sort, {})[row_id] = party_id
    merge.stayed = [list(paper) for paper in made.stays]


def _no_primary(rows: Noted) -> None:
    """Whoever goes back is primary only once it is known of whom: no two at a customer, not for a moment."""
    people = among(ContactPerson.id, list(rows.get("contact_persons", {})))
    change = update(ContactPerson).where(people).values(is_primary=False)
    db.session.execute(change.execution_options(synchronize_session=False))
