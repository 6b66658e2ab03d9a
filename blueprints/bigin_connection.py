"""`/integrations/bigin`: connecting with Bigin or another installation, by consent or by a token, and leaving."""

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, url_for

from blueprints import forms
from blueprints.addresses import installation_at, reached_from_outside
from blueprints.loading import actor, require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.errors import Missing, Refused
from domain.modules.module import Field
from domain.sync import credentials
from domain.sync.connections import SyncConnection
from domain.timeline import record_event
from domain.words import Words, _, _p
from sync.connectors.bigin_api import SCOPES, accounts_of
from sync.connectors.bigin_joining import connection_in_force, go_on, latest_address, left

bp = Blueprint("bigin_connection", __name__)


def _address(hint: Words) -> Field:
    return Field("address", _p("web", "Address"), "url", required=True, longest=400, hint=hint)


INSTALLATION = _address(_("Of the other installation, such as https://crm.example.com."))
BIGIN = _address(
    _("Of Bigin where your data lies, such as https://www.zohoapis.com or https://www.zohoapis.eu.")
)
CLIENT = Field("client_id", _("Client ID"), longest=200)
SECRET = Field("client_secret", _("Client secret"), longest=500)
TOKEN = Field("token", _("Token"), longest=500)

WAYS = {"installation": (INSTALLATION,), "consent": (BIGIN, CLIENT, SECRET), "token": (INSTALLATION, TOKEN)}
"""What is asked for, by the way in which the other side lets us in.

Another installation knows us by our address; where we are registered as a program, by an id and a secret.
"""


@bp.get("/integrations/bigin/connect")
def form() -> Response:
    """Where is it, and how does it let us in?"""
    require("settings.integrations.edit")
    attempt = credentials.attempt_of(actor())
    known = request.args.get("address", "") or (attempt.address if attempt else latest_address())
    return _page(forms.blank((INSTALLATION,), {"address": known}))


@bp.post("/integrations/bigin/connect")
def connect() -> Response:
    """Send the person to the other side's consent page, or try the token."""
    require("settings.integrations.edit")
    way = request.form.get("way", "")
    way = way if way in WAYS else "installation"
    values, errors = forms.parse(WAYS[way], request.form)
    errors |= {
        each.name: _("Please fill this in.")
        for each in WAYS[way]
        if each.name not in errors and not values[each.name]
    }
    if not errors and not values.get("token", "").isascii():
        errors["token"] = _("This is no token.")
    if errors:
        return _page(forms.as_posted(request.form, errors), way=way, status=422)
    if way == "token":
        attempt, _state = credentials.begin(actor(), values["address"], access_token=values["token"])
        go_on(attempt)
        return go(url_for("bigin_connection.wait"))
    if way == "installation":
        values["address"] = installation_at(values["address"])
    return _to_the_consent_page(values)


def _to_the_consent_page(values: dict[str, str]) -> Response:
    back = _callback()
    known = {
        "client_id": values.get("client_id", reached_from_outside("")),
        "client_secret": values.get("client_secret", ""),
    }
    attempt, state = credentials.begin(actor(), values["address"], redirect_uri=back, **known)
    said = {
        "response_type": "code",
        "client_id": attempt.client_id,
        "redirect_uri": back,
        "scope": ",".join(SCOPES),
        "state": state,
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": credentials.challenge_of(attempt),
        "code_challenge_method": "S256",
    }
    # a link on a page of ours, since browsers hold our policy for forms against a redirect, too
    target = f"{accounts_of(attempt.address)}/oauth/v2/auth?{urlencode(said)}"
    return respond("integrations/bigin_go.html", "go", target=target, address=attempt.address)


@bp.get("/integrations/bigin/callback")
def callback() -> Response:
    """The other side sends the person back, with a code or a reason."""
    require("settings.integrations.edit")
    attempt = credentials.attempt_with(actor(), request.args.get("state", "").replace("\x00", ""))
    if attempt is None:
        raise Refused(_("This answer belongs to no connection that you began. Please connect once more."))
    code = request.args.get("code", "").replace("\x00", "")[:2000]
    if code:
        attempt.code = code
        if not attempt.client_secret:  # we were not registered: only now do we learn what we are called there
            attempt.client_id = request.args.get("client_id", "").replace("\x00", "")[:200]
        go_on(attempt)
    else:
        attempt.error = _("The other side did not allow it.")
    return redirect(url_for("bigin_connection.wait"), 303)


@bp.get("/integrations/bigin/connecting")
def wait() -> Response:
    """How far the connection is; it asks again by itself."""
    require("settings.integrations.edit")
    attempt = credentials.attempt_of(actor())
    if attempt is None:
        return go(url_for("integrations.show", system="bigin"))
    return respond("integrations/bigin_wait.html", "waiting", attempt=attempt)


@bp.get("/integrations/bigin/delete")
def confirm_delete() -> Response:
    """Ask before the integration ends."""
    require("settings.integrations.edit")
    return respond("integrations/bigin_delete.html", "form", connection=_connection())


@bp.post("/integrations/bigin/delete")
def delete() -> Response:
    """End it: everything that was brought over stays, the links sleep."""
    require("settings.integrations.edit")
    connection = _connection()
    left(connection)
    record_event(connection, "disconnected", actor(), title=connection.title)
    toast(_("The integration with %(name)s was deleted.", name=connection.title))
    return go(url_for("bigin_connection.form"))


def _connection() -> SyncConnection:
    connection = connection_in_force()
    if connection is None:
        raise Missing()
    return connection


def _callback() -> str:
    return reached_from_outside(url_for("bigin_connection.callback"))


def _page(form: forms.Form, *, way: str = "installation", status: int = 200) -> Response:
    connection = connection_in_force()
    return respond(
        "integrations/bigin_connect.html",
        "form",
        status=status,
        form=form,
        ways=WAYS,
        way=way,
        connection=connection,
        callback=_callback(),
    )
