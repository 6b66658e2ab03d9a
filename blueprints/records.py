"""Every module's list, record, new, edit and delete. A module that differs has a view of its own, which wins."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from blueprints import forms
from blueprints.loading import actor, load, require, sees
from blueprints.references import matching, modules_of
from blueprints.related import figures_of, kept_of
from blueprints.respond import go, respond
from blueprints.talk import files_on, stream_of
from blueprints.toasts import toast
from domain import records
from domain.db import db
from domain.errors import Missing, Refused, Stale
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.listing import COUNTED, Listing
from domain.modules.module import Field, Module
from domain.modules.saved_views import Tab, tabs_for
from domain.words import _

bp = Blueprint("records", __name__)


@bp.get("/<module:module>")
def index(module: Module) -> Response:
    """The list, filtered and sorted as the address says."""
    require(module.permission("view"))
    tabs = tabs_for(actor(), module.key)
    return list_page(module, _opening(module, tabs) or Listing.from_args(module, request.args), tabs)


def list_page(module: Module, listing: Listing, tabs: list[Tab]) -> Response:
    """One page of a list, under the views that this person has."""
    page = listing.counted_page(actor())
    context = {"listing": listing, "page": page, "count": page.total, "counted": COUNTED}
    return respond("records/index.html", "listing", "list_menu", module=module, tabs=tabs, **context)


def _opening(module: Module, tabs: list[Tab]) -> Listing | None:
    """The view with which this person's list opens, unless the address says more; one that is broken does not count."""
    view = next((tab.view for tab in tabs if tab.is_default), None)
    if request.args or view is None:
        return None
    try:
        return Listing.from_args(module, view.args | {"view": str(view.id)})
    except Refused:
        return None


@bp.get("/<module:module>/<int:record_id>")
def show(module: Module, record_id: int) -> Response:
    """The record's page; its related lists load when they are scrolled to."""
    return record_page(module, load(module, record_id, "view"))


def record_page(module: Module, record: Any) -> Response:
    """The page of a record."""
    return respond("records/show.html", "header", **page_of(module, record))


def page_of(module: Module, record: Any) -> dict[str, Any]:
    """What a record page shows."""
    return {
        "module": module,
        "record": record,
        "figures": figures_of(module, record),
        "kept": kept_of(module, record),
        **stream_of(module, record),
        **files_on(module, record),
        **(module.parts(record) if module.parts else {}),
    }


@bp.get("/<module:module>/<int:record_id>/timeline")
def timeline(module: Module, record_id: int) -> Response:
    """What happened to the record, with what was said about it in between."""
    record = load(module, record_id, "view")
    tab = "history" if request.args.get("show") == "history" else "all"
    return respond("records/timeline.html", "timeline", **stream_of(module, record, tab))


@bp.get("/<module:module>/options")
def options(module: Module) -> Response:
    """What a picker offers for the text typed so far."""
    require(module.permission("view"))
    typed = request.args.get("q") or request.args.get(request.args.get("field", ""), "")
    return respond("records/_options.html", options=matching(module, typed), module=module)


@bp.get("/<module:module>/new")
def new(module: Module) -> Response:
    """An empty form, filled with what the page it was opened from says."""
    require(module.permission("create"))
    fields = _fields(module, request.args)
    return respond(
        "records/edit.html", "form", module=module, record=None, form=forms.blank(fields, request.args)
    )


@bp.post("/<module:module>/new")
def create(module: Module) -> Response:
    """Make a record; the same form sent twice makes one."""
    require(module.permission("create"))
    return create_as(module, records.create)


def create_as(module: Module, make: Callable[..., Any]) -> Response:
    """Make a record from the posted form; `make` is how, where more belongs to it."""
    fields = _fields(module, request.form)
    try:
        values = forms.read(fields, module.model)
        record = once(module.model, lambda key: make(module.model, values, actor(), key))
    except Refused as refusal:
        return _again(module, None, forms.refused(refusal))
    toast(_("%(name)s was saved.", name=record.title))
    return go(_page_after(module, record))


