"""The template of one document: chosen for it alone, also once it is issued, which changes its looks and no word."""

from domain.books.document import Document
from domain.books.pdf_templates import PdfTemplate, templates_of
from domain.db import db
from domain.errors import Refused
from domain.locking import lock
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import _


def choose_template(document: Document, template: PdfTemplate | None, actor: Member | None) -> None:
    """Print it with this one; without one in the plain look or, until it is issued, as its customer's are."""
    lock(document)
    if template is document.pdf_template:
        return
    if template and template not in templates_of(document.kind):
        raise Refused(template=_("Please choose from the list."))
    document.pdf_template = template
    db.session.flush()
    if template:
        record_event(document, "template_chosen", actor, name=template.name)
    else:
        record_event(document, "template_left", actor)
