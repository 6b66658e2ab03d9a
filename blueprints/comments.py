"""Comments on a record's page, in one stream with its history; and the mentions of whoever is signed in."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.loading import actor, load
from blueprints.records import once, version
from blueprints.respond import changed, go, respond
from blueprints.talk import may_change, may_delete, stream_of, unread_mentions
from blueprints.toasts import toast
from delivery.notices import tell
from delivery.portal_mails import tell_guests
from domain import comments
from domain.comments import Comment, Said
from domain.errors import NotAllowed, Refused, Stale
from domain.mentions import being_typed, completed, suggested
from domain.modules import ALL
from domain.modules.kinds import parse_long_text
from domain.modules.module import Module
from domain.portal import notices
from domain.words import Words, _

bp = Blueprint("comments", __name__)


@bp.get("/<module:module>/<int:record_id>/comments")
def index(module: Module, record_id: int) -> Response:
    """What was said about the record, without its history."""
    record = load(module, record_id, "view")
    return respond("records/timeline.html", "timeline", **stream_of(module, record, "comments"))


@bp.get("/<module:module>/<int:record_id>/comments/new")
def new(module: Module, record_id: int) -> Response:
    """A page to write on."""
    record = load(module, record_id, "edit")
    return _form(module, record, forms.Form({}))


@bp.post("/<module:module>/<int:record_id>/comments/new")
def create(module: Module, record_id: int) -> Response:
    """Say something about the record; whoever is mentioned is told."""
    record = load(module, record_id, "edit")
    try:
        said = once(Comment, lambda key: _say(record, key))
    except Refused as refusal:
        return _again(module, record, refusal)
    if isinstance(said, Said):
        _tell(record, said)
        if said.comment.in_portal:
            tell_guests(record, said.comment, actor())
    url = url_for("records.show", module=module, record_id=record.id, _anchor="timeline")
    return changed(url, "records/show.html", "composer", "timeline", **stream_of(module, record))


@bp.post("/<module:module>/<int:record_id>/comments/people")
def people(module: Module, record_id: int) -> Response:
    """Who may be meant by the name that is being typed at the end of the text."""
    record = load(module, record_id, "edit")
    text = request.form.get("body", "")
    typed = being_typed(text)
    found = [] if typed is None else suggested(typed, comments.colleagues())
    offered = [(each, completed(text, each.name)) for each in comments.who_may_see(record, found)]
    return respond("comments/_people.html", offered=offered)


@bp.get("/<module:module>/<int:record_id>/comments/<int:comment_id>/edit")
def edit(module: Module, record_id: int, comment_id: int) -> Response:
    """One's own comment, to be said differently."""
    record, comment = _own(module, record_id, comment_id)
    form = forms.Form({"body": comment.body, "in_portal": "1" if comment.in_portal else ""})
    return _form(module, record, form, comment)


@bp.post("/<module:module>/<int:record_id>/comments/<int:comment_id>/edit")
def update(module: Module, record_id: int, comment_id: int) -> Response:
    """Save it."""
    record, comment = _own(module, record_id, comment_id)
    if version() != comment.version:
        form = forms.as_posted(request.form)
        return _form(module, record, form, comment, Stale(comment).message, 409)
    was_in_portal = comment.in_portal
    try:
        said = comments.change(record, comment, _typed(), actor(), in_portal=_in_portal())
    except Refused as refusal:
        return _again(module, record, refusal, comment)
    _tell(record, said)
    if comment.in_portal and not was_in_portal:
        tell_guests(record, comment, actor())
    return go(url_for("records.show", module=module, record_id=record.id, _anchor="timeline"))


@bp.get("/<module:module>/<int:record_id>/comments/<int:comment_id>/delete")
def confirm_delete(module: Module, record_id: int, comment_id: int) -> Response:
    """Ask before deleting."""
    record, comment = _deletable(module, record_id, comment_id)
    return respond("comments/delete.html", "form", module=module, record=record, comment=comment)


@bp.post("/<module:module>/<int:record_id>/comments/<int:comment_id>/delete")
def destroy(module: Module, record_id: int, comment_id: int) -> Response:
    """Delete a comment: one's own, or as an administrator anybody's."""
    record, comment = _deletable(module, record_id, comment_id)
    comments.take_back(comment)
    toast(_("The comment was deleted."))
    return go(url_for("records.show", module=module, record_id=record.id, _anchor="timeline"))


# --- mentions -------------------------------------------------------------------------------------------------


@bp.get("/mentions")
def mentions() -> Response:
    """Where one was mentioned and has not looked yet."""
    return respond("comments/mentions.html", "mentions", unread=unread_mentions())


@bp.post("/mentions")
def read_all() -> Response:
    """All of them have been looked at."""
    comments.mark_read(actor())
    notices.mark_read(actor())
    return go(url_for("home.show"))


@bp.post("/mentions/<int:mention_id>")
def read(mention_id: int) -> Response:
    """Look at one of them: it is read, and the record's page opens."""
    mention = comments.mention_of(actor(), mention_id)
    comments.mark_read(actor(), mention)
    comment = mention.comment
    url = url_for("records.show", module=ALL[comment.module], record_id=comment.record_id)
    return go(f"{url}#comment-{comment.id}")


@bp.post("/mentions/customers/<int:notice_id>")
def read_notice(notice_id: int) -> Response:
    """Look at what a customer did: it is read, and the record's page opens."""
    notice = notices.notice_of(actor(), notice_id)
    notices.mark_read(actor(), notice)
    return go(url_for("records.show", module=ALL[notice.module], record_id=notice.record_id))


# --- the views' own -------------------------------------------------------------------------------------------


def _say(record: Any, key: str) -> Said:
    return comments.say(record, _typed(), actor(), in_portal=_in_portal(), form_key=key)


def _typed() -> str:
    try:
        return parse_long_text(request.form.get("body", ""))
    except Refused as refusal:
        raise Refused(body=refusal.message) from refusal


def _in_portal() -> bool:
    return request.form.get("in_portal") == "1"


def _tell(record: Any, said: Said) -> None:
    for mention in said.mentions:
        tell(mention, record, actor())
    for member in said.left_out:
        toast(_("%(name)s may not see this and was not told.", name=member.name), "wait")


def _own(module: Module, record_id: int, comment_id: int) -> tuple[Any, Comment]:
    record = load(module, record_id, "edit")
    comment = comments.comment_on(record, comment_id)
    if not may_change(comment):
        raise NotAllowed()
    return record, comment


def _deletable(module: Module, record_id: int, comment_id: int) -> tuple[Any, Comment]:
    record = load(module, record_id, "edit")
    comment = comments.comment_on(record, comment_id)
    if not may_delete(comment):
        raise NotAllowed()
    return record, comment


def _again(module: Module, record: Any, refusal: Refused, comment: Comment | None = None) -> Response:
    form = forms.refused(refusal)
    record = load(module, record.id, "edit")
    comment = comments.comment_on(record, comment.id) if comment else None
    return _form(module, record, form, comment, form.message, 422)


def _form(
    module: Module,
    record: Any,
    form: forms.Form,
    comment: Comment | None = None,
    message: Words | None = None,
    status: int = 200,
) -> Response:
    return respond(
        "comments/form.html",
        "composer",
        status=status,
        module=module,
        record=record,
        form=form,
        comment=comment,
        message=message,
        portal=comments.may_be_in_portal(record),
    )
