"""Integrations: what the books are joined to, how it stands, and how each module is synced."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.mapping_form import mapping_of, offered_fields, rows_of
from blueprints.records import version
from blueprints.respond import changed, go, respond, wants_fragment
from blueprints.sync_chart import bars_of
from blueprints.sync_state import connection_of, frame_of, name_of, page_of, settings_of, standings_of
from blueprints.toasts import toast
from domain.db import db
from domain.errors import Refused
from domain.links import BOOKS
from domain.modules.module import Field
from domain.sync.connections import SyncConnection, SyncModule
from domain.words import _, _p
from sync import run as runs
from sync import setting_up
from sync.connectors import CONNECTORS, Connector
from sync.lanes import MODULES

bp = Blueprint("integrations", __name__)


@bp.get("/integrations")
def index() -> Response:
    """What can be connected, what is, and what waits for a person."""
    require("settings.integrations.view")
    connections = db.session.scalars(select(SyncConnection).order_by(SyncConnection.id)).all()
    cards = [frame_of(each) | {"standings": standings_of(each)} for each in connections]
    known = {each.connector for each in connections}
    rest = [connector for key, connector in CONNECTORS.items() if key not in known]
    return respond("integrations/index.html", cards=cards, rest=rest)


@bp.get("/integrations/<system>")
def show(system: str) -> Response:
    """How each module stands; asked for again while a run goes on."""
    require("settings.integrations.view")
    connection = connection_of(system)
    if wants_fragment():
        return respond("integrations/show.html", "modules", **page_of(connection))
    return respond("integrations/show.html", **page_of(connection), bars=bars_of(connection))


@bp.get("/integrations/<system>/<part>/edit")
def edit(system: str, part: str) -> Response:
    """How one module is synced."""
    require("settings.integrations.view")
    settings = settings_of(connection_of(system), part)
    rows = {lane.key: rows_of(settings, lane) for lane in setting_up.lanes_of(settings)}
    return _form(settings, forms.of_record(fields_of(settings), settings), rows)


@bp.post("/integrations/<system>/<part>/edit")
def update(system: str, part: str) -> Response:
    """Save how one module is synced; with "Save and sync" a run begins."""
    require("settings.integrations.edit")
    settings = settings_of(connection_of(system), part)
    rows = {lane.key: mapping_of(request.form, lane) for lane in setting_up.lanes_of(settings)}
    if version() != settings.version:
        form = forms.as_posted(request.form)
        form.message = _("Somebody else saved this while you were editing. Please open the page again.")
        return _form(settings, form, rows, 409)
    try:
        values, pairs = forms.read(fields_of(settings)), {key: row.pairs for key, row in rows.items()}
        setting_up.configure(settings, values, pairs, actor())
    except Refused as refusal:
        return _form(settings, forms.refused(refusal), rows, 422)
    toast(_("The settings were saved."))
    if request.form.get("then") == "sync":
        runs.start(settings, "hand", actor())
    return go(url_for("integrations.show", system=system))


@bp.post("/integrations/<system>/<part>/pause")
def pause(system: str, part: str) -> Response:
    """Pause a module, also in the middle of a run, or go on."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    settings = settings_of(connection, part)
    if request.form.get("pause") == "1":
        runs.pause(settings)
        toast(_("Sync is paused."))
    else:
        runs.resume(settings)
        toast(_("Sync goes on."))
    setting_up.note_what_goes_at_once()
    return _changed(connection)


@bp.post("/integrations/<system>/<part>/runs")
def sync_now(system: str, part: str) -> Response:
    """Sync now, or only see what a run would do."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    settings = settings_of(connection, part)
    if not settings.is_on:
        raise Refused(_("Please set this module up first."))
    is_dry = request.form.get("dry") == "1"
    run = runs.start(settings, "hand", actor(), is_dry=is_dry)
    if is_dry:
        return go(url_for("sync_runs.show", system=system, sync_run_id=run.id))
    toast(_("Sync has begun."))
    return _changed(connection)


@bp.get("/integrations/<system>/delete")
def confirm_end(system: str) -> Response:
    """What deleting an integration means."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    return respond(
        "integrations/delete.html", connection=connection, connector=_connector(connection), system=system
    )


@bp.post("/integrations/<system>/delete")
def end(system: str) -> Response:
    """Delete an integration: what was synced stays, the links sleep."""
    require("settings.integrations.edit")
    setting_up.switch(connection_of(system), False, actor())
    toast(_("The integration was deleted. Everything that was synced is still there."))
    return go(url_for("integrations.index"))


@bp.post("/integrations/<system>/connect")
def connect(system: str) -> Response:
    """Begin again with what is in this program: everything that was linked still is."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    if connection.system != BOOKS:
        raise Refused(_("Please connect it from its own page."))
    setting_up.switch(connection, True, actor())
    toast(_("The integration is switched on."))
    return go(url_for("integrations.show", system=system))


# --- what the pages show ------------------------------------------------------------------------------------------


def fields_of(settings: SyncModule) -> list[Field]:
    """The settings of a module as fields of a form."""
    fields = [
        Field(
            "covers",
            _("What becomes a customer"),
            "choice",
            choices=setting_up.COVERS,
            hint=_("A contact of an account becomes a contact person of its customer."),
        ),
        Field(
            "with_loose",
            _("Include contacts that belong to no account"),
            "boolean",
            hint=_("They become individual customers. Otherwise they are left alone."),
        ),
    ]
    rest = [
        Field("direction", _p("sync", "Direction"), "choice", choices=setting_up.DIRECTIONS),
        Field(
            "records",
            _("Which records are brought over"),
            "choice",
            choices=setting_up.records_choices(settings, actor()),
            hint=_("What is joined already stays in step, whatever you choose here."),
        ),
        Field("duplicates", _("When the books have it already"), "choice", choices=setting_up.DUPLICATES),
        Field("interval", _("How often"), "choice", choices=setting_up.INTERVAL_CHOICES),
    ]
    return [*(fields if settings.key == "customers" else []), *rest]


def _form(settings: SyncModule, form: forms.Form, rows: Any, status: int = 200) -> Response:
    lanes = setting_up.lanes_of(settings)
    return respond(
        "integrations/edit.html",
        "form",
        status=status,
        settings=settings,
        connection=settings.connection,
        connector=_connector(settings.connection),
        system=name_of(settings.connection),
        label=MODULES[settings.key],
        fields=fields_of(settings),
        form=form,
        lanes=[(lane, rows[lane.key], offered_fields(settings, lane)) for lane in lanes],
        ways=setting_up.WAYS,
        winners=setting_up.WINNERS,
    )


def _connector(connection: SyncConnection) -> Connector:
    return CONNECTORS[connection.connector]


def _changed(connection: SyncConnection) -> Response:
    url = url_for("integrations.show", system=name_of(connection))
    return changed(url, "integrations/show.html", "modules", showing=lambda: page_of(connection))
