"""`Authorization: Bearer …`: a program that acts with the rights of one person. It gets JSON and files, no pages.

Clients of the Bigin API say `Zoho-oauthtoken` instead of `Bearer`.
"""

from datetime import datetime
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_login import UserMixin

from blueprints.api.answers import problem
from blueprints.auth import SAFE, login_manager
from domain.db import db, now, writing
from domain.organizations.access_tokens import PER_MINUTE, PREFIX, AccessToken, token_behind
from domain.organizations.calls import WINDOW, Use, count_use
from domain.organizations.grants import Grant
from domain.organizations.users import Member

OPENS = {"api": "read", "exports": "export"}
"""The scope that each blueprint asks for; a token opens nothing else."""

ASKS_ITSELF = "bigin"
"""The blueprint that asks for a scope at each of its addresses, and refuses in its own words."""

SCHEMES = ("Bearer ", "Zoho-oauthtoken ")


class Holder(UserMixin):
    """Whoever a token stands for, for this one request."""

    token = ""
    sign_in_id = 0
    has_others = False

    def __init__(self, member: Member, scopes: str) -> None:
        self.member = member
        self.scopes = scopes

    def get_id(self) -> str:
        """No session is begun with it."""
        return ""


def register(app: Flask) -> None:
    """Look at the token before anything else is asked; must be registered before signing in is."""
    app.before_request(_look_at_the_token)


def carries_a_token() -> bool:
    """Whether a program asks, which reads JSON and no pages."""
    return "holder" in g


def holder() -> Holder:
    """Whoever the request's token stands for."""
    found: Holder = g.holder
    return found


def use_so_far() -> Use:
    """How often the request's token was used within this minute; one that opens nothing has no uses."""
    found: Use = g.get("use") or Use(0, now() + WINDOW)
    return found


def _look_at_the_token() -> Any:
    secret = _given()
    if not secret:
        return (
            _refuse(401, "INVALID_TOKEN", "There is no token.") if request.blueprint == ASKS_ITSELF else None
        )
    token = token_behind(secret)
    if token is None:
        return _refuse(401, "INVALID_TOKEN", "This token opens nothing.", {"WWW-Authenticate": "Bearer"})
    if not _is_for_this(token):
        return _refuse(403, "OAUTH_SCOPE_MISMATCH", "This token may not do this.")
    use = g.use = _count(token)
    if use.times > PER_MINUTE:
        wait = {"Retry-After": str(seconds_until(use.ends_at))}
        return _refuse(429, "TOO_MANY_REQUESTS", f"A token may ask {PER_MINUTE} times a minute.", wait)
    g.holder = _holder(secret)
    # and not whoever is signed in beside: Flask-Login looks at a cookie before it looks at anything else
    login_manager._update_request_context_with_user(g.holder)
    return None


def _given() -> str:
    given = request.headers.get("Authorization", "")
    scheme = next((each for each in SCHEMES if given.startswith(each)), "")
    secret = given.removeprefix(scheme).strip() if scheme else ""
    return secret if secret.startswith(PREFIX) else ""


def _is_for_this(token: AccessToken) -> bool:
    if request.blueprint == ASKS_ITSELF:
        return True
    return request.method in SAFE and token.covers(OPENS.get(request.blueprint or "", "nothing"))


def seconds_until(moment: datetime) -> int:
    """How many seconds to wait, at least one."""
    return max(1, round((moment - now()).total_seconds()))


def _count(token: AccessToken) -> Use:
    """How often the token was used within this minute; on record whatever comes of this use."""
    model, carrier_id = (Grant, token.grant_id) if token.grant_id else (AccessToken, token.id)
    db.session.rollback()
    with writing():
        use = count_use(model, carrier_id, request.remote_addr or "")
        db.session.commit()
    return use


def _holder(secret: str) -> Holder | None:
    """Read again: the commit has let go of what was read before."""
    token = token_behind(secret)
    return Holder(token.member, token.scopes) if token else None


def _refuse(status: int, code: str, error: str, headers: dict[str, str] | None = None) -> Response:
    """Programs are spoken to in English, clients of the Bigin API in its own form."""
    if request.blueprint == ASKS_ITSELF:
        response = problem(status, code, error)
    else:
        response = jsonify(error=error)
        response.status_code = status
    response.headers.update(headers or {})
    return response
