"""`/bigin/v2`: the CRM side as clients of the Bigin API know it, with the rights of whoever the token stands for."""

import json
from datetime import datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from blueprints.api.answers import Problem, answer, problem
from blueprints.api.bigin import deleted, describing, rows, writing
from blueprints.api.bigin.criteria import parsed
from blueprints.api.bigin.wire import WIRES, Wire
from blueprints.bearer import holder, seconds_until, use_so_far
from blueprints.loading import load, require
from domain.db import db
from domain.errors import DomainError, Missing, NotAllowed, Refused
from domain.modules.kinds import search
from domain.modules.operators import OPERATORS
from domain.organizations.access_tokens import PER_MINUTE
from domain.organizations.scopes import opens

bp = Blueprint("bigin", __name__, url_prefix="/bigin/v2")

EVERY = ("GET", "POST", "PUT", "PATCH", "DELETE")


# --- records --------------------------------------------------------------------------------------------------------


@bp.get("/<name>", strict_slashes=False)
def index(name: str) -> Response:
    """A page of rows: all, those that changed since a moment, some by id, or those of a saved view."""
    wire = _asked(name, "READ")
    require(wire.module.permission("view"))
    conditions = [
        make(wire, request.args[said]) for said, make in _CONDITIONS.items() if request.args.get(said)
    ]
    since = request.headers.get("If-Modified-Since")
    conditions += [rows.since(wire, _moment(since))] if since else []
    body = rows.page_of(rows.Asked.from_args(wire, request.args), *conditions)
    return Response(status=304) if since and body is None else answer(body)


@bp.get("/<name>/search", strict_slashes=False)
def find(name: str) -> Response:
    """Rows by criteria, mail address, phone or any word."""
    wire = _asked(name, "READ")
    require(wire.module.permission("view"))
    said = next((each for each in _SEARCHES if request.args.get(each)), None)
    if said is None:
        raise Problem(400, "REQUIRED_PARAM_MISSING", "one of criteria, email, phone and word")
    found = _SEARCHES[said](wire, request.args[said].replace("\x00", ""))
    return answer(rows.page_of(rows.Asked.from_args(wire, request.args), found))


@bp.get("/<name>/deleted", strict_slashes=False)
def gone(name: str) -> Response:
    """What was deleted, newest first: clients that keep copies ask for it."""
    wire = _asked(name, "READ")
    require(wire.module.permission("view"))
    since = request.headers.get("If-Modified-Since")
    return answer(deleted.page_of(wire, request.args, _moment(since) if since else None))


@bp.get("/<name>/<int:row_number>", strict_slashes=False)
def show(name: str, row_number: int) -> Response:
    """One row."""
    wire = _asked(name, "READ")
    record = load(wire.module, row_number, "view")
    return answer({"data": [rows.as_json(wire, record)]})


@bp.post("/<name>", strict_slashes=False)
def create(name: str) -> Response:
    """Make up to a hundred rows."""
    wire = _asked(name, "CREATE")
    require(wire.module.permission("create"))
    return _write(lambda number, row: writing.create(wire, number, row), made=201)


@bp.put("/<name>", strict_slashes=False)
def update_all(name: str) -> Response:
    """Change up to a hundred rows."""
    wire = _asked(name, "UPDATE")
    require(wire.module.permission("edit"))
    return _write(lambda number, row: writing.update(wire, number, row))


@bp.put("/<name>/<int:row_number>", strict_slashes=False)
def update(name: str, row_number: int) -> Response:
    """Change one row."""
    wire = _asked(name, "UPDATE")
    require(wire.module.permission("edit"))
    return _write(lambda number, row: writing.update(wire, number, row | {"id": row_number}), most=1)


@bp.delete("/<name>", strict_slashes=False)
def destroy_all(name: str) -> Response:
    """Delete up to a hundred rows, named in the address."""
    wire = _asked(name, "DELETE")
    require(wire.module.permission("delete"))
    ids = [each.strip() for each in request.args.get("ids", "").split(",") if each.strip()]
    return _answered(wire, ids)


@bp.delete("/<name>/<int:row_number>", strict_slashes=False)
def destroy(name: str, row_number: int) -> Response:
    """Delete one row."""
    wire = _asked(name, "DELETE")
    require(wire.module.permission("delete"))
    return _answered(wire, [str(row_number)])


def _answered(wire: Wire, ids: list[str]) -> Response:
    return _all([{"id": each} for each in ids], lambda number, row: writing.delete(wire, number, row))


def _write(do: Any, made: int = 200, most: int = writing.MOST) -> Response:
    given = _body().get("data")
    if not isinstance(given, list):
        raise Problem(400, "MANDATORY_NOT_FOUND", "required field not found", api_name="data")
    return _all(given, do, made, most)


def _all(given: list[Any], do: Any, made: int = 200, most: int = writing.MOST) -> Response:
    if not 0 < len(given) <= most:
        raise Problem(400, "LIMIT_EXCEEDED", f"from one row to {most}", limit=most)
    answers, status = writing.each_row(given, do)
    return answer({"data": answers}, made if status == 200 else status)


