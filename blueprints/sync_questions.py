"""What sync asks people: who is whom, what a deletion means, whose edit is right. And one record, at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints.language import t
from blueprints.loading import actor, load, require
from blueprints.respond import go, respond
from blueprints.said import Said
from blueprints.sync_rows import address_of
from blueprints.sync_state import connection_of, frame_of, question_about
from blueprints.toasts import toast
from domain.db import db
from domain.errors import Missing
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.sync.connections import SyncConnection
from domain.sync.questions import Question
from domain.words import _
from sync.answers import answer, lane_for, settle, sync_record
from sync.connectors.base import Record, Side
from sync.decide import is_alike
from sync.opening import sides_of

bp = Blueprint("sync_questions", __name__)
bp.add_app_template_global(question_about)

PAGE = 20


@bp.get("/integrations/<system>/review")
def review(system: str) -> Response:
    """Records of whom it is not sure what they are on the other side; both side by side."""
    require("settings.integrations.view")
    connection = connection_of(system)
    found = _questions(connection, ("match", "gone", "merged"))
    shown = [_side_by_side(connection, each) for each in found[:PAGE]]
    return respond(
        "integrations/review.html", **frame_of(connection), questions=shown, more=len(found) > PAGE
    )


@bp.get("/integrations/<system>/conflicts")
def conflicts(system: str) -> Response:
    """Edits of both sides, field by field."""
    require("settings.integrations.view")
    connection = connection_of(system)
    found = _questions(connection, ("conflict",))
    shown = [_conflict(connection, each) for each in found[:PAGE]]
    return respond(
        "integrations/conflicts.html", **frame_of(connection), questions=shown, more=len(found) > PAGE
    )


@bp.post("/integrations/<system>/questions/<int:question_id>")
def reply(system: str, question_id: int) -> Response:
    """Say what is to be done."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    question = _question(connection, question_id)
    if question.kind == "conflict":
        settle(connection, question, _takes(question), actor())
        toast(_("Settled: both sides will say the same in a moment."))
        return go(url_for("sync_questions.conflicts", system=system))
    answer(connection, question, request.form.get("answer", ""), actor())
    toast(_("Done."))
    return go(url_for("sync_questions.review", system=system))


@bp.post("/crm/accounts/<int:record_id>/sync")
def sync_account(record_id: int) -> Response:
    """Bring this account into step with its customer, and nothing else."""
    return _sync_one("crm.accounts", "companies", "crm", record_id)


@bp.post("/books/customers/<int:record_id>/sync")
def sync_customer(record_id: int) -> Response:
    """Bring this customer into step with its account, and nothing else."""
    return _sync_one("books.customers", "companies", "books", record_id)


def _sync_one(key: str, lane: str, side: str, record_id: int) -> Response:
    record = load(ALL[key], record_id, "edit")
    if getattr(record, "customer_type", "business") == "individual":
        lane = "loose"
    sync_record(connection_of("crm"), lane, side, str(record.id), actor())
    toast(_("It is being brought into step."))
    return go(url_for("records.show", module=ALL[key], record_id=record.id))


# --- what the pages show ------------------------------------------------------------------------------------------


def _questions(connection: SyncConnection, kinds: Sequence[str]) -> Sequence[Question]:
    after = as_id(request.args.get("after", ""))
    query = select(Question).where(
        Question.system == connection.system,
        Question.kind.in_(kinds),
        Question.answer == "",
        *([Question.id > after] if after else []),
    )
    return db.session.scalars(query.order_by(Question.id).limit(PAGE + 1)).all()


def _question(connection: SyncConnection, question_id: int) -> Question:
    query = select(Question).where(Question.id == question_id, Question.system == connection.system)
    question = db.session.scalar(query)
    if question is None:
        raise Missing()
    return question


def _takes(question: Question) -> dict[str, str]:
    """By field, whose value was chosen; one button may say it for all of them."""
    for_all = request.form.get("all", "")
    return {key: for_all or request.form.get(key, "") for key in question.detail.get("fields", {})}


@dataclass(frozen=True)
class Compared:
    """One field of the record that is asked about, and of those that it may be."""

    label: str
    own: str
    others: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether they don't all say the same."""
        return any(not is_alike(self.own, other) for other in self.others)


def _side_by_side(connection: SyncConnection, question: Question) -> dict[str, Any]:
    """A question with the record that it is about and those that it may be."""
    lane = lane_for(connection, question)
    crm, books = sides_of(connection, lane)
    own = _read(crm, lane.crm, [question.crm_id])[:1] or _kept(question)
    others = list(question.detail.get("candidates", [])) or [question.books_id]
    there = _read(books, lane.books, others)
    fields = {field.name: field for field in crm.fields(lane.crm)}
    known = {field.name: field for field in books.fields(lane.books)}
    said = Said(
        (by_name.get(name), value)
        for by_name, records in ((fields, own), (known, there))
        for each in records
        for name, value in each.values.items()
    )
    rows = [
        Compared(
            t(known[pair.books].label),
            said(fields.get(pair.crm), own[0].values.get(pair.crm)) if own else "",
            tuple(said(known[pair.books], each.values.get(pair.books)) for each in there),
        )
        for pair in lane.pairs
        if pair.way != "crm" and pair.books in known
    ]
    return {
        "question": question,
        "lane": lane,
        "own": own[0] if own else None,
        "address": address_of(connection, lane, question.crm_id, question.books_id),
        "others": [(each, address_of(connection, lane, "", each.id)) for each in there],
        "rows": [row for row in rows if row.own or any(row.others)],
    }


def _read(side: Side, module: str, ids: Sequence[str]) -> list[Record]:
    """Records of ours; what lies in another system is not asked for while a page waits."""
    ids = [each for each in ids if each]
    if not (side.is_local and ids):
        return []
    there = side.get(module, ids)
    return [there[each] for each in ids if each in there]


def _kept(question: Question) -> list[Record]:
    """What the record of another system said when it was asked about."""
    values = question.detail.get("values")
    return [Record(question.crm_id, "", values, question.title)] if values else []


def _conflict(connection: SyncConnection, question: Question) -> dict[str, Any]:
    """Two edits: by field what it is called, what both sides say, and what both said before."""
    lane = lane_for(connection, question)
    crm, books = sides_of(connection, lane)
    fields = {field.name: field for field in crm.fields(lane.crm)}
    known = {field.name: field for field in books.fields(lane.books)}
    asked = [
        (key, fields.get(key.partition("=")[0]), known.get(key.partition("=")[2]), values)
        for key, values in question.detail.get("fields", {}).items()
    ]
    said = Said(
        (each, value) for _key, one, other, values in asked for each in (one, other) for value in values
    )
    differences = [
        {
            "key": key,
            "label": t(other.label) if other else key.partition("=")[2],
            "crm": said(one, values[0]),
            "books": said(other, values[1]),
            "before": said(one, values[2]) if len(values) > 2 else "",
        }
        for key, one, other, values in asked
    ]
    return {
        "question": question,
        "lane": lane,
        "differences": differences,
        "crm": address_of(connection, lane, question.crm_id, ""),
        "books": address_of(connection, lane, "", question.books_id),
    }
