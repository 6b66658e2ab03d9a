"""Taking a list out as CSV, XLS or XLSX: at once when it is short, in the background when it is long."""

from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, send_file, url_for

from blueprints import forms
from blueprints.language import language
from blueprints.loading import actor, require
from blueprints.records import once
from blueprints.respond import go, respond
from delivery import exports, files
from delivery.spreadsheets import FORMATS
from domain.db import db, will_write
from domain.errors import Missing, NotAllowed, Refused
from domain.exports import Export, ask_for, export_of, exports_of, require_export
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.listing import COUNTED, Listing
from domain.modules.module import Module
from domain.timeline import record_act
from domain.words import _

bp = Blueprint("exports", __name__)

AT_ONCE = COUNTED
"""So many rows are written while one waits; more are a job."""

OURS = ("format", "fields", "encoding", "exact", "ids")
"""What an address says about the file; everything else in it says which list."""

EXPORT = "<any(csv,xls,xlsx):format>"


@bp.get("/<module:module>/export")
def options(module: Module) -> Response:
    """How the file shall be: format, columns, encoding."""
    _may_take_out(module)
    listing = Listing.from_args(module, _list_args())
    if request.args.get("format") in FORMATS:
        return go(_address(module, request.args["format"], request.args.items()))
    return respond("exports/options.html", "form", module=module, listing=listing, formats=FORMATS)


@bp.get(f"/<module:module>/export.{EXPORT}")
def download(module: Module, format: str) -> Response:
    """The file; of a long list the question whether it shall be made in the background."""
    export = _wanted(module, format)
    if _is_long(export):
        here = _address(module, format, request.args.items(multi=True))
        form = forms.blank((), {})
        return respond("exports/long.html", module=module, counted=AT_ONCE, here=here, form=form)
    answer, rows = _file(export)
    db.session.rollback()  # the reading has ended: only now is it anybody's turn to write
    will_write(True)
    record_act(module.key, "exported", actor(), count=rows, format=format.upper())
    return answer


@bp.post(f"/<module:module>/export.{EXPORT}")
def make(module: Module, format: str) -> Response:
    """The file of what was chosen in a list; a long list is begun, and its page shows how far it is."""
    export = _wanted(module, format)
    if not _is_long(export):
        answer, rows = _file(export)
        record_act(module.key, "exported", actor(), count=rows, format=format.upper())
        return answer
    begun = once(Export, lambda key: ask_for(_keyed(export, key), actor()))
    return go(url_for("exports.show", export_id=begun.id))


@bp.get("/exports")
def index() -> Response:
    """What one took out lately in the background."""
    return respond("exports/index.html", "exports", exports=exports_of(actor()), module_of=ALL.get)


@bp.get("/exports/<int:export_id>")
def show(export_id: int) -> Response:
    """How far it is, and the file when it is there."""
    return respond("exports/show.html", "progress", **_shown(_mine(export_id)))


@bp.get("/exports/<int:export_id>/file")
def file(export_id: int) -> Response:
    """The file, for who had it made and may still do so."""
    export = _mine(export_id)
    if export.file is None:
        raise Missing()
    if not export.is_still_theirs(actor()):
        raise NotAllowed()
    stored = export.file
    return send_file(
        files.files().open(stored.digest), stored.media_type, as_attachment=True, download_name=stored.name
    )


def _shown(export: Export) -> dict[str, Any]:
    return {"export": export, "module": ALL[export.module]}


def _mine(export_id: int) -> Export:
    export = export_of(actor(), export_id)
    if export is None or export.module not in ALL:
        raise Missing()
    _may_take_out(ALL[export.module])
    return export


def _may_take_out(module: Module) -> None:
    require(module.permission("view"))
    require(module.permission("export"))


def _wanted(module: Module, format: str) -> Export:
    """What the address and the form ask for; a list that makes no sense is refused."""
    _may_take_out(module)
    require_export(actor(), module)
    listing = Listing.from_args(module, _list_args())
    encoding = request.values.get("encoding", "utf-8")
    if encoding not in ("utf-8", "cp932"):
        raise Refused(_("Please choose from the list."))
    return Export(
        module=module.key,
        format=format,
        encoding=encoding,
        is_exact=bool(request.values.get("exact")),
        has_all_fields=request.values.get("fields") == "all",
        language=language(),
        args=listing.at().to_args(),
        ids=_ids(),
    )


def _list_args() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name not in OURS}


def _ids() -> list[int]:
    if request.form.get("all"):  # the bar of a list: all that match, whatever is ticked on this page
        return []
    ids = [as_id(each) for each in request.values.getlist("ids")]
    if None in ids or len(ids) > AT_ONCE:
        raise Refused(_("Please choose from the list."))
    return list(dict.fromkeys(each for each in ids if each is not None))


def _is_long(export: Export) -> bool:
    return not export.ids and export.listing().count(actor()) > AT_ONCE


def _keyed(export: Export, key: str) -> Export:
    export.form_key = key
    return export


def _file(export: Export) -> tuple[Response, int]:
    """The answer that is the file, and how many rows it has."""
    kept = TemporaryFile()  # noqa: SIM115  closed by the answer
    rows = exports.write(export, actor(), kept)
    name = exports.name_of(export)
    kept.seek(0)
    charset = {"cp932": "shift_jis"}.get(export.encoding, "utf-8")
    media = FORMATS[export.format].media_type
    media = f"{media}; charset={charset}" if export.format == "csv" else media
    answer = send_file(kept, media, as_attachment=True, download_name=name)
    answer.content_type = media
    return answer, rows


def _address(module: Module, format: str, args: Iterable[tuple[str, str]]) -> str:
    kept = [(name, value) for name, value in args if name != "format" and value]
    base = url_for("exports.download", module=module, format=format)
    return f"{base}?{urlencode(kept)}" if kept else base
