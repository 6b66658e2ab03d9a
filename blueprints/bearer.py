"""`Authorization: Bearer …`: a program that reads with the rights of one person. It gets JSON and files, no pages."""

from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_login import UserMixin

from blueprints.auth import SAFE, login_manager
from domain.db import db, writing
from domain.organizations.access_tokens import PER_MINUTE, PREFIX, count_use, token_behind
from domain.organizations.users import Member

OPENS = {"api": "read", "exports": "export"}
"""The scope that each blueprint asks for; a token opens nothing else."""


class Holder(UserMixin):
    """Whoever a token stands for, for this one request."""

    token = ""
    sign_in_id = 0
    has_others = False

    def __init__(self, member: Member) -> None:
        self.member = member

    def get_id(self) -> str:
        """No session is begun with it."""
        return ""


def register(app: Flask) -> None:
    """Look at the token before anything else is asked; must be registered before signing in is."""
    app.before_request(_look_at_the_token)
    login_manager.request_loader(lambda _request: g.get("holder"))


def carries_a_token() -> bool:
    """Whether a program asks, which reads JSON and no pages."""
    return "holder" in g


def _look_at_the_token() -> Any:
    given = request.headers.get("Authorization", "")
    if not given.startswith(f"Bearer {PREFIX}"):
        return None
    secret = given.removeprefix("Bearer ").strip()
    token = token_behind(secret)
    if token is None:
        return _answer(401, "This token opens nothing.", {"WWW-Authenticate": "Bearer"})
    if request.method not in SAFE or not token.covers(OPENS.get(request.blueprint or "", "nothing")):
        return _answer(403, "This token may not do this.", {})
    if _count(token.id) > PER_MINUTE:
        return _answer(429, f"A token may ask {PER_MINUTE} times a minute.", {"Retry-After": "60"})
    g.holder = _holder(secret)
    return None


def _count(token_id: int) -> int:
    """How often the token was used within this minute; on record whatever comes of this use."""
    db.session.rollback()
    with writing():
        used = count_use(token_id, request.remote_addr or "")
        db.session.commit()
    return used


def _holder(secret: str) -> Holder | None:
    """Read again: the commit has let go of what was read before."""
    token = token_behind(secret)
    return Holder(token.member) if token else None


def _answer(status: int, error: str, headers: dict[str, str]) -> Response:
    """Programs are spoken to in English."""
    response = jsonify(error=error)
    response.status_code = status
    response.headers.update(headers)
    return response
