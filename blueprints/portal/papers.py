"""What is open, and the papers behind it: seen, saved, answered and talked about."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, redirect, request, send_file, url_for

from blueprints import forms
from blueprints.attachments import ALONE
from blueprints.language import language
from blueprints.portal.door import load, seen, visit
from blueprints.records import once, version
from blueprints.respond import respond
from blueprints.settings_organization import send_logo
from blueprints.toasts import toast
from delivery import documents
from delivery.files import files
from delivery.sheet import Sheet
from delivery.wording import Writer
from domain.books.allocations import used_of
from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.payments import Payment
from domain.comments import LONGEST, Comment
from domain.db import db
from domain.errors import Missing, Refused, Stale
from domain.modules.kinds import as_id, parse_long_text
from domain.organizations.organizations import current_organization
from domain.portal import answering
from domain.portal import shelf as shelves
from domain.portal.paying import instructions_for
from domain.portal.shelf import PER_PAGE, Shelf
from domain.printing import ask_for_pdf, asked_for, is_long
from domain.words import Words, _

bp = Blueprint("portal_papers", __name__)


@bp.get("/portal/")
def home() -> Response:
    """What is to be paid and to be answered, and what was said."""
    party = visit().party
    return respond(
        "portal/home.html",
        visit=visit(),
        party=party,
        overdue_minor=shelves.overdue_minor(party),
        invoices=shelves.open_invoices(party),
        estimates=shelves.waiting_estimates(party),
        **_talk(party, forms.Form({})),
        files=shelves.files_on(party),
        said_at=url_for("portal_papers.write"),
    )


@bp.get("/portal/<shelf:shelf>")
def index(shelf: Shelf) -> Response:
    """All papers of a kind, newest first."""
    rows = shelves.page(visit().party, shelf, _after())
    return respond(
        "portal/index.html",
        visit=visit(),
        shelf=shelf,
        rows=rows[:PER_PAGE],
        last=rows[PER_PAGE - 1] if len(rows) > PER_PAGE else None,
        is_first=not request.args,
    )


@bp.get("/portal/<shelf:shelf>/<int:record_id>")
def show(shelf: Shelf, record_id: int) -> Response:
    """One paper, as it is printed; that it was opened is noted."""
    return _paper(shelf, seen(lambda: load(shelf, record_id)), forms.Form({}))


@bp.get("/portal/<shelf:shelf>/<int:record_id>/pdf")
def pdf(shelf: Shelf, record_id: int) -> Response:
    """The paper as PDF; a very long one is made by a worker meanwhile."""
    document = seen(lambda: load(shelf, record_id))
    if not isinstance(document, Document):
        raise Missing()
    return send_pdf(document) or _being_made(shelf, document)


@bp.post("/portal/<shelf:shelf>/<int:record_id>/pdf")
def make(shelf: Shelf, record_id: int) -> Response:
    """Let a worker make a very long one."""
    document = load(shelf, record_id)
    if not isinstance(document, Document):
        raise Missing()
    ask_for_pdf(document, None)
    return redirect(url_for("portal_papers.pdf", shelf=shelf, record_id=record_id), 303)


@bp.get("/portal/<shelf:shelf>/<int:record_id>/files/<int:attachment_id>")
def file(shelf: Shelf, record_id: int, attachment_id: int) -> Response:
    """A file that hangs on a paper for the customer; saved, never shown by the browser."""
    return _handed_over(load(shelf, record_id), attachment_id)


@bp.get("/portal/files/<int:attachment_id>")
def own_file(attachment_id: int) -> Response:
    """A file that hangs on the customer itself."""
    return _handed_over(visit().party, attachment_id)


@bp.post("/portal/estimates/<int:record_id>/answer")
def answer(record_id: int) -> Response:
    """Accept or decline an estimate."""
    shelf = shelves.SHELVES["estimates"]
    estimate = load(shelf, record_id)
    says = request.form.get("answer", "")
    try:
        answering.answer(visit(), estimate, says, _typed("answer_body", optional=True), version())
    except Refused as refusal:
        return _again(shelf, record_id, refusal)
    except Stale:
        db.session.rollback()
        changed = _("This estimate was changed since you opened it. Please look at it once more.")
        return _paper(shelf, load(shelf, record_id), forms.as_posted(request.form), changed, 409)
    thanks = {
        "accept": _("Thank you. You have accepted %(title)s.", title=estimate.title),
        "decline": _("You have declined %(title)s.", title=estimate.title),
    }
    toast(thanks[says])
    return _back(shelf, record_id)


@bp.post("/portal/<shelf:shelf>/<int:record_id>/comments")
def comment(shelf: Shelf, record_id: int) -> Response:
    """Write to the organization about a paper."""
    record = load(shelf, record_id)
    try:
        _say(record)
    except Refused as refusal:
        return _again(shelf, record_id, refusal)
    return _back(shelf, record_id)


@bp.post("/portal/comments")
def write() -> Response:
    """Write to the organization about anything."""
    try:
        _say(visit().party)
    except Refused as refusal:
        form = forms.refused(refusal)
        context = _talk(visit().party, form) | {"said_at": url_for("portal_papers.write")}
        return respond("portal/messages.html", status=422, visit=visit(), message=form.message, **context)
    return redirect(url_for("portal_papers.home", _anchor="talk"), 303)


@bp.get("/portal/logo")
def logo() -> Response:
    """The organization's logo."""
    visit()
    digest = current_organization().logo_digest
    if digest is None:
        raise Missing()
    return send_logo(digest)


