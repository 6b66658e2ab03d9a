"""Signing in and out, and going over to another organization. Without a sign-in one reaches `PUBLIC` only."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from blueprints.respond import go, respond, wants_fragment
from blueprints.toasts import toast
from domain.db import db, set_organization, will_write
from domain.errors import Missing, Refused
from domain.modules.kinds import parse_id
from domain.organizations import founding, sign_ins
from domain.organizations.organizations import Organization
from domain.organizations.sign_ins import Carrier
from domain.timeline import come_from
from domain.words import _

bp = Blueprint("auth", __name__)
login_manager = LoginManager()

SAFE = ("GET", "HEAD", "OPTIONS")

PUBLIC = {
    "auth.form": "one has to be able to sign in",
    "auth.enter": "one has to be able to sign in",
    "assets.show": "style and script of the sign-in page",
    "health.show": "for the machine that watches",
    "health.metrics": "for the machine that watches",
    "first.form": "makes the first organization of an empty installation, and is closed after that",
    "first.create": "makes the first organization of an empty installation, and is closed after that",
    "passwords.form": "whoever forgot their password cannot sign in",
    "passwords.ask": "whoever forgot their password cannot sign in",
    "passwords.new": "the token in the address says who it is",
    "passwords.choose": "the token in the address says who it is",
    "invitations.form": "the token in the address says who was invited",
    "invitations.accept": "the token in the address says who was invited",
    "oauth.token": "the program's secret and the code, or the refresh token, say who it is",
    "oauth.revoke": "the token itself says what ends",
}

READ_ONLY = {
    "documents.show_lines": "shows the form again with its totals",
    "comments.people": "says who may be meant",
}
"""POSTs that save nothing: they need no write lock."""


KEPT = {
    "exports.download": "who took records out is written down",
    "portal_papers.show": "that the customer has opened it is written down",
    "portal_papers.pdf": "that the customer has opened it is written down",
    "portal_links.show": "that the customer has opened it is written down",
    "portal_links.pdf": "that the customer has opened it is written down",
    "bigin_connection.callback": "the other side's answer comes with it",
}
"""GETs after which something is kept; they ask for their turn to write themselves."""


class Person(UserMixin):
    """Who is signed in, for Flask-Login: the token of the sign-in, and the member it belongs to."""

    def __init__(self, token: str, carrier: Carrier) -> None:
        self.token = token
        self.member = carrier.member
        self.sign_in_id = carrier.sign_in_id
        self.has_others = carrier.has_others

    def get_id(self) -> str:
        """What the session cookie carries."""
        return self.token


def register(app: Flask) -> None:
    """Open the door, and put a guard in front of everything else."""
    login_manager.init_app(app)
    login_manager.user_loader(_person)
    app.before_request(_enter)
    app.after_request(_finish)
    app.register_blueprint(bp)


@bp.get("/login")
def form() -> Response:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(url_for("home.show"), 303)
    if founding.nobody_is_here():
        return redirect(url_for("first.form"), 303)
    return respond("auth/login.html", email="", error=None, next=request.args.get("next", ""))


@bp.post("/login")
def enter() -> Response:
    """Sign in; a new session every time, so that a planted one is worth nothing."""
    email = request.form.get("email", "")
    try:
        token = sign_ins.sign_in(email, request.form.get("password", ""), address(), browser())
        message = _("The mail address or the password is wrong.")
    except Refused as refusal:
        token, message = None, refusal.message
    db.session.commit()  # a wrong guess is on record although the answer is a refusal
    if token is None:
        context = {"email": email, "error": message, "next": request.form.get("next", "")}
        return respond("auth/login.html", status=422, **context)
    session.clear()
    person = _person(token)
    assert person is not None, "a fresh sign-in is good"
    session.permanent = True
    login_user(person)
    return redirect(_inside(request.form.get("next", "")), 303)


@bp.post("/logout")
def leave() -> Response:
    """Sign out here; the token is worth nothing any more."""
    sign_ins.sign_out(current_user.token)
    logout_user()
    session.clear()
    return go(url_for("auth.form", next=request.form.get("next")))


@bp.post("/organization")
def switch() -> Response:
    """Go on in another of one's organizations; the sign-in stays the same."""
    wanted = parse_id(request.form.get("to", ""))
    member = sign_ins.switch(current_user.member, current_user.sign_in_id, wanted or 0)
    if member is None:
        raise Missing()
    toast(_("You are in %(name)s now.", name=member.organization.name))
    return redirect(_inside(request.form.get("next", "")), 303)


def at_the_portal() -> bool:
    """Whether a customer asks: they have a door of their own (`blueprints/portal/door.py`)."""
    return request.path == "/portal" or request.path.startswith("/portal/")


def address() -> str:
    """The network address of the browser; what a proxy says of it is cut where no address is longer."""
    return (request.remote_addr or "")[:45]


def browser() -> str:
    """What the browser says of itself."""
    return request.headers.get("User-Agent", "")


def keep_although_refused() -> None:
    """What was written in this request stays, although the answer is a refusal: a wrong guess."""
    g.keep = True


def other_organizations() -> list[Organization]:
    """Where else the person is at home; one question, for those only who have several."""
    if not current_user.has_others:
        return []
    return [member.organization for member in sign_ins.others(current_user.member)]


def _enter() -> Any:
    """Before every request: nobody's organization yet, then that of the person signed in."""
    set_organization(None)
    come_from(address())
    will_write(request.method not in SAFE and request.endpoint not in READ_ONLY)
    if at_the_portal() or request.endpoint in ("assets.show", "health.show", "health.metrics"):
        return None
    if current_user.is_authenticated:
        set_organization(current_user.member.organization_id)
        return _same_organization()
    if request.endpoint in PUBLIC or request.endpoint is None:
        return None
    return _to_the_door()


def _same_organization() -> Any:
    """A form opened in one organization is not taken in another (two tabs)."""
    given = request.form.get("organization") if request.method not in SAFE else None
    if not given or given == str(current_user.member.organization_id):
        return None
    message = _("This form was opened in another organization. Nothing was saved.")
    offer = next((each for each in other_organizations() if str(each.id) == given), None)
    page = render_template("error.html", code=409, message=message, reference="", offer=offer)
    response = Response(page, 409)
    if wants_fragment():  # the whole page says it, whatever region had asked
        for name, value in (("Retarget", "#main"), ("Reselect", "#main"), ("Reswap", "outerHTML")):
            response.headers[f"HX-{name}"] = value
    return response


def _to_the_door() -> Response:
    if request.headers.get("HX-Request"):
        response = Response(status=204)
        response.headers["HX-Redirect"] = url_for("auth.form")
        return response
    next_page = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("auth.form", next=next_page if next_page != "/" else None), 303)


def _finish(response: Response) -> Response:
    """The one place that commits: what ends well is kept, what ends in a refusal is not."""
    only_looks = request.method in SAFE and request.endpoint not in KEPT
    if only_looks or (response.status_code >= 400 and "keep" not in g):
        db.session.rollback()
    else:
        db.session.commit()
    return response


def _person(token: str) -> Person | None:
    carrier = sign_ins.signed_in(token)
    return Person(token, carrier) if carrier else None


def _inside(target: str) -> str:
    """The page somebody wanted to see, if it is one of ours; a link that leads out is not followed."""
    parts = urlsplit(target.replace("\\", "/"))
    inside = target.startswith("/") and not target.startswith("//") and not parts.netloc and not parts.scheme
    return target if inside and "\\" not in target and target.isprintable() else url_for("home.show")
