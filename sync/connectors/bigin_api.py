"""Asking a Bigin: with a token that is renewed when it ends, and every way of being refused in a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.db import now
from domain.outbox import Failure
from domain.sync.credentials import SyncCredentials
from domain.words import _
from sync.calling import Said, call
from sync.connectors.base import Wait

SCOPES = (
    "ZohoBigin.modules.ALL",
    "ZohoBigin.settings.ALL",
    "ZohoBigin.org.READ",
)

EARLY = timedelta(seconds=60)
"""An access token is renewed before it ends, since clocks differ."""

LONGEST_WAIT = 3600

ENDED = _(
    "The integration was ended on the other side, or whoever allowed it there has left. "
    "Everything that was synced is still here; connect again to go on where it stopped."
)

TOO_LITTLE = _(
    "What we may do there does not cover all of this. Please connect again, and allow all that is asked."
)

Keep = Callable[[int, str, datetime], None]

_keep: Keep | None = None


def on_renewal(keep: Keep | None) -> None:
    """Whoever commits keeps fresh access tokens: nothing in here does."""
    global _keep
    _keep = keep


@dataclass
class Access:
    """Where the other system is, and what opens it."""

    address: str
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    access_token: str = ""
    ends_at: datetime | None = None
    credentials_id: int = 0

    @classmethod
    def of(cls, kept: SyncCredentials) -> "Access":
        """A copy that no session knows."""
        return cls(
            kept.address,
            kept.client_id,
            kept.client_secret,
            kept.refresh_token,
            kept.access_token,
            kept.ends_at,
            kept.id,
        )

    @property
    def is_stale(self) -> bool:
        """Whether a fresh token should be fetched first."""
        return bool(self.refresh_token) and (self.ends_at is None or self.ends_at <= now() + EARLY)


class Api:
    """The other side's doors."""

    def __init__(self, access: Access) -> None:
        self.access = access

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        body: Any = None,
        fine: tuple[int, ...] = (),
    ) -> Said:
        """Ask with a good token; a token that is good no more is renewed once."""
        if self.access.is_stale:
            self.renew()
        said = self._asked(method, path, query, headers, body)
        if said.status == 401 and code_of(said) == "INVALID_TOKEN" and self.access.refresh_token:
            self.renew()
            said = self._asked(method, path, query, headers, body)
        if said.status < 400 or said.status in fine:
            return said
        raise self._shut_out(code_of(said)) if said.status == 401 else refused(said)

    def _asked(self, method: str, path: str, query: Any, headers: Any, body: Any) -> Said:
        carried = {"Authorization": f"Zoho-oauthtoken {self.access.access_token}", **(headers or {})}
        return call(method, f"{self.access.address}/bigin/v2/{path}", carried, query=query, body=body)

    def rows(self, said: Said, name: str) -> list[dict[str, Any]]:
        """The rows of an answer; none where nothing was found."""
        if said.status in (204, 304):
            return []
        rows = said.body.get(name) if isinstance(said.body, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise (
                refused(said)
                if said.status >= 400
                else Failure("configuration", _("There is no Bigin at this address."))
            )
        return rows

    def renew(self) -> None:
        """A fresh access token for the refresh token."""
        self._take(
            call(
                "POST",
                self._token_address,
                form=self._client() | _by("refresh_token", self.access.refresh_token),
            )
        )

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> None:
        """The first tokens, for the code that came back."""
        wish = {"redirect_uri": redirect_uri, "code_verifier": verifier, "code": code}
        self._take(
            call(
                "POST", self._token_address, form=self._client() | wish | {"grant_type": "authorization_code"}
            )
        )

    def revoke(self) -> None:
        """Give back what we were allowed; whether the other side listens or not."""
        if self.access.refresh_token:
            call("POST", f"{self._token_address}/revoke", form={"token": self.access.refresh_token})

    @property
    def _token_address(self) -> str:
        return f"{accounts_of(self.access.address)}/oauth/v2/token"

    def _client(self) -> dict[str, str]:
        return {"client_id": self.access.client_id, "client_secret": self.access.client_secret}

    def _shut_out(self, code: str = "") -> Failure:
        """We are not let in: not everywhere, not yet, or not any more."""
        if code == "OAUTH_SCOPE_MISMATCH":
            return Failure("configuration", TOO_LITTLE)
        if not self.access.credentials_id:
            return Failure("configuration", _("The other side does not know us by this. Please check it."))
        return Failure("configuration", ENDED)

    def _take(self, said: Said) -> None:
        body = said.body if isinstance(said.body, dict) else {}
        token = body.get("access_token")
        if not isinstance(token, str) or not token.isascii():
            raise (refused(said) if said.status >= 500 or said.status == 429 else self._shut_out())
        self.access.access_token = token
        self.access.refresh_token = str(body.get("refresh_token") or self.access.refresh_token)
        lives = body.get("expires_in")
        self.access.ends_at = now() + timedelta(
            seconds=lives if isinstance(lives, int) and 0 < lives < 10**7 else 3600
        )
        if _keep is not None and self.access.credentials_id:
            _keep(self.access.credentials_id, token, self.access.ends_at)


def accounts_of(address: str) -> str:
    """Where one signs in and tokens are given out: Zoho has a host of its own for that, others have not."""
    prefix, found, domain = address.partition("://www.zohoapis.")
    return f"{prefix}://accounts.zoho.{domain}" if found else address


def _by(name: str, value: str) -> dict[str, str]:
    return {"grant_type": name, name: value}


# --- what went wrong ------------------------------------------------------------------------------------------------


def code_of(said: Said) -> str:
    """What is wrong, in the other side's own word."""
    return str(said.body.get("code") or "") if isinstance(said.body, dict) else ""


def refused(said: Said) -> Failure:
    """Why the whole call came to nothing: in passing, for good, or because of a setting."""
    if said.status in (429, 503):
        wait = said.headers.get("retry-after", "")
        seconds = min(int(wait), LONGEST_WAIT) if wait.isdigit() else 60
        return Wait(_("The other system asks us to wait."), seconds)
    if said.status >= 500:
        return Failure("transient", _("The other system has an error of its own."))
    if said.status == 403:
        return Failure("configuration", _("Whoever connected the other system may not do this there."))
    if said.status == 404:
        return Failure("configuration", _("There is no Bigin at this address."))
    message = str(said.body.get("message") or "")[:200] if isinstance(said.body, dict) else ""
    return Failure("permanent", _("The other system refuses: %(reason)s", reason=message or str(said.status)))