@bp.get("/<module:module>/<int:record_id>/edit")
def edit(module: Module, record_id: int) -> Response:
    """The form of a record."""
    record = load(module, record_id, "edit")
    form = forms.of_record(module.editable, record)
    return respond("records/edit.html", "form", module=module, record=record, form=form)


@bp.post("/<module:module>/<int:record_id>/edit")
def update(module: Module, record_id: int) -> Response:
    """Save a record, unless somebody else did so since the form was opened."""
    try:
        record = load(module, record_id, "edit", version=version(), lock=True)
    except Stale as stale:
        return _again(module, stale.record, forms.conflicting(module.editable, stale.record), 409)
    try:
        records.update(record, forms.read(module.editable, module.model), actor())
    except Refused as refusal:
        return _again(module, record, forms.refused(refusal))
    toast(_("%(name)s was saved.", name=record.title))
    return go(_page_after(module, record))


@bp.get("/<module:module>/<int:record_id>/delete")
def confirm_delete(module: Module, record_id: int) -> Response:
    """Ask before deleting."""
    record = load(module, record_id, "delete")
    return respond("records/delete.html", "form", module=module, record=record, refusal=None)


@bp.post("/<module:module>/<int:record_id>/delete")
def destroy(module: Module, record_id: int) -> Response:
    """Delete a record, or say why not and what can be done instead."""
    record = load(module, record_id, "delete", lock=True)
    parent = _parent_url(module, record)
    title = record.title
    try:
        records.delete(record, actor())
    except Refused as refusal:
        context = {"module": module, "record": record, "refusal": refusal.message}
        return respond("records/delete.html", "form", status=422, **context)
    toast(_("%(name)s was deleted.", name=title))
    return go(parent or url_for("records.index", module=module))


def version() -> int:
    """The version that the posted form was made from; a form without it is refused, not taken for new."""
    given = as_id(request.form.get("version", ""))
    if given is None:
        raise Refused(_("This form is not complete. Please open it again."))
    return given


def once(model: Any, make: Callable[[str], Any]) -> Any:
    """What `make` makes for this form's key, or what an earlier click on the same form made.

    Two clicks at the same moment: the second runs into the unique key and finds the first one's record.
    """
    key = posted_key()
    try:
        return _made_before(model, key) or make(key)
    except IntegrityError:
        db.session.rollback()
        return _made_before(model, key) or make(key)


def posted_key() -> str:
    """The key of the posted form; a form without one is refused."""
    key = request.form.get("form_key", "")
    if not re.fullmatch(r"[\w-]{1,64}", key, re.ASCII):
        raise Refused(_("This form is not complete. Please open it again."))
    return key


def _made_before(model: Any, key: str) -> Any:
    return db.session.scalar(select(model).where(model.form_key == key))


def _fields(module: Module, given: Any) -> tuple[Field, ...]:
    """The form's fields; a record that belongs to another one also says to which."""
    return (module.by_name[module.parent], *module.editable) if module.parent else module.editable


def _again(module: Module, record: Any, form: forms.Form, status: int = 422) -> Response:
    """The form once more: what is wrong, and all that was typed."""
    return respond("records/edit.html", "form", status=status, module=module, record=record, form=form)


def _page_after(module: Module, record: Any) -> str:
    if not sees(module.model, record.id):  # assigned staff may give a customer away
        return url_for("records.index", module=module)
    return _parent_url(module, record) or url_for("records.show", module=module, record_id=record.id)


def _parent_url(module: Module, record: Any) -> str | None:
    if not module.parent:
        return None
    parent = getattr(record, module.parent)
    if parent.MODULE not in {m.key for m in modules_of(module.by_name[module.parent])}:
        raise Missing()
    return url_for("records.show", module=ALL[parent.MODULE], record_id=parent.id)
