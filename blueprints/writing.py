"""A mail that is being written: what stands in its form, as it is typed, kept as a draft and shown again."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from blueprints import forms
from blueprints.auth import keep_although_refused
from blueprints.language import zone
from blueprints.loading import actor, may
from blueprints.records import posted_key
from blueprints.respond import respond
from delivery import attached, compose, placeholders
from delivery.clean_html import body_of, body_of_html
from domain.attachments import MAX_BYTES, attachments_of
from domain.db import db
from domain.email_drafts import EmailDraft, Typed, draft_with, drafts_about, keep_draft
from domain.emails import Email, Mailed, consequence_of_sending
from domain.errors import Refused
from domain.files import StoredFile
from domain.mail_contents import Body
from domain.mail_kinds import FOR_STATEMENT, FOR_UNPAID, STATEMENT, MailKind
from domain.modules.module import Field, Module
from domain.recipients import known_addresses, name_of, party_of
from domain.words import Words, _, _p

PERSON = (
    Field("person_last_name", _("Last name"), longest=100),
    Field("person_first_name", _("First name"), longest=100),
    Field("person_email", _("Email"), "email", required=True),
)
"""A contact person added on the spot."""

PERIOD = (
    Field("statement_from", _p("period", "From"), "date", required=True),
    Field("statement_to", _p("period", "To"), "date", required=True),
)
"""Of the statement that goes along."""

MANY = ("to", "cc", "attach", "kept")
"""Of these a form may hold several."""

FIELDS = (
    *MANY,
    *("bcc", "template", "subject", "message", "rich", "send_at"),
    *("attach_pdf", "attach_statement", "attach_unpaid"),
    *(field.name for field in (*PERIOD, *PERSON)),
)
"""All that is typed or ticked."""

LONGEST = 300_000
"""So many letters are kept of a form."""


@dataclass(frozen=True)
class Writing:
    """About what a mail is written, and of which kind it is."""

    module: Module
    record: Mailed
    kind: MailKind

    @property
    def url(self) -> str:
        """Where its form is, and is sent to."""
        if self.kind.key == STATEMENT:
            return url_for("emails.create_statement", record_id=self.record.id)
        return url_for("emails.create", module=self.module, record_id=self.record.id)

    @property
    def is_statement(self) -> bool:
        """Whether the customer's statement is what it is about."""
        return self.kind.key == STATEMENT

    @property
    def offers_statement(self) -> bool:
        """Whether the customer's statement may go along."""
        return self.kind.statement and all(map(may, FOR_STATEMENT))

    @property
    def offers_unpaid(self) -> bool:
        """Whether the list of the customer's unpaid invoices may go along, and there are any."""
        return self.kind.unpaid and all(map(may, FOR_UNPAID)) and party_of(self.record).receivable_minor > 0

    @property
    def draft(self) -> EmailDraft | None:
        """What was kept of the form that was posted."""
        return draft_with(forms.as_posted(request.form).key, actor())


# --- what was typed -------------------------------------------------------------------------------------------


def typed() -> Typed:
    """All that stands in the posted form; but no NUL, which PostgreSQL takes for an error."""
    return {
        name: [value.replace("\x00", "") for value in request.form.getlist(name)]
        for name in FIELDS
        if name in request.form
    }


def text_of(values: Typed, name: str) -> str:
    """What stands in a field."""
    return next(iter(values.get(name, [])), "")


def body_in(values: Typed) -> Body:
    """The message: with its formatting where the editor has sent it, else plain text."""
    return body_of_html(rich) if (rich := text_of(values, "rich")) else body_of(text_of(values, "message"))


def unknown_in(writing: Writing, values: Typed) -> list[str]:
    """Placeholders in what was typed that would go out as they stand."""
    return compose.unknown_in(writing.kind.key, text_of(values, "subject"), body_in(values).text)


# --- files ----------------------------------------------------------------------------------------------------


def chosen_files(writing: Writing) -> list[StoredFile]:
    """The record's attachments that were ticked, and what was uploaded."""
    ticked = request.form.getlist("attach")
    attachments = (each.file for each in attachments_of(writing.record) if str(each.id) in ticked)
    return [*attachments, *draft_files(writing)]


def draft_files(writing: Writing) -> list[StoredFile]:
    """All that was uploaded, now or before."""
    new = (attached.kept(_read(each), each.filename or "") for each in _uploads())
    return [*kept_files(writing), *new]


def kept_files(writing: Writing) -> list[StoredFile]:
    """What was uploaded before, kept with the draft, and not unticked since."""
    kept, draft = request.form.getlist("kept"), writing.draft
    return [each.file for each in draft.files if str(each.file_id) in kept] if draft else []


