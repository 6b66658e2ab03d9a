"""The form of a document: its head, its lines, and its totals as the server counts them while one types."""

from flask import Blueprint, Response, request, url_for

from blueprints import associating, drafts, forms, in_bigin, lines
from blueprints.choosing_party import CRM, NEW, new_party_fields, offered_in_crm, sources_of
from blueprints.drafts import Draft
from blueprints.loading import actor, load, require
from blueprints.records import once, version
from blueprints.references import matching
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.document import Document
from domain.books.document_columns import REMOTE_DEAL
from domain.db import db
from domain.errors import Refused, Stale
from domain.modules import ALL
from domain.modules.books.foot import FOOT
from domain.modules.kinds import parse_id
from domain.modules.module import Module
from domain.words import _

bp = Blueprint("documents", __name__)

ELSEWHERE = (
    "party",
    associating.DEAL,
    *REMOTE_DEAL,
    "series",
    "typed_number",
    "notes",
    "terms",
    *drafts.COUNTS,
)
"""What stands in a place of its own, not in the head."""


@bp.get("/<document:module>/new")
def new(module: Module) -> Response:
    """An empty form, for the party that the page it was opened from belongs to."""
    require(module.permission("create"))
    return show(drafts.blank(module, request.args))


@bp.post("/<document:module>/new")
def create(module: Module) -> Response:
    """Save a draft; the same form sent twice makes one."""
    require(module.permission("create"))
    draft = drafts.posted(module)
    try:
        document = once(module.model, lambda key: _made(draft, key))
    except Refused as refusal:
        return _again(draft, refusal)
    toast(_("The draft was saved."))
    return _onward(module, document)


@bp.get("/<document:module>/<int:record_id>/edit")
def edit(module: Module, record_id: int) -> Response:
    """The form of a draft; of an issued document, what may still be changed."""
    return show(drafts.of_document(module, load(module, record_id, "edit")))


@bp.post("/<document:module>/<int:record_id>/edit")
def update(module: Module, record_id: int) -> Response:
    """Save a document, unless somebody else did so since the form was opened."""
    try:
        document = load(module, record_id, "edit", version=version(), lock=True)
    except Stale as stale:
        return _conflict(module, stale.record)
    draft = drafts.posted(module, document)
    try:
        _change(draft, document)
    except Refused as refusal:
        db.session.rollback()
        draft.record = load(module, record_id, "edit")
        return _again(draft, refusal)
    toast(_("%(name)s was saved.", name=document.title))
    return _onward(module, document)


@bp.post("/<document:module>/lines")
def show_lines(module: Module) -> Response:
    """The form again after a button of its lines, or only its totals while somebody types."""
    action = request.form.get("do", "")
    draft = in_hand(module)
    draft.lines = lines.changed_by(action, draft.lines, draft.trade, lambda item: drafts.rate_in(draft, item))
    drafts.count(draft)
    lines.forgive_unfinished(draft.lines, action)
    return show(draft, "lines" if action else "totals")


@bp.post("/<document:module>/party")
def choose(module: Module) -> Response:
    """The form for whom was chosen in it: somebody of the books, or of the CRM and brought over, or new."""
    is_new = request.form.get("do") == NEW
    draft = in_hand(module, may_bring=not is_new)
    if is_new:
        try:
            drafts.make_party(draft)
        except Refused as refusal:
            draft.form.errors = refusal.fields
            draft.message = None if refusal.fields else refusal.message
            return counted(draft, status=422)
    drafts.greet(draft, chosen=True)
    return counted(draft, status=422 if "party" in draft.form.errors else 200)


@bp.post("/<document:module>/deal")
def associate(module: Module) -> Response:
    """The form with the deal that was chosen in its panel, or without one."""
    draft = in_hand(module)
    draft.form.errors.pop("party", None)
    try:
        associating.associate(draft.form, request.form.get("do", ""), draft.deals_in_bigin)
    except Refused as refusal:
        draft.message = refusal.message
        return counted(draft, status=422)
    return counted(draft)


