"""Headers of every answer: what a page may load (nothing of others, nothing inline) and who may keep it.

And how large a request may be.
"""

from flask import Flask, Response, current_app, request
from htmx_flask.requests import HtmxAwareRequest

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)


class SmallForms(HtmxAwareRequest):
    """A request whose form is no larger than forms are; only files may be.

    Werkzeug's own limit is for forms with files: it reads a plain one whole, whatever its size.
    """

    @property
    def max_content_length(self) -> int | None:  # type: ignore[override]
        """How many bytes are read before 413."""
        if self.mimetype == "application/x-www-form-urlencoded":
            return int(current_app.config["MAX_FORM_MEMORY_SIZE"])
        return super().max_content_length


def register(app: Flask) -> None:
    """Put the headers on every answer, and a limit on every form."""
    app.request_class = SmallForms
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "assets.show":
        headers["Cache-Control"] = "no-store"  # also where Flask has an opinion: a PDF is nobody else's
    return response