# --- the views' own -----------------------------------------------------------------------------------------------


def send_pdf(document: Document) -> Response | None:
    """A document's PDF, made now unless it is long; None for one that a worker has to make first."""
    content = documents.kept_pdf(document)
    if content is None and is_long(document):
        return None
    return send_file(
        BytesIO(content or documents.pdf(document)),
        "application/pdf",
        as_attachment="download" in request.args,
        download_name=documents.file_name(document),
    )


def _after() -> tuple[date, int] | None:
    """Where the page before ended; what makes no sense is the first page."""
    day, _dot, record_id = request.args.get("after", "").partition(".")
    try:
        return (date.fromisoformat(day), as_id(record_id) or 0) if day else None
    except ValueError:
        return None


def _paper(
    shelf: Shelf, record: Any, form: forms.Form, message: Words | None = None, status: int = 200
) -> Response:
    is_payment = isinstance(record, Payment)
    return respond(
        "portal/payment.html" if is_payment else "portal/paper.html",
        status=status,
        visit=visit(),
        shelf=shelf,
        record=record,
        message=message,
        sheet=None if is_payment else sheet_of(record),
        uses=_settled_by(record) if is_payment else [],
        paying=instructions_for(record),
        may_answer=isinstance(record, Estimate) and answering.why_no_answer(record) is None,
        **_talk(record, form),
        files=shelves.files_on(record),
        said_at=url_for("portal_papers.comment", shelf=shelf, record_id=record.id),
    )


def sheet_of(document: Document) -> Sheet:
    """What the document says on paper, in the reader's language: nothing that is only for the organization."""
    return Writer(document, current_organization(), language(), documents.template_of(document)).sheet()


def _settled_by(payment: Payment) -> list[tuple[Document, int]]:
    """The invoices that a payment settled, as far as the customer sees them."""
    found = ((allocation.document, allocation.amount_minor) for allocation in used_of(payment))
    return [(document, amount) for document, amount in found if document.party_id == payment.party_id]


def _talk(record: Any, form: forms.Form) -> dict[str, Any]:
    return {"said": shelves.said_on(record), "form": form, "about": record}


def _say(record: Any) -> None:
    words = _typed("body")
    once(Comment, lambda key: answering.say(visit(), record, words, key))
    toast(_("Your message is with us."))


def _typed(field: str, optional: bool = False) -> str:
    try:
        words = parse_long_text(request.form.get(field, ""))
    except Refused as refusal:
        raise Refused(**{field: refusal.message}) from refusal
    if len(words) > LONGEST:
        raise Refused(**{field: _("A comment has at most %(n)d characters.", n=LONGEST)})
    if not words and not optional:
        raise Refused(**{field: _("Please write something.")})
    return words


def _again(shelf: Shelf, record_id: int, refusal: Refused) -> Response:
    form = forms.refused(refusal)
    return _paper(shelf, load(shelf, record_id), form, form.message, 422)


def _back(shelf: Shelf, record_id: int) -> Response:
    return redirect(url_for("portal_papers.show", shelf=shelf, record_id=record_id), 303)


def _handed_over(record: Any, attachment_id: int) -> Response:
    attachment = shelves.file_on(record, attachment_id)
    response = send_file(
        files().open(attachment.file.digest),
        attachment.file.media_type,
        as_attachment=True,
        download_name=attachment.name,
    )
    response.headers["Content-Security-Policy"] = ALONE
    return response


def _being_made(shelf: Shelf, document: Document) -> Response:
    asked = asked_for(document)
    return respond("portal/making.html", visit=visit(), shelf=shelf, record=document, asked=asked)
