"""The link in a mail that shows its document: made when the mail goes out, so that nothing that is kept holds it."""

import html

from domain.emails import Body, Email
from domain.organizations.organizations import current_organization
from domain.placeholders import fill
from domain.portal.shelf import shelf_of
from domain.tokens import new_token

NAMES = {"estimate": "EstimateURL", "invoice": "InvoiceURL"}
"""By the kind of a document: the placeholder that stands for its link."""


def with_document_link(email: Email, base_url: str) -> tuple[Body, str] | None:
    """What the mail says with its link, and the link's token; None where its text asks for none.

    Where links are switched off it leads to the document's page in the portal, and there is no token.
    """
    document = email.document
    name = NAMES.get(document.kind) if document is not None else None
    if document is None or name is None or f"%{name}%" not in email.body_text:
        return None
    token = new_token() if current_organization().links_are_open else ""
    path = f"/portal/links/{token}" if token else f"/portal/{shelf_of(document).key}/{document.id}"
    url = {name: base_url + path}
    return Body(fill(email.body_html, url, _anchor)[0], fill(email.body_text, url)[0]), token


def _anchor(url: str) -> str:
    shown = html.escape(url)
    return f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>'
