"""From an exception to a status and to words: a toast for HTMX, a page for a browser. Nothing is kept half done."""

import logging
import secrets

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from blueprints.api.answers import problem
from blueprints.auth import at_the_portal
from blueprints.bearer import ASKS_ITSELF, carries_a_token
from blueprints.language import t
from blueprints.respond import toast_only, wants_fragment
from blueprints.toasts import toast
from delivery.files import FileLost
from domain.db import db
from domain.errors import DomainError, Missing, NotAllowed, Refused, Stale
from domain.words import Words, _

log = logging.getLogger(__name__)

STATUS: dict[type[DomainError], int] = {Refused: 422, NotAllowed: 403, Missing: 404, Stale: 409}

DEADLOCK = frozenset({"40P01", "40001"})
"""What PostgreSQL calls it when two transactions wait for each other, or can't both come first."""

_HTTP: dict[int, Words] = {
    400: _("The request could not be read."),
    404: _("There is nothing here."),
    405: _("This address does not do that."),
    413: _("This is too large."),
}


def register(app: Flask) -> None:
    """Give every way of failing its answer."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(StaleDataError, lambda _error: domain_error(Stale()))
    app.register_error_handler(IntegrityError, _collision)
    app.register_error_handler(OperationalError, _in_each_others_way)
    app.register_error_handler(FileLost, _lost_file)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def domain_error(error: DomainError) -> Response:
    """The business said no."""
    return _answer(STATUS[type(error)], error.message)


def _collision(error: IntegrityError) -> Response:
    log.warning("two at the same moment: %s", error.orig)
    return _answer(409, _("Somebody else saved the same thing at the same moment. Please try again."))


def _in_each_others_way(error: OperationalError) -> Response:
    """PostgreSQL ends one of two who wait for each other; whoever tries again comes second."""
    if getattr(error.orig, "sqlstate", None) in DEADLOCK:
        return _answer(409, _("Somebody else was changing the same thing. Please try again."))
    return _unexpected(error)


def _lost_file(error: FileLost) -> Response:
    log.error("a file is not in the storage: %s", error)
    return _answer(
        404,
        _(
            "This file is not in the storage any more. Whoever runs this installation may have a backup of it."
        ),
    )


def _expired_form(_error: CSRFError) -> Response:
    return _answer(400, _("This form has expired. Please go back, reload the page and send it again."))


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if 300 <= code < 400:
        return make_response(error.get_response())
    return _answer(code, _HTTP.get(code, _("This did not work.")))


def _unexpected(error: Exception) -> Response:
    reference = secrets.token_hex(4).upper()
    log.exception("unexpected error %s at %s", reference, _address(), exc_info=error)
    answer = _answer(500, _("Something went wrong on our side. Nothing was saved."), reference)
    answer.headers["X-Reference"] = reference
    return answer


def _address() -> str:
    """Where it happened, without the token of a mailed link: logs are read by more people than mails are."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "…") if token else request.path


def _answer(status: int, message: Words, reference: str = "") -> Response:
    db.session.rollback()
    if request.blueprint == ASKS_ITSELF:
        return problem(status, "INTERNAL_ERROR", t(message), {"reference": reference})
    if request.blueprint == "api" or carries_a_token():
        return make_response(jsonify(error=t(message), reference=reference), status)
    if wants_fragment() and status < 500:
        toast(message, "bad")
        return toast_only(status)
    template = "portal/error.html" if at_the_portal() else "error.html"
    return make_response(render_template(template, code=status, message=message, reference=reference), status)
