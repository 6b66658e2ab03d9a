"""The three endings of a view, and the only file that knows HTMX's headers.

A plain browser, a boosted link or a history restore gets the whole page; an HTMX request gets the named regions:
the first as the answer, the others and the toasts out of band. A region's name is its block's name and its
element's id.
"""

import json
from collections.abc import Callable
from typing import Any

from flask import Response, make_response, redirect, render_template, request
from htmx_flask import request as htmx_request
from jinja2_fragments.flask import render_block

from blueprints.toasts import toasts_fragment


def wants_fragment() -> bool:
    """Whether this request asks for regions of a page, not for the page."""
    htmx = htmx_request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def respond(template: str, *regions: str, status: int = 200, **context: Any) -> Response:
    """Show something, or a failed form: the page, or its regions."""
    if wants_fragment() and regions:
        return _answer(_fragments(template, regions, context), status)
    return _answer(render_template(template, **context), status)


def changed(
    url: str,
    template: str,
    *regions: str,
    showing: Callable[[], dict[str, Any]] | None = None,
    **context: Any,
) -> Response:
    """After a successful POST: the touched regions under HTMX, a redirect for a plain browser.

    `showing` gives the context where it takes questions to the database, which a redirect shall not wait for.
    """
    if wants_fragment():
        return _answer(_fragments(template, regions, context | (showing() if showing else {})), 200)
    return redirect(url, 303)


def go(url: str) -> Response:
    """Somewhere else, and a reload there posts nothing twice."""
    if not wants_fragment():
        return redirect(url, 303)
    response = make_response("", 204)
    # as a link would ask for it: the whole page, also where that page has regions
    response.headers["HX-Location"] = json.dumps({"path": url, "headers": {"HX-Boosted": "true"}})
    return _varying(response)


def leave(url: str) -> Response:
    """What is no page, to be loaded by the browser itself: a finished file."""
    if not wants_fragment():
        return redirect(url, 303)
    response = make_response("", 204)
    response.headers["HX-Redirect"] = url
    return _varying(response)


def toast_only(status: int) -> Response:
    """An answer that changes nothing on the page but says why, in a toast."""
    response = make_response(toasts_fragment(), status)
    response.headers["HX-Reswap"] = "none"
    return _varying(response)


def _fragments(template: str, regions: tuple[str, ...], context: dict[str, Any]) -> str:
    first, *others = regions
    parts = [render_block(template, first, **context)]
    parts += [render_block(template, region, oob=True, **context) for region in others]
    return "\n".join([*parts, toasts_fragment()])


def _answer(html: str, status: int) -> Response:
    return _varying(make_response(html, status))


def _varying(response: Response) -> Response:
    response.headers.add("Vary", "HX-Request")
    return response


def came_from_panel() -> bool:
    """Whether the request was sent by a related list on another page."""
    return wants_fragment() and (request.headers.get("HX-Target") or "").startswith("related_")
