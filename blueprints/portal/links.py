"""One document, by the link of a mail: without a sign-in, without a way to anything else.

The token stands in no log and in no referrer, and a wrong one is answered like one that never was.
"""

from flask import Blueprint, Response, g

from blueprints.auth import address
from blueprints.portal.door import seen
from blueprints.portal.papers import send_pdf, sheet_of
from blueprints.respond import respond
from domain.books.document import Document
from domain.db import db, set_organization
from domain.organizations.organizations import Organization
from domain.portal import links, shelf
from domain.portal.guests import has_guests
from domain.portal.paying import instructions_for
from domain.timeline import come_from

bp = Blueprint("portal_links", __name__)


@bp.get("/portal/links/<token>")
def show(token: str) -> Response:
    """The document, as it is printed; that it was opened is noted."""
    document = seen(lambda: _opened(token), "portal_link_viewed")
    return respond(
        "portal/link.html",
        token=token,
        record=document,
        shelf=shelf.shelf_of(document),
        organization=db.session.get_one(Organization, document.organization_id),
        sheet=sheet_of(document),
        paying=instructions_for(document),
        may_sign_in=has_guests(document.party),
    )


@bp.get("/portal/links/<token>/pdf")
def pdf(token: str) -> Response:
    """The document as PDF."""
    document = seen(lambda: _opened(token), "portal_link_viewed")
    return send_pdf(document) or respond("portal/link_making.html", record=document)


@bp.after_request
def keep_to_itself(response: Response) -> Response:
    """No page that is opened from here learns where the reader came from."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _opened(token: str) -> Document:
    """The document of a link; all that follows is its organization's, whoever else is signed in at this browser."""
    link = links.opened(token)
    organization = db.session.get_one(Organization, link.organization_id)
    set_organization(organization.id)
    come_from(address(), link.document.party.display_name)
    g.pop("visit", None)
    g.reader, g.zone = link.document.party.language_in(organization), organization.time_zone
    return link.document
