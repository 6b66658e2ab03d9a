"""A program that asks for access, as tests play it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from domain.db import db
from domain.organizations.access_tokens import make_token
from domain.organizations.programs import Registered, register
from domain.organizations.users import Member
from tests.pages import see, send

CALLBACK = "https://books.example/integrations/bigin/callback"
EVERYTHING = "ZohoBigin.modules.ALL,ZohoBigin.settings.ALL,ZohoBigin.org.READ,ZohoBigin.users.READ"


def a_program(member: Member, name: str = "Books") -> Registered:
    """A program that is registered."""
    made = register(member, name, CALLBACK)
    db.session.commit()
    return made


def address(made: Registered, scope: str = EVERYTHING, **said: str) -> str:
    """Where the program sends a person."""
    said = {"client_id": made.program.client_id, "redirect_uri": CALLBACK, "scope": scope} | said
    said = {"response_type": "code", "state": "s1"} | said
    return "/oauth/v2/auth?" + "&".join(f"{name}={value}" for name, value in said.items())


def code_for(client: Any, made: Registered, scope: str = EVERYTHING, **said: str) -> str:
    """The code that comes back when the person allows it."""
    form = see(client, address(made, scope, **said)).form(do="allow")
    back = send(client, "/oauth/v2/auth", form).location
    return parse_qs(urlsplit(back).query)["code"][0]


def fetch(client: Any, made: Registered, status: int = 200, **said: str) -> Any:
    """What the program gets for a code or a refresh token."""
    said = {
        "client_id": made.program.client_id,
        "client_secret": made.secret,
        "redirect_uri": CALLBACK,
    } | said
    answer = client.post("/oauth/v2/token", data=said)
    assert answer.status_code == status, answer.text
    return answer.json


def tokens(client_of: Any, client: Any, member: Member, scope: str = EVERYTHING) -> Any:
    """What a program holds once a person has allowed it."""
    made = a_program(member)
    code = code_for(client_of(member), made, scope)
    return fetch(client, made, grant_type="authorization_code", code=code) | {"made": made}


def carrying(secret: str, scheme: str = "Zoho-oauthtoken") -> dict[str, str]:
    """The header with a token."""
    return {"Authorization": f"{scheme} {secret}"}


def personal(member: Member, *scopes: str) -> dict[str, str]:
    """The header with a token that somebody made by hand."""
    secret = make_token(member, "Script", list(scopes or ("crm.read", "crm.write")), None).secret
    db.session.commit()
    return carrying(secret, "Bearer")
