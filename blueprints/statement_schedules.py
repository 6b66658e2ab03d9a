"""Settings ▸ Scheduled statements: when statements go out by themselves, to whom, and what became of each."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.records import once, version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain import records, statement_runs
from domain.books.statements import PRESETS
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.kinds import as_id
from domain.modules.module import Choice, Field
from domain.organizations.organizations import current_organization
from domain.statement_runs import StatementRun, rows_of, runs_of
from domain.statement_schedules import OFFERED, ONLY, OWING, StatementSchedule, all_schedules
from domain.words import Words, _

bp = Blueprint("statement_schedules", __name__)

FIELDS = (
    Field("name", _("Name"), required=True, longest=100),
    Field(
        "day",
        _("Day of the month"),
        "integer",
        required=True,
        hint=_("31 is the last day of every month."),
    ),
    Field(
        "period",
        _("Period"),
        "choice",
        choices=tuple(Choice(key, PRESETS[key]) for key in OFFERED),
        hint=_("As it is on that day: on December 1, the previous month is November."),
    ),
    Field("only", _("To"), "choice", choices=tuple(Choice(key, label) for key, label in ONLY.items())),
    Field("with_unpaid", _("Attach list of unpaid invoices"), "boolean"),
)

PAGE = 50


@bp.get("/settings/statement-schedules")
def index() -> Response:
    """All schedules, each with its switch."""
    require("settings.statement-schedules.view")
    organization = current_organization()
    context = {"schedules": all_schedules(), "today": organization.today, "hour": organization.send_hour}
    return respond("settings/statement_schedules.html", only=ONLY, presets=PRESETS, **context)


@bp.get("/settings/statement-schedules/new")
def new() -> Response:
    """The form of a new schedule."""
    require("settings.statement-schedules.create")
    return _form(None, forms.Form({"day": "1", "period": OFFERED[0], "only": OWING}))


@bp.post("/settings/statement-schedules/new")
def create() -> Response:
    """Make a schedule; it runs from its next day on."""
    require("settings.statement-schedules.create")
    try:
        values = forms.read(FIELDS, StatementSchedule)
        made = once(StatementSchedule, lambda key: records.create(StatementSchedule, values, actor(), key))
    except Refused as refusal:
        return _form(None, forms.refused(refusal), 422)
    toast(_("%(name)s was saved.", name=made.name))
    return go(url_for("statement_schedules.show", schedule_id=made.id))


@bp.get("/settings/statement-schedules/<int:schedule_id>")
def show(schedule_id: int) -> Response:
    """What a schedule has done so far."""
    require("settings.statement-schedules.view")
    schedule = _found(schedule_id)
    return respond(
        "settings/statement_schedule.html",
        schedule=schedule,
        runs=runs_of(schedule),
        today=current_organization().today,
        only=ONLY,
        presets=PRESETS,
    )


@bp.get("/settings/statement-schedules/<int:schedule_id>/edit")
def edit(schedule_id: int) -> Response:
    """The form of a schedule."""
    require("settings.statement-schedules.edit")
    schedule = _found(schedule_id)
    return _form(schedule, forms.of_record(FIELDS, schedule))


@bp.post("/settings/statement-schedules/<int:schedule_id>/edit")
def update(schedule_id: int) -> Response:
    """Save a schedule; from now on it sends in the name of whoever saved it."""
    require("settings.statement-schedules.edit")
    schedule = _found(schedule_id)
    if version() != schedule.version:
        return _form(schedule, forms.conflicting(FIELDS, schedule), 409)
    try:
        records.update(schedule, forms.read(FIELDS, StatementSchedule) | {"member_id": actor().id}, actor())
    except Refused as refusal:
        form = forms.refused(refusal)
        return _form(_found(schedule_id), form, 422)
    toast(_("%(name)s was saved.", name=schedule.name))
    return go(url_for("statement_schedules.show", schedule_id=schedule.id))


@bp.post("/settings/statement-schedules/<int:schedule_id>/switch")
def switch(schedule_id: int) -> Response:
    """Send from its next day on, or no more."""
    require("settings.statement-schedules.edit")
    schedule = _found(schedule_id)
    schedule.switch(request.form.get("on") == "1", actor())
    on, off = _("“%(name)s” is on."), _("“%(name)s” is off.")
    toast(Words((on if schedule.is_active else off).text, {"name": schedule.name}))
    return go(url_for("statement_schedules.index"))


@bp.get("/settings/statement-schedules/<int:schedule_id>/delete")
def confirm_delete(schedule_id: int) -> Response:
    """Ask before deleting."""
    require("settings.statement-schedules.delete")
    return respond("settings/statement_schedule_delete.html", schedule=_found(schedule_id), refusal=None)


@bp.post("/settings/statement-schedules/<int:schedule_id>/delete")
def destroy(schedule_id: int) -> Response:
    """Delete a schedule that has sent nothing yet."""
    require("settings.statement-schedules.delete")
    schedule = _found(schedule_id)
    name = schedule.name
    try:
        records.delete(schedule, actor())
    except Refused as refusal:
        context = {"schedule": schedule, "refusal": refusal.message}
        return respond("settings/statement_schedule_delete.html", status=422, **context)
    toast(_("%(name)s was deleted.", name=name))
    return go(url_for("statement_schedules.index"))


@bp.get("/settings/statement-schedules/runs/<int:statement_run_id>")
def run(statement_run_id: int) -> Response:
    """What became of each customer on one of the days."""
    require("settings.statement-schedules.view")
    found = _run(statement_run_id)
    rows = rows_of(found, as_id(request.args.get("after", "")) or 0, PAGE + 1)
    after = rows[PAGE - 1].id if len(rows) > PAGE else None
    return respond("settings/statement_run.html", "run", run=found, rows=rows[:PAGE], after=after)


@bp.post("/settings/statement-schedules/runs/<int:statement_run_id>/again")
def again(statement_run_id: int) -> Response:
    """Go on with a run that had to stop: who had a statement gets no second one."""
    require("settings.statement-schedules.edit")
    found = _run(statement_run_id)
    if found.state == "failed":
        found.state = "running"
        statement_runs.go_on(found)
        toast(_("It goes on where it stopped."))
    return go(url_for("statement_schedules.run", statement_run_id=found.id))


def _found(schedule_id: int) -> StatementSchedule:
    schedule = db.session.scalar(select(StatementSchedule).where(StatementSchedule.id == schedule_id))
    if schedule is None:
        raise Missing()
    return schedule


def _run(run_id: int) -> StatementRun:
    found = db.session.scalar(select(StatementRun).where(StatementRun.id == run_id))
    if found is None:
        raise Missing()
    return found


def _form(schedule: StatementSchedule | None, form: forms.Form, status: int = 200) -> Response:
    context = {"schedule": schedule, "fields": FIELDS, "form": form}
    return respond("settings/statement_schedule_form.html", "form", status=status, **context)
