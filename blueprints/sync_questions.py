"""What sync asks people: who is whom, what a deletion means, whose edit is right. And one record, at once."""

from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints.loading import actor, load, require
from blueprints.respond import go, respond
from blueprints.sync_compare import field_by_field, side_by_side
from blueprints.sync_state import connection_of, frame_of, question_about
from blueprints.toasts import toast
from domain.db import db
from domain.errors import Missing
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.sync.connections import SyncConnection
from domain.sync.questions import Question
from domain.words import _
from sync.answers import answer, settle, sync_record

bp = Blueprint("sync_questions", __name__)
bp.add_app_template_global(question_about)

PAGE = 20


@bp.get("/integrations/<system>/review")
def review(system: str) -> Response:
    """Records of whom it is not sure what they are on the other side; both side by side."""
    require("settings.integrations.view")
    connection = connection_of(system)
    found = _questions(connection, ("match", "gone", "merged"))
    shown = side_by_side(connection, found[:PAGE])
    return respond(
        "integrations/review.html", **frame_of(connection), questions=shown, more=len(found) > PAGE
    )


@bp.get("/integrations/<system>/conflicts")
def conflicts(system: str) -> Response:
    """Edits of both sides, field by field."""
    require("settings.integrations.view")
    connection = connection_of(system)
    found = _questions(connection, ("conflict",))
    shown = field_by_field(connection, found[:PAGE])
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