@bp.get("/<document:module>/parties")
def parties(module: Module) -> Response:
    """What the picker of the party offers: those in the books, those in the CRM, or to look in Bigin."""
    field = module.by_name["party"]
    require(ALL[field.to].permission("view"))
    typed, where = request.args.get("party", ""), request.args.get("party_in")
    if where == in_bigin.BIGIN and (connection := in_bigin.joined_for(field)):
        return respond("documents/_look_in_bigin.html", module=module, typed=typed, connection=connection)
    if where == CRM:
        return respond("documents/_in_crm.html", options=offered_in_crm(field, typed))
    return respond("records/_options.html", options=matching(ALL[field.to], typed), module=ALL[field.to])


@bp.get("/<document:module>/items")
def items(module: Module) -> Response:
    """What the item picker of a line offers: what is sold, or what is bought."""
    offered = ALL["books.items"]
    require(offered.permission("view"))
    typed = request.args.get(request.args.get("field", ""), "")
    options = matching(offered, typed, module.model.PARTY.TRADE.is_offered())
    return respond("records/_options.html", options=options, module=offered)


def _made(draft: Draft, key: str) -> Document:
    values, inputs = drafts.read(draft)
    document: Document = draft.module.model.create(values, inputs, actor(), key)
    return document


def _change(draft: Draft, document: Document) -> None:
    values, inputs = drafts.read(draft)
    document.change(values, None if draft.is_issued else inputs, actor())


def in_hand(module: Module, may_bring: bool = False) -> Draft:
    """The form that somebody is filling in, of a new document or of one that is there."""
    record_id = parse_id(request.form.get("record", ""))
    if record_id is None:
        require(module.permission("create"))
        return drafts.posted(module, None, may_bring)
    return drafts.posted(module, load(module, record_id, "edit"), may_bring)


# --- answers ------------------------------------------------------------------------------------------------


def show(draft: Draft, region: str = "form", status: int = 200) -> Response:
    """The form, or one region of it."""
    form = draft.form
    return respond(
        "documents/edit.html",
        region,
        status=status,
        module=draft.module,
        draft=draft,
        form=form,
        record=draft.record,
        head={field.name: field for field in (draft.party_field, *draft.fields)},
        foot=FOOT,
        elsewhere=ELSEWHERE,
        taxes=forms.taxes([form.text("shipping_tax_id"), *(line.text("tax") for line in draft.lines)]),
        lines_url=url_for("documents.show_lines", module=draft.module),
        party_url=url_for("documents.choose", module=draft.module),
        deal_url=url_for("documents.associate", module=draft.module),
        opens_panel=region == "deals_in_bigin",
        sources=sources_of(draft.party_field),
        new_party=new_party_fields(draft.party_field),
    )


def counted(draft: Draft, region: str = "form", status: int = 200) -> Response:
    """The form with its totals, however far somebody has come with its lines."""
    drafts.count(draft)
    lines.forgive_unfinished(draft.lines, "")
    return show(draft, region, status)


def _again(draft: Draft, refusal: Refused) -> Response:
    """The form once more: what is wrong, and all that was typed."""
    draft.form.errors |= forms.at_fields(refusal)
    lines.note_errors(draft.lines, refusal.fields)
    wrong_at_a_field = draft.form.errors or lines.has_errors(draft.lines)
    draft.message = None if wrong_at_a_field else refusal.message
    drafts.count(draft)
    return show(draft, status=422)


def _conflict(module: Module, document: Document) -> Response:
    draft = drafts.posted(module, document)
    draft.conflict = True
    draft.form.theirs = forms.differences(draft.with_party, document, request.form)
    if not draft.is_issued and lines.differ(draft.lines, document):
        draft.their_lines = document.lines
    drafts.count(draft)
    return show(draft, status=409)


def _onward(module: Module, document: Document) -> Response:
    if request.form.get("then") == "send":
        return go(url_for("emails.new", module=module, record_id=document.id))
    return go(url_for("records.show", module=module, record_id=document.id))