def _uploads() -> list[FileStorage]:
    return [each for each in request.files.getlist("files") if each.filename]


def _readable() -> Iterator[StoredFile]:
    """What was uploaded and can be kept; why the rest can't is said when the mail is sent."""
    for each in _uploads():
        with suppress(Refused):
            yield attached.kept(_read(each), each.filename or "")


def _read(uploaded: FileStorage) -> bytes:
    """The bytes, and one more than may be, so that too much is noticed without being read."""
    uploaded.stream.seek(0)  # after a refusal it is read a second time
    return uploaded.stream.read(MAX_BYTES + 1)


# --- drafts ---------------------------------------------------------------------------------------------------


def keep(writing: Writing, files: list[StoredFile]) -> EmailDraft:
    """Keep the form as it is typed, with these files."""
    values = dict(typed())
    if sum(len(text) for texts in values.values() for text in texts) > LONGEST:
        raise Refused(body=_("This is more than can be kept. Please shorten the message."))
    if "rich" in values:
        values["rich"] = [body_in(values).html]
    return keep_draft(writing.record, writing.kind.key, _key(), values, files, actor())


def _key() -> str:
    """The key of the form; another one when a mail was sent from it already, which this is not."""
    key = posted_key()
    return forms.new_key() if db.session.scalar(select(Email.id).where(Email.form_key == key)) else key


def with_uploads(writing: Writing) -> EmailDraft | None:
    """The form's draft; what was uploaded is kept with it, as a page can't hand files back to the browser."""
    if _uploads():
        keep_although_refused()
        with suppress(Refused):  # of what can't be kept the form says why, when it is sent
            return keep(writing, [*kept_files(writing), *_readable()])
    return writing.draft


# --- the page -------------------------------------------------------------------------------------------------


def again(
    writing: Writing, refusal: Refused | None = None, status: int = 200, **changes: list[str]
) -> Response:
    """The form once more, with what was typed, what was changed in it, and what is wrong with it."""
    draft = with_uploads(writing)
    values = {**typed(), **changes}
    if draft and _uploads():
        values["kept"] = [str(each.file_id) for each in draft.files]
    return page(
        writing,
        values,
        key=draft.form_key if draft else forms.as_posted(request.form).key,
        draft=draft,
        errors=forms.at_fields(refusal) if refusal else None,
        message=refusal.message if refusal and not refusal.fields else None,
        status=422 if refusal else status,
    )


def page(
    writing: Writing,
    values: Typed,
    *,
    key: str | None = None,
    draft: EmailDraft | None = None,
    errors: dict[str, Words] | None = None,
    message: Words | None = None,
    status: int = 200,
) -> Response:
    """The page on which a mail is written."""
    form = forms.Form({name: text_of(values, name) for name in values}, errors or {})
    form.key = key or form.key
    return respond(
        "emails/new.html",
        "form",
        status=status,
        **_about(writing),
        form=form,
        rich=_formatted(values),
        chosen={name: values.get(name, []) for name in MANY},
        unknown=_unknown_shown(writing, values),
        kept=draft.files if draft else [],
        begun=[each for each in drafts_about(writing.record, actor()) if each is not draft],
        message=message,
    )


def _about(writing: Writing) -> dict[str, Any]:
    """What the page says of the record, and offers for it, whatever was typed."""
    record, kind = writing.record, writing.kind
    return {
        "writing": writing,
        "module": writing.module,
        "record": record,
        "party": party_of(record),
        "party_name": name_of(record),
        "kind": kind,
        "people": known_addresses(party_of(record)),
        "person_fields": PERSON,
        "period_fields": PERIOD if writing.offers_statement else (),
        "templates": compose.templates_for(record, kind.key),
        "placeholders": placeholders.offered(kind.key),
        "attachments": attachments_of(record),
        "consequence": consequence_of_sending(record),
        "zone": zone(),
    }


def _formatted(values: Typed) -> str:
    """The message with its formatting, for the editor; of more than is read there remains the text."""
    try:
        return body_in(values).html if text_of(values, "rich") else ""
    except Refused:
        return ""


def _unknown_shown(writing: Writing, values: Typed) -> list[str]:
    try:
        return unknown_in(writing, values)
    except Refused:  # too much to be read, which its field says
        return []


def beginning(writing: Writing, **values: Any) -> Typed:
    """What stands in a new form."""
    people = known_addresses(party_of(writing.record))[:1]
    given = {name: [str(value)] for name, value in values.items()}
    return {"to": [person["address"] for person in people], **given}
