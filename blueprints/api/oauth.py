"""`/oauth/v2`: a person allows a program to act for them, and the program fetches its tokens."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from sqlalchemy import func, select

from blueprints.api.bigin.wire import WIRES
from blueprints.auth import keep_although_refused
from blueprints.headers import POLICY
from blueprints.loading import actor, require
from blueprints.respond import respond
from domain.access import visible
from domain.db import db
from domain.errors import NotAllowed, Refused
from domain.modules import ALL
from domain.organizations import grants, programs
from domain.organizations.grants import TOKEN_LIVES, Denied, Issued
from domain.organizations.programs import Program
from domain.organizations.scopes import are_known, in_words, opens, scopes_in
from domain.words import Words, _

bp = Blueprint("oauth", __name__)

LONGEST_STATE = 1000

ASKED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
"""What an address of the first step may say."""


@dataclass(frozen=True)
class Wish:
    """What a program asks a person for."""

    program: Program
    scopes: str
    state: str
    challenge: str
    error: str
    """Why it can't be given, in the word of the protocol."""


@bp.get("/oauth/v2/auth")
def ask() -> Response:
    """Which program asks for what; nothing is given before a person says so."""
    try:
        require("settings.api-access.create")
    except NotAllowed:  # they may be in another organization, or have another account
        return respond("oauth/not_you.html", status=403)
    wish = _wish()
    if wish.error:
        return _back(wish, error=wish.error)
    said = in_words(wish.scopes)
    answer = respond("oauth/ask.html", wish=wish, said=said, given=_given(), shared=_shared(wish.scopes))
    # browsers hold the policy for forms against the redirect that answers them, too
    allowed = f"form-action 'self' {wish.program.origin}"
    answer.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", allowed)
    return answer


@bp.post("/oauth/v2/auth")
def decide() -> Response:
    """Allow it or not; the browser goes back to the program either way."""
    require("settings.api-access.create")
    wish = _wish()
    if wish.error or request.form.get("do") != "allow":
        return _back(wish, error=wish.error or "access_denied")
    programs.keep(wish.program)
    code = grants.allow(wish.program, actor(), wish.scopes, wish.challenge)
    said = {"accounts-server": request.host_url.rstrip("/")}
    if not wish.program.has_secret:  # it was not registered, and does not know yet under what name it is here
        said["client_id"] = wish.program.client_id
    return _back(wish, code=code, **said)


@bp.post("/oauth/v2/token")
def token() -> Response:
    """Tokens for a code or a refresh token."""
    way = _WAYS.get(_said("grant_type"))
    if way is None:
        return _denied("unsupported_grant_type")
    try:
        issued: Issued = way()
    except Denied as denied:
        keep_although_refused()  # a code that came twice has ended what came of it
        return _denied(str(denied))
    body: dict[str, Any] = {
        "access_token": issued.made.secret,
        "api_domain": request.host_url.rstrip("/"),
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIVES.total_seconds()),
        "scope": issued.made.token.scopes,
    }
    if issued.refresh_token:
        body["refresh_token"] = issued.refresh_token
    return jsonify(body)


@bp.post("/oauth/v2/token/revoke")
def revoke() -> Response:
    """The program gives back what it was allowed."""
    if not grants.revoked(_said("token")):
        return _denied("invalid_token")
    return jsonify(status="success")


_WAYS = {
    "authorization_code": lambda: grants.exchanged(
        *_who(), _said("code"), _said("redirect_uri"), _said("code_verifier")
    ),
    "refresh_token": lambda: grants.refreshed(*_who(), _said("refresh_token")),
}
"""Each takes what a program says in the address or in the form, as clients do."""


def _said(name: str) -> str:
    return request.values.get(name, "").replace("\x00", "")  # which PostgreSQL takes for an error


def _who() -> tuple[str, str]:
    """Client and secret, also where they come as a user and a password."""
    if request.authorization and request.authorization.type == "basic":
        return request.authorization.username or "", request.authorization.password or ""
    return _said("client_id"), _said("client_secret")


def _denied(error: str) -> Response:
    response = jsonify(error=error)
    response.status_code = 401 if error == "invalid_client" else 400
    return response


# --- what was asked for -----------------------------------------------------------------------------------------


def _wish() -> Wish:
    """The request of a program; who it is and where it sends people is never taken on trust."""
    program = _program()
    scopes, challenge = scopes_in(_said("scope")), _said("code_challenge")
    error = _error(scopes, challenge, has_to_prove=not program.has_secret)
    if error and not program.is_known:  # nobody has said that people may be sent there
        raise Refused(_("The program does not ask as it should (%(error)s).", error=error))
    return Wish(program, " ".join(scopes), _said("state")[:LONGEST_STATE], challenge, error)


def _program() -> Program:
    """One that was registered, or another installation, which is where people are sent back to."""
    client_id, redirect_uri = _said("client_id"), _said("redirect_uri")
    program = db.session.scalar(select(Program).where(Program.client_id == client_id))
    program = program or programs.installation(actor(), client_id.rstrip("/"), redirect_uri)
    if program is None:
        raise Refused(_("No program of that name is registered in %(name)s.", name=actor().organization.name))
    if redirect_uri != program.redirect_uri:
        raise Refused(_("The program wants to send you to an address that is not registered for it."))
    return program


def _error(scopes: list[str], challenge: str, has_to_prove: bool) -> str:
    """Why it can't be given, in the word of the protocol; nothing if it can."""
    if _said("response_type") != "code":
        return "unsupported_response_type"
    if not are_known(scopes):
        return "invalid_scope"
    is_none = not challenge and not has_to_prove
    is_good = _said("code_challenge_method") == "S256" and _CHALLENGE.fullmatch(challenge)
    return "" if is_none or is_good else "invalid_request"


_CHALLENGE = re.compile(r"[\w-]{43,128}=?", re.ASCII)


def _shared(scopes: str) -> list[tuple[Words, int]]:
    """What it could read of now: by module how many records this person sees."""
    found = []
    for wire in WIRES.values():
        if opens(scopes, "modules", "READ", wire.scope):
            module = ALL[wire.key]
            query = select(func.count(module.model.id)).where(visible(actor(), module.model))
            found.append((module.label, db.session.scalar(query) or 0))
    return found


def _given() -> dict[str, str]:
    """What the form carries along, to be looked at again."""
    return {name: _said(name) for name in ASKED if _said(name)}


def _back(wish: Wish, **said: str) -> Response:
    said |= {"state": wish.state} if wish.state else {}
    address = wish.program.redirect_uri
    response = redirect(f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(said)}", 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
