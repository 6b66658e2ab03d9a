"""Composing a mail about a document, payment or customer: to the party's people, now or later, or kept as a draft."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from blueprints import forms, writing
from blueprints.asked_period import asked_period
from blueprints.language import zone
from blueprints.loading import actor, load, require
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from blueprints.writing import PERIOD, PERSON, Writing
from delivery import compose, placeholders
from domain import records
from domain.books.contact_persons import ContactPerson
from domain.books.statements import PRESET, Period, period_called, usual_period
from domain.db import db
from domain.email_drafts import EmailDraft, draft_about, throw_away
from domain.emails import Email, send_email
from domain.errors import Missing, Refused
from domain.mail_addresses import same_address
from domain.mail_kinds import CUSTOMERS, FOR_STATEMENT, STATEMENT, kind_of
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.recipients import known_addresses, party_of
from domain.words import Words, _

bp = Blueprint("emails", __name__)


@bp.get("/<mailed:module>/<int:record_id>/emails/new")
def new(module: Module, record_id: int) -> Response:
    """Compose a mail: from the template, to the party's people."""
    return _new(_found(module, record_id), usual_period())


@bp.get("/books/customers/<int:record_id>/statement/emails/new")
def new_statement(record_id: int) -> Response:
    """Compose the mail with which a customer gets their statement."""
    return _new(_found(ALL[CUSTOMERS], record_id, STATEMENT), _period_asked())


@bp.post("/<mailed:module>/<int:record_id>/emails/new")
def create(module: Module, record_id: int) -> Response:
    """Send, keep as a draft, or change the form first. The answer comes at once; the worker renders and sends."""
    return _create(_found(module, record_id))


@bp.post("/books/customers/<int:record_id>/statement/emails/new")
def create_statement(record_id: int) -> Response:
    """The same with a customer's statement."""
    return _create(_found(ALL[CUSTOMERS], record_id, STATEMENT))


@bp.get("/<mailed:module>/<int:record_id>/emails/drafts/<int:draft_id>/delete")
def confirm_throw_away(module: Module, record_id: int, draft_id: int) -> Response:
    """Ask before throwing a draft away."""
    draft = _draft(module, record_id, draft_id)
    return respond("emails/delete.html", "form", module=module, record=draft.about, draft=draft)


@bp.post("/<mailed:module>/<int:record_id>/emails/drafts/<int:draft_id>/delete")
def destroy(module: Module, record_id: int, draft_id: int) -> Response:
    """Throw a draft away."""
    throw_away(_draft(module, record_id, draft_id))
    toast(_("The draft was deleted."))
    return go(url_for("sent_mails.index", module=module, record_id=record_id))


def _found(module: Module, record_id: int, kind: str = "") -> Writing:
    record = load(module, record_id, "email")
    if kind == STATEMENT:
        for right in FOR_STATEMENT:
            require(right)
    found = kind_of(record, kind)
    if found is None:
        raise Missing()
    return Writing(module, record, found)


def _draft(module: Module, record_id: int, draft_id: int) -> EmailDraft:
    draft = draft_about(load(module, record_id, "email"), draft_id, actor())
    if draft is None:
        raise Missing()
    return draft


# --- what it begins with --------------------------------------------------------------------------------------


def _new(mail: Writing, period: Period) -> Response:
    if "draft" in request.args:
        return _opened(mail, draft_about(mail.record, as_id(request.args["draft"]) or 0, actor()))
    written = compose.draft(mail.record, actor(), request.args.get("template", ""), mail.kind.key)
    values = writing.beginning(
        mail,
        template=written.template,
        subject=written.subject,
        message=written.text,
        attach_pdf="1",
        statement_from=period.first.isoformat(),
        statement_to=period.last.isoformat(),
        **{name: "1" for name in ("attach_statement", "attach_unpaid") if request.args.get(name) == "1"},
    )
    return writing.page(mail, values)


def _opened(mail: Writing, draft: EmailDraft | None) -> Response:
    """A draft as it was left."""
    if draft is None or draft.kind != mail.kind.key:
        raise Missing()
    kept = {"kept": [str(each.file_id) for each in draft.files]}
    return writing.page(mail, {**draft.typed, **kept}, key=draft.form_key, draft=draft)


def _period_asked() -> Period:
    """The period of the statement that somebody was looking at; else this month."""
    return asked_period(request.args).period or period_called(PRESET)


# --- sending --------------------------------------------------------------------------------------------------


