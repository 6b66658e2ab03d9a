"""What a person says to a question, and what is done about it: by a run for that one record."""

from collections.abc import Mapping
from typing import Any

from domain import records
from domain.access import can
from domain.db import db, now
from domain.errors import NotAllowed, Refused
from domain.modules import ALL
from domain.organizations.users import Member
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.questions import Question
from domain.words import _
from sync.connectors import CONNECTORS
from sync.lanes import Lane
from sync.linking import Links
from sync.run import start


def settings_for(connection: SyncConnection, question: Question) -> SyncModule:
    """How the module is synced that a question is about."""
    lane = lane_for(connection, question)
    return next(each for each in connection.modules if each.key == lane.module)


def lane_for(connection: SyncConnection, question: Question) -> Lane:
    """The lane that a question is about."""
    return next(lane for lane in CONNECTORS[connection.connector].lanes if lane.key == question.lane)


def answer(connection: SyncConnection, question: Question, said: str, actor: Member) -> None:
    """Do what was said to a question that is not a conflict."""
    if question.answer not in ("", "skipped", "apart", "keep"):
        raise Refused(_("Somebody has answered this already."))
    question.answered_at, question.member_id = now(), actor.id
    _ANSWERS[question.kind](connection, question, said, actor)


def settle(connection: SyncConnection, question: Question, takes: Mapping[str, str], actor: Member) -> None:
    """Of a conflict: by field, whose value is right."""
    fields = question.detail.get("fields", {})
    if question.answer:
        raise Refused(_("Somebody has answered this already."))
    if any(takes.get(key) not in ("crm", "books") for key in fields):
        raise Refused(_("Please choose a side for every field."))
    question.answer, question.answered_at, question.member_id = "settled", now(), actor.id
    scope = {"crm": question.crm_id, "takes": {key: takes[key] for key in fields}}
    _do(connection, question, scope, actor)


def _of_match(connection: SyncConnection, question: Question, said: str, actor: Member) -> None:
    """It is one of these, somebody new, or to be left alone."""
    candidates = question.detail.get("candidates", [])
    if said == "apart":
        question.answer, question.holds = "apart", True
        return
    if said == "new":
        question.answer, question.holds = "new", False
        return _do(connection, question, {"crm": question.crm_id, "anew": True}, actor)
    if said not in candidates:
        raise Refused(_("Please choose from the list."))
    question.answer, question.holds = "joined", False
    _do(connection, question, {"crm": question.crm_id, "with": said}, actor)


def _of_gone(connection: SyncConnection, question: Question, said: str, actor: Member) -> None:
    """The other one was deleted: keep this one, make the other again, or delete this one, too."""
    side = "crm" if question.crm_id else "books"
    if said == "keep":
        question.answer, question.holds = "keep", True
    elif said == "again":
        question.answer, question.holds = "again", False
        _do(connection, question, {side: question.crm_id or question.books_id, "anew": True}, actor)
    elif said == "delete":
        question.answer, question.holds = "deleted", False
        _delete(connection, question, side, actor)
    else:
        raise Refused(_("Please choose from the list."))


def _delete(connection: SyncConnection, question: Question, side: str, actor: Member) -> None:
    lane = lane_for(connection, question)
    links = Links(connection.system, lane)
    if not links.is_here(side):
        raise Refused(_("Please delete it in the other system."))
    module = ALL[links.module(side)]
    if not can(actor, module.permission("delete")):
        raise NotAllowed()
    record = db.session.get(module.model, int(question.crm_id or question.books_id))
    db.session.flush()
    if record is not None:
        records.delete(record, actor)


def _of_merged(connection: SyncConnection, question: Question, said: str, actor: Member) -> None:
    """Several of the CRM are one in the books: that is as it should be."""
    if said != "keep":
        raise Refused(_("Please choose from the list."))
    question.answer = "keep"


_ANSWERS: Mapping[str, Any] = {"match": _of_match, "gone": _of_gone, "merged": _of_merged}


def _do(connection: SyncConnection, question: Question, scope: dict[str, Any], actor: Member) -> None:
    settings = settings_for(connection, question)
    start(settings, "record", actor, scope={"lane": question.lane} | scope)


def sync_record(connection: SyncConnection, lane: str, side: str, record_id: str, actor: Member) -> Any:
    """Bring one record into step, and no other; gives the run."""
    module = next(each.module for each in CONNECTORS[connection.connector].lanes if each.key == lane)
    settings = next(each for each in connection.modules if each.key == module)
    return start(settings, "record", actor, scope={"lane": lane, side: record_id})
