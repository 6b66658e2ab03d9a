"""One change for many records: who is affected, who can't be and why, and how to take it back."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.base import ExecutableOption

from domain.access import can, visible
from domain.books.locking_many import lock_around
from domain.db import db
from domain.errors import NotAllowed, Refused
from domain.locking import lock_before
from domain.modules import ALL
from domain.modules.bulk_action import BulkAction, write
from domain.modules.bulk_actions import ACTIONS
from domain.modules.bulk_runs import BulkRun, kept, plain, restored
from domain.modules.custom_fields import customized
from domain.modules.listing import Listing
from domain.modules.module import Module
from domain.organizations.users import Member
from domain.outbox import publish
from domain.words import _

TOPIC = "bulk.run"
IN_REQUEST = 200
"""More records than this are a job."""
MOST = 10_000
SLICE = 100
"""How many a job does before it lets others have their turn."""

One = Callable[[Any], Any]
"""What is done to one record; gives what the run keeps of it."""


# --- whom it is about -----------------------------------------------------------------------------------------


def ids_of(listing: Listing, member: Member) -> list[int]:
    """All that a list holds for this person; more than MOST are refused."""
    model = listing.module.model
    query = select(model.id).where(listing.conditions(member)).order_by(model.id).limit(MOST + 1)
    found = list(db.session.scalars(query))
    if len(found) > MOST:
        raise Refused(_("At most %(n)d records at once. Please narrow the list down.", n=MOST))
    return found


def chosen(module: Module, ids: Sequence[int], member: Member, *options: ExecutableOption) -> list[Any]:
    """The records behind these ids that this person sees, in the order of the ids."""
    model = module.model
    query = select(model).where(model.id.in_(ids), visible(member, model)).options(*options)
    by_id = {row.id: row for row in db.session.scalars(query)}
    return [by_id[each] for each in dict.fromkeys(ids) if each in by_id]


# --- doing it -------------------------------------------------------------------------------------------------


def start(
    module: Module, action: BulkAction, values: Mapping[str, Any], ids: list[int], member: Member, key: str
) -> BulkRun:
    """Do it at once, or owe it to a worker where there are many or only a worker can."""
    values = {name: plain(value) for name, value in {**values, **(action.sets or {})}.items()}
    run = BulkRun(
        module=module.key,
        action=action.key,
        member_id=member.id,
        values=values,
        waiting=ids,
        total=len(ids),
        form_key=key,
    )
    return _begin(run, member, at_once=action.do is not None)


def take_back(run: BulkRun, member: Member, key: str) -> BulkRun:
    """Undo a run, record by record: what somebody changed since stays as it is and is named."""
    if not run.can_be_undone:
        raise Refused(_("This can't be taken back."))
    run.state = "undone"
    ids = [each for each, _version, _before in run.changed]
    undo = BulkRun(
        module=run.module,
        action="undo",
        member_id=member.id,
        values={"run": run.id},
        waiting=ids,
        total=len(ids),
        form_key=key,
    )
    return _begin(undo, member)


def carry_on(run: BulkRun, member: Member, many: int | None = None, one: One | None = None) -> None:
    """The next few records of a run, each by `one` where it is given; the right to do it is asked for again."""
    module = module_for(run, member)
    one = one or (_undoing if run.action == "undo" else _doing)(run, module, member)
    many = many or SLICE
    batch, rest = run.waiting[:many], run.waiting[many:]
    changed, refused = list(run.changed), list(run.refused)
    rows = {row.id: row for row in _locked(module, batch, member)}
    for each in batch:
        if each in rows:
            _attempt(one, rows[each], changed, refused)
        else:
            refused.append(gone(each))
    run.waiting, run.changed, run.refused = rest, changed, refused
    run.state = run.state if rest else "done"
    db.session.flush()


def module_for(run: BulkRun, member: Member) -> Module:
    """The module of a run, for who may still do to its records what the run does."""
    module, may = customized(ALL[run.module]), partial(can, member)
    action = ACTIONS.get(run.action)
    is_open = action.is_open_to(module, may) if action else may(module.permission("edit"))
    if not (may(module.permission("view")) and is_open):
        raise NotAllowed()
    return module


def whose(run: BulkRun) -> Member:
    """Who wants a run, for a worker to do it in their name; NotAllowed once they left or lost the right."""
    member = db.session.get(Member, run.member_id)
    if member is None:
        raise NotAllowed()
    module_for(run, member)
    return member


def gone(record_id: int) -> list[Any]:
    """What a run says of a record that is not there any more."""
    return [record_id, f"#{record_id}", kept(_("There is nothing here."))]


def _begin(run: BulkRun, member: Member, at_once: bool = True) -> BulkRun:
    db.session.add(run)
    db.session.flush()
    if at_once and run.total <= IN_REQUEST:
        carry_on(run, member, IN_REQUEST)
    else:
        go_on_later(run, member.id)
    return run


def go_on_later(run: BulkRun, member_id: int | None) -> None:
    """Owe the rest of a run to a worker."""
    publish(TOPIC, f"bulk-{run.id}", {"run": run.id}, queue="bulk", actor_id=member_id)


def _locked(module: Module, ids: list[int], member: Member) -> Sequence[Any]:
    model = module.model
    lock_before(model, ids)
    query = select(model).where(model.id.in_(ids), visible(member, model)).order_by(model.id)
    query = query.with_for_update(of=model).execution_options(populate_existing=True)
    rows = db.session.scalars(query).all()
    if module.is_document:
        lock_around(rows)
    return rows


def _attempt(one: One, record: Any, changed: list[Any], refused: list[Any]) -> None:
    """Each record for itself: what one refuses does not hold up the others."""
    record_id, title = record.id, kept(record.title)
    try:
        with db.session.begin_nested():
            changed.append([record_id, *one(record)])
    except Refused as refusal:
        refused.append([record_id, title, kept(refusal.reason)])
    except IntegrityError:
        refused.append([record_id, title, kept(_("Another record has this already."))])


def _doing(run: BulkRun, module: Module, member: Member) -> One:
    action = ACTIONS[run.action]
    assert action.do is not None, "a worker says how"
    act, fields = action.do, (*action.asks(module), *module.fields)
    values = {name: restored(fields, name, value) for name, value in run.values.items()}

    def do(record: Any) -> Any:
        if reason := action.why_not(record, values):
            raise Refused(reason)
        before = {name: plain(getattr(record, name)) for name in values} if action.is_undoable else {}
        act(module, record, values, member)
        return (record.version, before) if action.is_undoable else (0, {})

    return do


def _undoing(run: BulkRun, module: Module, member: Member) -> One:
    undone = db.session.get(BulkRun, run.values["run"])
    before = {each: (version, values) for each, version, values in (undone.changed if undone else ())}

    def undo(record: Any) -> Any:
        version, values = before[record.id]
        if record.version != version:
            raise Refused(_("Somebody changed it since; it stays as it is."))
        write(
            module,
            record,
            {name: restored(module.fields, name, each) for name, each in values.items()},
            member,
        )
        return record.version, {}

    return undo
