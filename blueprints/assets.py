"""Static files under a name that carries their digest: they never change, so browsers keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, g, send_from_directory, url_for
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

bp = Blueprint("assets", __name__)

FOREVER = 365 * 24 * 3600


@bp.get("/static/<digest>/<path:name>")
def show(digest: str, name: str) -> Response:
    """A static file; an old digest gets the file of today, but not for good."""
    response = send_from_directory(_folder(), name, conditional=True)
    response.cache_control.public = True
    response.cache_control.max_age = FOREVER if digest == digest_of(name) else 60
    response.cache_control.immutable = digest == digest_of(name) or None
    return response


def asset(name: str) -> str:
    """The address of a static file; looked up once for an answer, whose icons all come from one."""
    addresses = g.setdefault("assets", {})
    if name not in addresses:
        addresses[name] = url_for("assets.show", digest=digest_of(name), name=name)
    return addresses[name]


def icon(name: str, label: str = "") -> Markup:
    """An icon; with a label where it stands alone, else it is no more than decoration."""
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="icon" {told}><use href="{asset("icons.svg")}#i-{escape(name)}"/></svg>')


def digest_of(name: str) -> str:
    """Twelve letters that change when the file does."""
    path = _folder() / name
    if not path.is_file():
        raise NotFound()
    return _digest(path, path.stat().st_mtime_ns)


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _folder() -> Path:
    return Path(current_app.root_path) / "static"