def _body() -> dict[str, Any]:
    """The JSON that came, with or without a content type, or in a form as older clients send it."""
    text = request.form.get("JSONString") or request.get_data(as_text=True)
    try:
        body = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "INVALID_DATA", "the body is no JSON") from error
    if not isinstance(body, dict) or "\\u0000" in text or "\x00" in text:
        raise Problem(400, "INVALID_DATA", "the body is not what it should be")
    return body


def _no_number(name: str) -> None:
    raise ValueError(name)


_CONDITIONS = {"ids": rows.among, "cvid": rows.in_view}


def _like(names: tuple[str, ...]) -> Any:
    """That one of these fields holds what was searched for."""

    def made(wire: Wire, value: str) -> Any:
        known = wire.known()
        columns = [getattr(wire.module.model, known[name].column) for name in names if name in known]
        if not columns:
            raise Problem(400, "INVALID_QUERY", "this module has no such field")
        return db.or_(*(OPERATORS["contains"].sql(column, value) for column in columns))

    return made


_SEARCHES = {
    "criteria": parsed,
    "email": _like(("Email", "Secondary_Email")),
    "phone": _like(("Phone", "Mobile", "Fax")),
    "word": lambda wire, value: search(wire.module.model, value),
}


def _moment(text: str) -> datetime:
    """When, as clients write it: ISO 8601, or as HTTP says it."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment: datetime = read(text.strip())
        except (ValueError, TypeError):
            continue
        if moment.tzinfo is not None and 1 < moment.year < 9999:
            return moment
    raise Problem(400, "INVALID_DATA", "this is no moment with a time zone", header="If-Modified-Since")


# --- what there is --------------------------------------------------------------------------------------------------


@bp.get("/settings/modules", strict_slashes=False)
def modules() -> Response:
    """The modules and what this person may do with each."""
    _may("settings", "READ")
    require("crm.accounts.view")
    return answer({"modules": describing.modules()})


@bp.get("/settings/fields", strict_slashes=False)
def fields() -> Response:
    """The fields of a module."""
    _may("settings", "READ")
    wire = _wire(request.args.get("module", ""))
    require(wire.module.permission("view"))
    return answer({"fields": describing.fields(wire)})


@bp.get("/settings/custom_views", strict_slashes=False)
def custom_views() -> Response:
    """The saved views of a module that this person sees."""
    _may("settings", "READ")
    wire = _wire(request.args.get("module", ""))
    require(wire.module.permission("view"))
    return answer({"custom_views": describing.views(wire)})


@bp.get("/org", strict_slashes=False)
def organization() -> Response:
    """The organization behind the token."""
    _may("org", "READ")
    require("crm.accounts.view")
    return answer({"org": [describing.organization()]})


@bp.get("/users", strict_slashes=False)
def users() -> Response:
    """Whoever the token stands for."""
    _may("users", "READ")
    require("crm.accounts.view")
    return answer({"users": [describing.user()]})


@bp.route("/<path:anything>", methods=EVERY)
def nothing(anything: str) -> Response:
    """No such address."""
    require("crm.accounts.view")
    raise Problem(404, "INVALID_URL_PATTERN", "please check if the address is right")


# --- who may, and what is wrong -------------------------------------------------------------------------------------


def _wire(name: str) -> Wire:
    if name not in WIRES:
        raise Problem(400, "INVALID_MODULE", "the module name given seems to be invalid")
    return WIRES[name]


def _asked(name: str, verb: str) -> Wire:
    """The module, where the token's scopes open it; the person's own right is asked for besides."""
    wire = _wire(name)
    _may("modules", verb, wire.scope)
    return wire


def _may(area: str, verb: str, module: str = "") -> None:
    if not opens(holder().scopes, area, verb, module):
        raise Problem(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL")


@bp.after_request
def _say_how_often(response: Response) -> Response:
    """Clients read these headers without asking whether they are there."""
    use = use_so_far()
    response.headers["X-Rate-Limit-Limit"] = str(PER_MINUTE)
    response.headers["X-Rate-Limit-Remaining"] = str(max(0, PER_MINUTE - use.times))
    response.headers["X-Rate-Limit-Reset"] = str(seconds_until(use.ends_at))
    return response


def _refused(error: DomainError) -> Response:
    if isinstance(error, NotAllowed):
        return problem(403, "NO_PERMISSION", "permission denied")
    if isinstance(error, Missing):
        return problem(404, "INVALID_DATA", "the id given seems to be invalid", {"api_name": "id"})
    assert isinstance(error, Refused)
    return problem(400, "INVALID_DATA", str(error.message))


def _not_http(error: HTTPException) -> Response:
    code = error.code or 500
    return problem(code, "INVALID_REQUEST", error.description or "the request can't be read")


bp.register_error_handler(
    Problem, lambda error: problem(error.http, error.code, error.message, error.details)
)
bp.register_error_handler(DomainError, _refused)
bp.register_error_handler(HTTPException, _not_http)
