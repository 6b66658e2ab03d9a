"""A browser without the window: one connection that stays open, cookies, and the token that forms carry."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HTMX = {"HX-Request": "true"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass
class Browser:
    """Somebody at a port of this machine."""

    port: int
    cookie: str = ""
    token: str = ""
    _connection: HTTPConnection = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a GET."""
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Answer:
        """The answer to a form."""
        body = urlencode({"csrf_token": self.token, **fields})
        return self._ask("POST", path, body, FORM | (headers or {}))

    def sign_in(self, email: str, password: str) -> "Browser":
        """This browser, with somebody signed in."""
        self._find_token("/login")
        answer = self.post("/login", email=email, password=password)
        assert answer.status == 303, f"signing in: {answer.status} {answer.body.decode()[:500]}"
        self._find_token("/")
        return self

    def _find_token(self, path: str) -> None:
        found = TOKEN.search(self.get(path).body.decode())
        assert found, f"{path} has no form"
        self.token = found[1]

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self.cookie:
            headers = headers | {"Cookie": self.cookie}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return Answer(answer.status, answer.read())
