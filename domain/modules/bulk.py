"""One change for many records: who is affected, who can't be and why, and how to take it back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from domain import records
from domain.access import can, visible
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.errors import NotAllowed, Refused
from domain.modules import ALL
from domain.modules.bulk_actions import ACTIONS, BulkAction
from domain.modules.custom_fields import customized
from domain.modules.kinds import KINDS
from domain.modules.listing import Listing
from domain.modules.module import Module
from domain.organizations.users import Member
from domain.outbox import publish
from domain.sentences import Sentence
from domain.words import Words, _

TOPIC = "bulk.run"
IN_REQUEST = 200
"""More records than this are a job."""
MOST = 10_000
SLICE = 100
"""How many a job does before it lets others have their turn."""

_SENTENCE = Sentence()


class BulkRun(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A bulk action that somebody confirmed: what it does, how far it is, and what came of it."""

    __tablename__ = "bulk_runs"
    __table_args__ = (Index(None, "organization_id", "member_id", "id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    action: Mapped[str] = mapped_column(String(20), nullable=False)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """What is set, by the attribute that keeps it; of an undo, the run that is taken back."""
    waiting: Mapped[list[int]] = mapped_column(JSON, nullable=False, default=list)
    """The ids that are still to be done."""
    total: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    changed: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    """What was done: id, version afterwards, and the values before, to take it back."""
    refused: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    """What was not: id, title and the reason."""
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="running")

    @property
    def done(self) -> int:
        """How many had their turn."""
        return self.total - len(self.waiting)

    @property
    def is_over(self) -> bool:
        """Whether all had their turn."""
        return self.state != "running"

    @property
    def can_be_undone(self) -> bool:
        """Whether it can be taken back: what was deleted is gone, and nothing is taken back twice."""
        return (
            self.state == "done" and bool(self.changed) and self.action in ACTIONS and self.action != "delete"
        )

    @property
    def refusals(self) -> list[tuple[int, Words | str, Words | str]]:
        """What was not done: id, title and reason."""
        return [(each, _said(title) or "", _said(reason) or "") for each, title, reason in self.refused]


# --- whom it is about -----------------------------------------------------------------------------------------


def ids_of(listing: Listing, member: Member) -> list[int]:
    """All that a list holds for this person; more than MOST are refused."""
    model = listing.module.model
    query = select(model.id).where(listing.conditions(member)).order_by(model.id).limit(MOST + 1)
    found = list(db.session.scalars(query))
    if len(found) > MOST:
        raise Refused(_("At most %(n)d records at once. Please narrow the list down.", n=MOST))
    return found


def chosen(module: Module, ids: Sequence[int], member: Member) -> list[Any]:
    """The records behind these ids that this person sees, in the order of the ids."""
    model = module.model
    rows = db.session.scalars(select(model).where(model.id.in_(ids), visible(member, model)))
    by_id = {row.id: row for row in rows}
    return [by_id[each] for each in dict.fromkeys(ids) if each in by_id]


# --- doing it -------------------------------------------------------------------------------------------------


def start(
    module: Module, action: BulkAction, values: Mapping[str, Any], ids: list[int], member: Member, key: str
) -> BulkRun:
    """Do it at once, or owe it to a worker where there are many."""
    values = {name: _plain(value) for name, value in {**values, **(action.sets or {})}.items()}
    run = BulkRun(
        module=module.key,
        action=action.key,
        member_id=member.id,
        values=values,
        waiting=ids,
        total=len(ids),
        form_key=key,
    )
    return _begin(run, member)


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


def carry_on(run: BulkRun, member: Member, many: int | None = None) -> None:
    """The next few records of a run; the right to do it is asked for again."""
    module = customized(ALL[run.module])
    needed = "delete" if run.action == "delete" else "edit"
    if not can(member, module.permission("view")) or not can(member, module.permission(needed)):
        raise NotAllowed()
    one = _undoing(run, module, member) if run.action == "undo" else _doing(run, module, member)
    many = many or SLICE
    batch, rest = run.waiting[:many], run.waiting[many:]
    changed, refused = list(run.changed), list(run.refused)
    rows = {row.id: row for row in _locked(module, batch, member)}
    for each in batch:
        if each in rows:
            _attempt(one, rows[each], changed, refused)
        else:
            refused.append([each, f"#{each}", _kept(_("There is nothing here."))])
    run.waiting, run.changed, run.refused = rest, changed, refused
    run.state = run.state if rest else "done"
    db.session.flush()


def run_for(member: Member, module: str, run_id: int) -> BulkRun | None:
    """A run that somebody started."""
    query = select(BulkRun).where(
        BulkRun.id == run_id, BulkRun.module == module, BulkRun.member_id == member.id
    )
    return db.session.scalar(query)


def _begin(run: BulkRun, member: Member) -> BulkRun:
    db.session.add(run)
    db.session.flush()
    if run.total <= IN_REQUEST:
        carry_on(run, member, IN_REQUEST)
    else:
        publish(TOPIC, f"bulk-{run.id}", {"run": run.id}, queue="bulk", actor_id=member.id)
    return run


def _locked(module: Module, ids: list[int], member: Member) -> Sequence[Any]:
    model = module.model
    query = select(model).where(model.id.in_(ids), visible(member, model)).order_by(model.id)
    query = query.with_for_update(of=model).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def _attempt(one: Callable[[Any], Any], record: Any, changed: list[Any], refused: list[Any]) -> None:
    """Each record for itself: what one refuses does not hold up the others."""
    record_id, title = record.id, _kept(record.title)
    try:
        with db.session.begin_nested():
            changed.append([record_id, *one(record)])
    except Refused as refusal:
        reason = next(iter(refusal.fields.values()), refusal.message)
        refused.append([record_id, title, _kept(reason)])
    except IntegrityError:
        refused.append([record_id, title, _kept(_("Another record has this already."))])


def _doing(run: BulkRun, module: Module, member: Member) -> Callable[[Any], Any]:
    action = ACTIONS[run.action]
    values = {name: _restored(module, name, kept) for name, kept in run.values.items()}

    def do(record: Any) -> Any:
        if reason := action.why_not(record):
            raise Refused(reason)
        if run.action == "delete":
            _delete(module, record, member)
            return 0, {}
        before = {name: _plain(getattr(record, name)) for name in values}
        _write(module, record, values, member)
        return record.version, before

    return do


def _undoing(run: BulkRun, module: Module, member: Member) -> Callable[[Any], Any]:
    undone = db.session.get(BulkRun, run.values["run"])
    before = {each: (version, values) for each, version, values in (undone.changed if undone else ())}

    def undo(record: Any) -> Any:
        version, values = before[record.id]
        if record.version != version:
            raise Refused(_("Somebody changed it since; it stays as it is."))
        restored = {name: _restored(module, name, kept) for name, kept in values.items()}
        _write(module, record, restored, member)
        return record.version, {}

    return undo


def _write(module: Module, record: Any, values: dict[str, Any], member: Member) -> None:
    if module.is_document:
        record.change(values, None, member)
    else:
        records.update(record, values, member)


def _delete(module: Module, record: Any, member: Member) -> None:
    if module.is_document:
        record.delete(member)
    else:
        records.destroy(record, member)


# --- values in JSON -------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value


def _restored(module: Module, column: str, kept: Any) -> Any:
    field = next((each for each in module.fields if each.column == column), None)
    if field is None:
        raise Refused(_("A field that was to be changed is not there any more."))
    is_text = not KINDS[field.kind].is_number and field.kind != "date"
    return kept if is_text or not isinstance(kept, str) else KINDS[field.kind].parse(kept, "en")


def _kept(words: Words | str) -> str:
    return _SENTENCE.process_bind_param(words, None) or ""


def _said(kept: str) -> Words | str | None:
    return _SENTENCE.process_result_value(kept, None)
