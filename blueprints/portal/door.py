"""The door of the portal: signing in and out, and who is there. It knows nothing of the staff's sign-ins.

`visit` and `load` are the only ways by which a view of the portal gets at anything.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.routing import BaseConverter

from blueprints.auth import SAFE, address, at_the_portal
from blueprints.respond import leave as load_itself
from blueprints.respond import respond, wants_fragment
from blueprints.toasts import toast
from domain.db import db, set_organization, will_write
from domain.errors import Missing, Refused
from domain.modules.kinds import as_id
from domain.organizations.sign_ins import LASTS
from domain.portal import shelf as shelves
from domain.portal import sign_ins
from domain.portal.shelf import SHELVES, Shelf
from domain.portal.sign_ins import Visit
from domain.timeline import come_from, record_event
from domain.words import LANGUAGES, _

bp = Blueprint("portal", __name__)

PUBLIC = {
    "portal.form": "one has to be able to sign in",
    "portal.enter": "one has to be able to sign in",
    "portal_passwords.form": "whoever forgot their password cannot sign in",
    "portal_passwords.ask": "whoever forgot their password cannot sign in",
    "portal_passwords.new": "the token in the address says who it is",
    "portal_passwords.choose": "the token in the address says who it is",
    "portal_passwords.invitation": "the token in the address says who was invited",
    "portal_passwords.accept": "the token in the address says who was invited",
    "portal_links.show": "the token in the address says which document it opens",
    "portal_links.pdf": "the token in the address says which document it opens",
}


class ShelfConverter(BaseConverter):
    """A kind of papers: invoices, estimates."""

    regex = "|".join(SHELVES)

    def to_python(self, value: str) -> Shelf:
        """The kind of its name."""
        return SHELVES[value]

    def to_url(self, value: Any) -> str:
        """Its name; given as such, too."""
        return value.key if isinstance(value, Shelf) else str(value)


def register(app: Flask) -> None:
    """Open the door, and put a guard behind it."""
    app.url_map.converters["shelf"] = ShelfConverter
    app.before_request(_enter)
    app.register_blueprint(bp)


def visit() -> Visit:
    """Who is there, and for which customer."""
    found: Visit | None = g.get("visit")
    if found is None:
        raise Missing()
    return found


def load(shelf: Shelf, record_id: int) -> Any:
    """A paper of the customer who is there; whatever is not theirs to see is missing, whatever the reason."""
    return shelves.paper(visit().party, shelf, record_id)


def seen(find: Callable[[], Any], verb: str = "portal_viewed") -> Any:
    """What is found, noted as opened by the customer where it was not before."""
    document = find()
    if request.method == "HEAD" or not shelves.is_unseen(document):
        return document  # what looks without reading is a program that tries links
    db.session.rollback()  # the reading has ended: only now is it anybody's turn to write
    will_write(True)
    document = find()
    if shelves.mark_viewed(document):
        record_event(document, verb, None)
    return document


# --- coming and going ---------------------------------------------------------------------------------------------


@bp.get("/portal/login")
def form() -> Response:
    """The sign-in page of the portal."""
    if "visit" in g:
        return redirect(url_for("portal_papers.home"), 303)
    return respond("portal/login.html", email="", error=None, next=request.args.get("next", ""))


@bp.post("/portal/login")
def enter() -> Response:
    """Sign in; a new token every time, so that a planted one is worth nothing."""
    email, wanted = request.form.get("email", ""), request.form.get("next", "")
    try:
        token = sign_ins.sign_in(email, request.form.get("password", ""), address())
        message = _("The mail address or the password is wrong.")
    except Refused as refusal:
        token, message = None, refusal.message
    if token is None:
        g.keep = True  # a wrong guess is on record although the answer is a refusal
        email = email.replace("\x00", "")
        return respond("portal/login.html", status=422, email=email, error=message, next=wanted)
    return let_in(redirect(_inside(wanted), 303), token)


@bp.post("/portal/logout")
def leave() -> Response:
    """Sign out here; the token is worth nothing any more."""
    visit()
    sign_ins.sign_out(request.cookies.get(cookie_name(), ""))
    response = redirect(url_for("portal.form"), 303)
    response.delete_cookie(cookie_name(), path="/portal")
    return response


@bp.post("/portal/customer")
def switch() -> Response:
    """Look at another of one's customers; the sign-in stays the same."""
    access = sign_ins.switch(visit(), as_id(request.form.get("to", "")) or 0)
    if access is None:
        raise Missing()
    toast(_("You are looking at %(name)s now.", name=access.party.display_name))
    return redirect(url_for("portal_papers.home"), 303)


@bp.post("/portal/language")
def language() -> Response:
    """One's own language, from now on and in mails."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        visit().guest.language = wanted
    return redirect(_inside(request.form.get("next", "")), 303)


def let_in(response: Response, token: str) -> Response:
    """The answer with the cookie of a new sign-in, which no page outside of the portal is sent."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(LASTS.total_seconds()),
        path="/portal",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def cookie_name() -> str:
    """What a customer's sign-in is kept under: beside that of the people who work here."""
    return f"{current_app.config['SESSION_COOKIE_NAME']}_portal"


# --- the guard ----------------------------------------------------------------------------------------------------


def _enter() -> Any:
    """Before every request to the portal: who is it, and at which customer do they look."""
    if not at_the_portal():
        return None
    token = request.cookies.get(cookie_name(), "")
    found = sign_ins.signed_in(token) if token else None
    g.reader, g.zone = "", "UTC"
    if found is not None:
        _let(found)
        return _same_customer(found)
    if request.endpoint in PUBLIC or request.endpoint is None:
        return None
    return _to_the_door()


def _let(found: Visit) -> None:
    set_organization(found.organization.id)
    come_from(address(), found.person.title)
    g.visit, g.zone = found, found.organization.time_zone
    g.reader = found.guest.language or found.party.language_in(found.organization)


def _same_customer(found: Visit) -> Any:
    """A form opened for one customer is not taken for another (two tabs)."""
    given = request.form.get("customer") if request.method not in SAFE else None
    if not given or given == str(found.access.id):
        return None
    message = _("This form was opened for another customer. Nothing was saved.")
    return Response(render_template("portal/error.html", code=409, message=message, reference=""), 409)


def _to_the_door() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" and not wants_fragment() else ""
    return load_itself(url_for("portal.form", next=wanted or None))


def _inside(target: str) -> str:
    """The page somebody wanted to see, if it is one of the portal; a link that leads out is not followed."""
    path = target.split("?")[0]
    inside = target.startswith("/portal") and "\\" not in target and "//" not in path and target.isprintable()
    return target if inside and ".." not in path else url_for("portal_papers.home")
