"""Bulk actions: first who is affected and who can't be, then the same form once more, then what came of it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, send_file, url_for
from sqlalchemy.sql.base import ExecutableOption

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.records import once
from blueprints.respond import go, respond
from delivery.files import files
from domain.errors import Missing, Refused
from domain.modules import bulk
from domain.modules.bulk import IN_REQUEST
from domain.modules.bulk_action import BulkAction, Values
from domain.modules.bulk_actions import ACTIONS, actions_of, asked_of, heading
from domain.modules.bulk_runs import BulkRun, is_under_way, outcomes_of, run_for
from domain.modules.bulk_trials import Trial, trials_of
from domain.modules.kinds import as_id
from domain.modules.listing import Listing
from domain.modules.module import Field, Module
from domain.words import Words, _

bp = Blueprint("bulk", __name__)


LOOKS = {"look", "offer"}
"""Buttons of the form that only show it again: with what was typed, or with a period that was offered."""


@dataclass(frozen=True)
class Selection:
    """The records that somebody chose: some by their ids, or all that a list holds."""

    listing: Listing
    is_all: bool
    ids: list[int]
    rows: list[Any]
    """The records themselves, unless they are very many."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.ids)

    def refused(self, action: BulkAction, values: Values) -> list[tuple[Any, Words]]:
        """Who can't be affected, as far as is known before, and why."""
        return [(row, reason) for row in self.rows if (reason := action.why_not(row, values))]


@bp.post("/<module:module>/bulk/<action>")
def act(module: Module, action: str) -> Response:
    """Show what would happen; confirmed, do it."""
    require(module.permission("view"))
    wanted = ACTIONS.get(action)
    if wanted is None:
        raise Missing()
    for right in (module.permission(wanted.verb), *wanted.also):
        require(right)
    if wanted not in actions_of(module):
        raise Missing()
    selection = _selection(module, wanted.along(module))
    if wanted.most is not None and selection.count > wanted.most:
        raise Refused(wanted.too_many(selection.count))
    if not request.form.get("confirm") or LOOKS & request.form.keys():
        return _preview(module, wanted, selection)
    return _confirmed(module, wanted, selection)


@bp.get("/<module:module>/bulk/runs/<int:run_id>")
def show(module: Module, run_id: int) -> Response:
    """How far it is, what came of it, and who was not affected and why."""
    require(module.permission("view"))
    run = found_run(module, run_id)
    outcomes = outcomes_of(run)
    action = ACTIONS.get(run.action)
    return respond(
        "bulk/run.html",
        "run",
        module=module,
        run=run,
        action=action,
        heading=heading(action, module, run.values) if action else None,
        outcomes=outcomes,
        goes_on=not run.is_over or any(each.email and is_under_way(each.email) for each in outcomes),
    )


@bp.get("/<module:module>/bulk/runs/<int:run_id>/file")
def file(module: Module, run_id: int) -> Response:
    """The documents in one file: to be saved, or shown where they are to be printed."""
    require(module.permission("view"))
    run = found_run(module, run_id)
    ids = [each for each, *_rest in run.changed]
    for right in ACTIONS[run.action].also if run.action in ACTIONS else ():
        require(right)
    if run.file is None or len(bulk.chosen(module, ids, actor())) < len(ids):
        raise Missing()
    return send_file(
        files().open(run.file.digest),
        run.file.media_type,
        as_attachment=not run.is_printed,
        download_name=run.file.name,
    )


@bp.post("/<module:module>/bulk/runs/<int:run_id>/undo")
def undo(module: Module, run_id: int) -> Response:
    """Take it back, where nobody changed the record since."""
    require(module.permission("edit"))
    run = found_run(module, run_id)
    undone = once(BulkRun, lambda key: bulk.take_back(run, actor(), key))
    return go(url_for("bulk.show", module=module, run_id=undone.id))


def found_run(module: Module, run_id: int) -> BulkRun:
    """A run of this person's own; another's is not there."""
    run = run_for(actor(), module.key, run_id)
    if run is None:
        raise Missing()
    return run


def _selection(module: Module, along: tuple[ExecutableOption, ...]) -> Selection:
    """Who was chosen, asked for again under the person's own rights; nobody is refused."""
    listing = Listing.from_args(module, dict(parse_qsl(request.form.get("listing", ""))))
    is_all = bool(request.form.get("all"))
    rows: list[Any] = []
    if is_all:
        ids = bulk.ids_of(listing, actor())
    else:
        given = [each for text in request.form.getlist("ids") if (each := as_id(text))]
        if len(given) > IN_REQUEST:
            raise Refused(_("At most %(n)d records can be chosen one by one.", n=IN_REQUEST))
        rows = bulk.chosen(module, given, actor(), *along)
        ids = [row.id for row in rows]
    if not ids:
        raise Refused(_("Please choose at least one record."))
    if is_all and len(ids) <= IN_REQUEST:
        rows = bulk.chosen(module, ids, actor(), *along)
    return Selection(listing, is_all, ids, rows)


