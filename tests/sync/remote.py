"""Another installation, played by another organization of this one: what is called goes to its doors."""

from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from domain.db import db, now, scoped_to
from domain.organizations.access_tokens import make_token
from domain.organizations.users import Member
from domain.outbox import Failure
from sync.calling import Said, _parsed

ADDRESS = "https://crm.example"


class Remote:
    """The other side: its doors, and the moods in which it answers."""

    def __init__(self, client: FlaskClient, member: Member) -> None:
        self.client = client
        self.member = member
        self.calls: list[str] = []
        self.loses = ""
        """The method whose next answer gets lost on its way, after the other side has done what was asked."""
        self.moods: list[Any] = []
        """What the next calls get instead of an answer: a Failure to raise, or something Said."""
        self.at: dict[str, Any] = {}
        """The same by method: what the next call of that method gets."""

    def token(self, *scopes: str) -> str:
        """What somebody there makes by hand."""
        with scoped_to(self.member.organization_id):
            secret = make_token(self.member, "Books", list(scopes or ("crm.read", "crm.write")), None).secret
            db.session.commit()
        return secret

    def answer(self, method: str, url: str, headers: Any, content: bytes) -> Said:
        """Instead of the network."""
        db.session.rollback()
        self.calls.append(f"{method} {url.removeprefix(ADDRESS)}")
        mood = self.moods.pop(0) if self.moods else self.at.pop(method, None)
        if mood is not None:
            if isinstance(mood, Exception):
                raise mood
            return mood
        found = self.client.open(
            url.removeprefix(ADDRESS), method=method, headers=dict(headers), data=content
        )
        if method == self.loses:
            self.loses = ""
            raise Failure("transient", "The connection broke off.")
        named = {"date": format_datetime(now())}  # as every server says
        named |= {name.lower(): value for name, value in found.headers.items()}
        return Said(found.status_code, named, _parsed(found.data, found.status_code))

    def ask(self, path: str, **query: str) -> Any:
        """What its own people would find."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        return self.client.get(f"/bigin/v2/{path}?{urlencode(query)}", headers=headers).json
