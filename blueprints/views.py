"""Saved views: a list's filters, order and columns under a name, as a tab above it."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.loading import actor, may, require
from blueprints.records import list_page, once, version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.errors import Refused, Stale
from domain.modules import saved_views
from domain.modules.listing import Listing
from domain.modules.module import Field, Module
from domain.modules.saved_views import SavedView
from domain.words import Words, _

bp = Blueprint("views", __name__)

NAME = Field("name", _("Name of the view"), required=True, longest=100)
SHARED = Field("is_shared", _("Everybody who may see this list has this view"), "boolean")
DEFAULT = Field("is_default", _("My list opens with this view"), "boolean")


@bp.get("/<module:module>/views/<int:view_id>")
def show(module: Module, view_id: int) -> Response:
    """The list as the view says; rows are those that this person may see."""
    require(module.permission("view"))
    view = saved_views.view_for(actor(), module.key, view_id)
    try:
        listing = Listing.from_args(module, view.args | {"view": str(view.id)})
    except Refused as refusal:
        context = {"view": view, "message": refusal.message}
        return respond("views/gone.html", "view", status=422, module=module, **context)
    return list_page(module, listing, saved_views.tabs_for(actor(), module.key))


@bp.get("/<module:module>/views/new")
def new(module: Module) -> Response:
    """A name for the list as it is."""
    require(module.permission("view"))
    return _show(module, None, forms.blank(_fields(module), {}), _listing(module, request.args))


@bp.post("/<module:module>/views/new")
def create(module: Module) -> Response:
    """Save the list under a name."""
    require(module.permission("view"))
    listing = _listing(module, request.form)
    values, errors = forms.parse(_fields(module), request.form)
    if errors:
        return _show(module, None, forms.as_posted(request.form, errors), listing, 422)
    view = once(SavedView, lambda key: _saved(_blank(module, key), values, listing))
    return _onward(module, view, _("The view “%(name)s” was saved.", name=view.name))


@bp.get("/<module:module>/views/<int:view_id>/edit")
def edit(module: Module, view_id: int) -> Response:
    """Its name, who has it, and the list as it is now."""
    require(module.permission("view"))
    view = saved_views.own_view(actor(), module.key, view_id)
    typed = {"name": view.name, "is_shared": "1" if view.is_shared else ""}
    typed["is_default"] = "1" if saved_views.is_default(actor(), view) else ""
    given = request.args if "listing" in request.args else None
    return _show(module, view, forms.Form(typed), _listing(module, given, view))


@bp.post("/<module:module>/views/<int:view_id>/edit")
def update(module: Module, view_id: int) -> Response:
    """Save the view again."""
    require(module.permission("view"))
    view = saved_views.own_view(actor(), module.key, view_id)
    listing = _listing(module, request.form, view)
    if version() != view.version:
        raise Stale(view)
    values, errors = forms.parse(_fields(module), request.form)
    if errors:
        return _show(module, view, forms.as_posted(request.form, errors), listing, 422)
    _saved(view, values, listing)
    return _onward(module, view, _("The view “%(name)s” was saved.", name=view.name))


@bp.get("/<module:module>/views/<int:view_id>/delete")
def confirm_delete(module: Module, view_id: int) -> Response:
    """Ask before deleting."""
    require(module.permission("view"))
    view = saved_views.own_view(actor(), module.key, view_id)
    return respond("views/delete.html", "form", module=module, view=view)


@bp.post("/<module:module>/views/<int:view_id>/delete")
def destroy(module: Module, view_id: int) -> Response:
    """Delete the view; the records are not touched."""
    require(module.permission("view"))
    view = saved_views.own_view(actor(), module.key, view_id)
    name = view.name
    saved_views.delete_view(view)
    toast(_("%(name)s was deleted.", name=name))
    return go(url_for("records.index", module=module))


def _fields(module: Module) -> tuple[Field, ...]:
    """Who may only look keeps their views to themselves."""
    return (NAME, SHARED, DEFAULT) if may(module.permission("edit")) else (NAME, DEFAULT)


def _listing(module: Module, given: dict[str, str] | None, view: SavedView | None = None) -> Listing:
    """The list that is to be saved: as the form says, or as the view was; a broken one is refused in words."""
    if given is None and view is not None:
        return Listing.from_args(module, view.args)
    args = dict(parse_qsl((given or {}).get("listing", ""), keep_blank_values=True))
    return Listing.from_args(module, {name: text for name, text in args.items() if name != "view"})


def _blank(module: Module, key: str) -> SavedView:
    return SavedView(module=module.key, member_id=actor().id, form_key=key)


def _saved(view: SavedView, values: dict[str, object], listing: Listing) -> SavedView:
    saved_views.save_view(view, str(values["name"]), bool(values.get("is_shared")), listing.saved_args)
    saved_views.open_with(actor(), view, bool(values["is_default"]))
    return view


def _onward(module: Module, view: SavedView, words: Words) -> Response:
    toast(words)
    return go(url_for("views.show", module=module, view_id=view.id))


def _show(
    module: Module, view: SavedView | None, form: forms.Form, listing: Listing, status: int = 200
) -> Response:
    context = {"view": view, "form": form, "listing": listing, "fields": _fields(module)}
    return respond("views/edit.html", "form", status=status, module=module, **context)
