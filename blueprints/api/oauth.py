"""`/oauth/v2`: a person allows a program to act for them, and the program fetches its tokens."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from sqlalchemy import select

from blueprints.auth import keep_although_refused
from blueprints.headers import POLICY
from blueprints.loading import actor, require
from blueprints.respond import respond
from domain.db import db
from domain.errors import Refused
from domain.organizations import grants
from domain.organizations.grants import TOKEN_LIVES, Denied, Issued
from domain.organizations.programs import Program
from domain.organizations.scopes import are_known, in_words, scopes_in
from domain.words import _

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
    require("settings.api-access.create")
    wish = _wish()
    if wish.error:
        return _back(wish, error=wish.error)
    answer = respond("oauth/ask.html", wish=wish, said=in_words(wish.scopes), given=_given())
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
    code = grants.allow(wish.program, actor(), wish.scopes, wish.challenge)
    return _back(wish, code=code, **{"accounts-server": request.host_url.rstrip("/")})


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
    """The request of a known program; who it is and where it sends people is never taken on trust."""
    program = db.session.scalar(select(Program).where(Program.client_id == _said("client_id")))
    if program is None:
        raise Refused(_("No program of that name is registered in %(name)s.", name=actor().organization.name))
    if _said("redirect_uri") != program.redirect_uri:
        raise Refused(_("The program wants to send you to an address that is not registered for it."))
    scopes = scopes_in(_said("scope"))
    challenge, method = _said("code_challenge"), _said("code_challenge_method")
    error = ""
    if _said("response_type") != "code":
        error = "unsupported_response_type"
    elif not are_known(scopes):
        error = "invalid_scope"
    elif challenge and (method != "S256" or not re.fullmatch(r"[\w-]{43,128}=?", challenge, re.ASCII)):
        error = "invalid_request"
    return Wish(program, " ".join(scopes), _said("state")[:LONGEST_STATE], challenge, error)


def _given() -> dict[str, str]:
    """What the form carries along, to be looked at again."""
    return {name: _said(name) for name in ASKED if _said(name)}


def _back(wish: Wish, **said: str) -> Response:
    said |= {"state": wish.state} if wish.state else {}
    address = wish.program.redirect_uri
    response = redirect(f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(said)}", 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