def _confirmed(module: Module, action: BulkAction, selection: Selection) -> Response:
    fields = _fields(module, action)
    values, errors = forms.parse(fields, request.form, module.model)
    errors = errors or _at_fields(action, values)
    if errors:
        return _preview(module, action, selection, errors=errors)
    if action.asks(module) and not fields:
        return _preview(module, action, selection, _("Please choose at least one field."))
    if request.form.get("count") != str(selection.count):
        return _preview(
            module, action, selection, _("Meanwhile the list has changed. Please look once more.")
        )
    if action.shows_again and request.form.get("affected") != _affected(selection, action, values):
        return _preview(
            module, action, selection, _("Nothing was done yet: please look at who is affected now.")
        )
    if "trial" in request.form and action.is_undoable:
        return _preview(module, action, selection, trials=_tried(module, action, values, selection.rows))
    run = once(BulkRun, lambda key: bulk.start(module, action, values, selection.ids, actor(), key))
    return go(url_for("bulk.show", module=module, run_id=run.id))


def _at_fields(action: BulkAction, values: Values) -> dict[str, Words]:
    try:
        action.check(values)
    except Refused as refusal:
        return forms.at_fields(refusal)
    return {}


def _affected(selection: Selection, action: BulkAction, values: Values) -> str:
    """Who is affected, in a few letters: the form brings them back, so that nobody is who was not shown."""
    refused = {row.id for row, _reason in selection.refused(action, values)}
    affected = [each for each in selection.ids if each not in refused]
    return sha256(repr(affected).encode()).hexdigest()[:16]


def _fields(module: Module, action: BulkAction) -> tuple[Field, ...]:
    """What is to be set: all that the action asks for, of many fields those that were ticked."""
    asked = action.asks(module)
    if not action.ticks:
        return asked
    ticked = request.form.getlist("set")
    return tuple(field for field in asked if field.name in ticked)


def _preview(
    module: Module,
    action: BulkAction,
    selection: Selection,
    message: Words | None = None,
    errors: dict[str, Words] | None = None,
    trials: list[Trial] | None = None,
) -> Response:
    """Who is affected, who can't be and why, and if wanted what changes; after a slip with all that was typed."""
    form = _form(action, action.asks(module), errors)
    values, _not_yet = forms.parse(action.asks(module), form.typed, module.model)
    return respond(
        "bulk/preview.html",
        "form",
        status=422 if message or errors else 200,
        module=module,
        action=action,
        heading=heading(action, module, values),
        selection=selection,
        **_who(selection, action, values, trials),
        **_asked(asked_of(action, module, values)),
        form=form,
        message=message,
        in_request=IN_REQUEST,
    )


def _who(
    selection: Selection, action: BulkAction, values: Values, trials: list[Trial] | None
) -> dict[str, Any]:
    """Who is affected and who is not, as far as is known; once it was tried, as it turned out."""
    refused = selection.refused(action, values)
    if trials is not None:
        refused = [(trial.record, trial.refused) for trial in trials if trial.refused]
    left_out = {row.id for row, _reason in refused}
    return {
        "refused": refused,
        "affected": [row for row in selection.rows if row.id not in left_out],
        "seen": _affected(selection, action, values) if action.shows_again else "",
        "trials": trials,
    }


def _asked(fields: tuple[Field, ...]) -> dict[str, Any]:
    """What is still to be typed; what the bar of the list said goes along unseen."""
    posted = bool(request.form.get("confirm"))
    return {
        "fields": [each for each in fields if posted or each.name not in request.form],
        "given": [each.name for each in fields if not posted and each.name in request.form],
        "ticked": request.form.getlist("set"),
    }


def _form(action: BulkAction, fields: tuple[Field, ...], errors: dict[str, Words] | None) -> forms.Form:
    """What stands in the fields: what was typed; before that what the action begins with, and what the list says."""
    if not request.form.get("confirm"):
        return forms.Form(action.begins("") | _given(fields))
    offer = request.form.get("offer")
    return forms.as_posted({**request.form, **(action.begins(offer) if offer else {})}, errors)


def _tried(module: Module, action: BulkAction, values: dict[str, Any], rows: list[Any]) -> list[Trial]:
    """What it would do to each, in words."""
    fields = tuple(field for field in action.asks(module) if field.column in values)
    return trials_of(module, action, values, rows, actor(), lambda row: [forms.shown(f, row) for f in fields])


def _given(fields: tuple[Field, ...]) -> dict[str, str]:
    """What the bar of the list says already: the step of a change of status."""
    return {
        each.name: request.form[each.name].replace("\x00", "") for each in fields if each.name in request.form
    }