def _create(mail: Writing) -> Response:
    change = _with_placeholder if "insert" in request.form else CHANGES.get(request.form.get("do", ""))
    try:
        if change:
            return change(mail)
        if (unknown := writing.unknown_in(mail, writing.typed())) and _was_not_warned_of(unknown):
            return writing.again(mail, status=422)
        email = once(Email, partial(_send, mail))
    except Refused as refusal:
        return _again(mail, refusal)
    names = ", ".join(request.form.getlist("to"))
    scheduled, sent = _("The mail to %(names)s is scheduled."), _("The mail to %(names)s is on its way.")
    toast(Words((scheduled if email.send_at else sent).text, {"names": names}))
    return go(_page_after(mail))


def _was_not_warned_of(unknown: list[str]) -> bool:
    return request.form.get("anyway") != ",".join(unknown)


def _page_after(mail: Writing) -> str:
    if mail.module.key == CUSTOMERS:
        return url_for("sent_mails.index", module=mail.module, record_id=mail.record.id)
    return url_for("records.show", module=mail.module, record_id=mail.record.id)


def _send(mail: Writing, key: str) -> Email:
    form, kind = request.form, mail.kind
    period = (
        _period() if mail.is_statement or (mail.offers_statement and "attach_statement" in form) else None
    )
    email = send_email(
        mail.record,
        kind=kind.key,
        to=form.getlist("to"),
        cc=form.getlist("cc"),
        bcc=form.get("bcc", "").split(","),
        subject=form.get("subject", ""),
        body=writing.body_in(writing.typed()),
        attach_pdf=kind.has_pdf and (kind.attach is None or "attach_pdf" in form),
        statement=period,
        unpaid=mail.offers_unpaid and "attach_unpaid" in form,
        files=writing.chosen_files(mail),
        actor=actor(),
        form_key=key,
        values=partial(compose.values, kind=kind.key, period=period),
        send_at=_moment(form.get("send_at", "")),
    )
    if draft := mail.draft:
        throw_away(draft)
    return email


def _period() -> Period:
    values = forms.read(PERIOD)
    return Period(values["statement_from"], values["statement_to"])


def _moment(text: str) -> datetime | None:
    """What a field for date and time says, in the organization's time zone."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone())).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise Refused(send_at=_("Please type a date and a time.")) from wrong


def _again(mail: Writing, refusal: Refused) -> Response:
    record_id = mail.record.id
    db.session.rollback()
    return writing.again(_found(mail.module, record_id, mail.kind.key), refusal)


# --- changing the form before it is sent ----------------------------------------------------------------------


def _with_template(mail: Writing) -> Response:
    """Begin the text again from another template; all else stays as it was typed."""
    written = compose.draft(mail.record, actor(), request.form.get("template", ""), mail.kind.key)
    said = {"subject": [written.subject], "message": [written.text], "template": [written.template]}
    return writing.again(mail, **said, rich=[])


def _with_placeholder(mail: Writing) -> Response:
    """Without JavaScript a placeholder goes to the end of the message."""
    name = request.form.get("insert", "")
    known = name in placeholders.names_of(mail.kind.key)
    message = writing.text_of(writing.typed(), "message") + (f" %{name}%" if known else "")
    return writing.again(mail, message=[message], rich=[])


def _add_person(mail: Writing) -> Response:
    """A contact person made on the spot is chosen at once."""
    require("books.contact-persons.create")
    values = forms.read(PERSON)
    address = _known(mail, values["person_email"]) or _person(mail, values).email
    db.session.refresh(party_of(mail.record), ["contact_persons"])
    emptied: dict[str, list[str]] = {field.name: [] for field in PERSON}
    return writing.again(mail, **emptied, to=[*request.form.getlist("to"), address])


def _known(mail: Writing, address: str) -> str | None:
    """The address as it is known already: whoever adds somebody twice chooses them."""
    known = (person["address"] for person in known_addresses(party_of(mail.record)))
    return next((each for each in known if same_address(each) == same_address(address)), None)


def _person(mail: Writing, values: dict[str, Any]) -> ContactPerson:
    person: ContactPerson = records.create(
        ContactPerson,
        {
            "party_id": party_of(mail.record).id,
            "last_name": values["person_last_name"],
            "first_name": values["person_first_name"],
            "email": values["person_email"],
        },
        actor(),
    )
    return person


def _keep_draft(mail: Writing) -> Response:
    """Keep what was typed, whatever is wrong with it, for another time."""
    writing.keep(mail, writing.draft_files(mail))
    toast(_("The draft was saved."))
    return go(url_for("sent_mails.index", module=mail.module, record_id=mail.record.id))


CHANGES: dict[str, Callable[[Writing], Response]] = {
    "add_person": _add_person,
    "template": _with_template,
    "draft": _keep_draft,
}
"""Buttons that do not send the form, but change or keep it."""
