"""How far the reading of a Bigin has come: a cursor in its own words and by its own clock."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from domain.outbox import Failure
from domain.words import _
from sync.calling import Said

OVERLAP = timedelta(minutes=5)
"""So long may pass on the other side between the moment a row says it was changed and the moment it can be read."""


@dataclass(frozen=True)
class Place:
    """How far a pass has come; all moments are the other side's."""

    since: str = ""
    """This pass reads what changed since then; without it, everything."""
    top: str = ""
    """The latest change that was seen."""
    began: str = ""
    """When this pass began."""
    token: str = ""
    is_among_the_gone: bool = False

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """A place from its text; nonsense begins anew."""
        try:
            kept = json.loads(cursor) if cursor else {}
            return cls(**kept)
        except (ValueError, TypeError):
            return cls()

    def written(self) -> str:
        """As the engine keeps it."""
        return json.dumps({name: value for name, value in vars(self).items() if value})

    def next_pass(self) -> "Place":
        """Where the next pass begins: at the latest change, or a little before it if that was only just made."""
        top, began = moment_of(self.top), moment_of(self.began)
        if top is None:
            return Place(since=self.since)
        is_old = began is not None and began - top > OVERLAP
        return Place(since=(top if is_old else top - OVERLAP).isoformat(), top=self.top)


def since_header(moment: str) -> dict[str, str]:
    """The header that asks for what changed since then."""
    return {"If-Modified-Since": moment} if moment else {}


def next_token(said: Said) -> str:
    """Where the list goes on; nothing at its end."""
    info = said.body.get("info") if isinstance(said.body, dict) else None
    if not isinstance(info, dict) or not info.get("more_records"):
        return ""
    token = str(info.get("next_page_token") or "")
    if not token:
        raise Failure("permanent", _("The other system does not say where its list goes on."))
    return token


def clock_of(said: Said) -> str:
    """What time it is on the other side."""
    try:
        return parsedate_to_datetime(said.headers.get("date", "")).astimezone(UTC).isoformat()
    except (ValueError, TypeError):
        return ""


def moment_of(text: str) -> datetime | None:
    """A moment with its time zone; None where the text is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def later(text: str) -> datetime:
    """By what moments are compared as they are written."""
    return moment_of(text) or datetime.min.replace(tzinfo=UTC)
