"""Several customers become one: whom, what stays, how far it is, and undoing it."""

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.choices import fields_to_choose, taken
from blueprints.loading import actor, load, require
from blueprints.records import once, record_page
from blueprints.references import picked
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.access import visible
from domain.books import merging
from domain.books.customers import Customer
from domain.books.merging import MOST, PERMISSION, usual_main
from domain.books.merging.merges import Merge, became, merge_for
from domain.books.merging.moving import LABELS, counted
from domain.books.merging.undoing import made_since, names_of, plan
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules import ALL, bulk
from domain.modules.custom_fields import customized
from domain.modules.kinds import as_id
from domain.modules.listing import Listing
from domain.modules.module import Field, Module
from domain.words import Words, _

bp = Blueprint("merging", __name__)

OTHER = Field("other", _("Customer"), "reference", required=True, to="books.customers")


@bp.get("/books/customers/<int:record_id>")
def record(record_id: int) -> Response:
    """A customer's page; the address of one that was merged leads to whom it became, unless it is wanted itself."""
    customer = load(_module(), record_id, "view")
    main = None if "itself" in request.args else became(customer, actor())
    if main is None:
        return record_page(_module(), customer)
    toast(_("%(name)s was merged into %(main)s.", name=customer.title, main=main.title))
    return redirect(url_for("records.show", module=_module(), record_id=main.id))


@bp.get("/books/customers/<int:record_id>/merge")
def choose(record_id: int) -> Response:
    """With which other customer? Once that is known: what the merge would do."""
    record = load(_module(), record_id, "merge")
    if not (request.args.get("other") or request.args.get("other_id")):
        return _ask(record, forms.Form({}))
    try:
        other_id = picked(OTHER, request.args)
        if other_id in (None, record.id):
            raise Refused(_("A customer can't be merged into itself."))
    except Refused as refusal:
        return _ask(record, forms.as_posted(request.args, {"other": refusal.message}), 422)
    return go(url_for("merging.compare", ids=[record.id, other_id], main=record.id))


@bp.get("/books/customers/merge")
def compare() -> Response:
    """What a merge of these customers would do."""
    require(PERMISSION)
    return _preview(all_seen(_ids(request.args.getlist("ids"))))


@bp.post("/books/customers/bulk/merge")
def merge() -> Response:
    """Show what a merge would do; confirmed as it was shown, do it."""
    require(PERMISSION)
    customers = all_seen(_chosen())
    main = _main(customers)
    if not request.form.get("confirm") or request.form.get("shown") != str(main.id):
        return _preview(customers)
    if request.form.get("versions") != _versions(customers):
        return _preview(customers, _("Meanwhile somebody changed one of them. Please look once more."))
    others = [each for each in customers if each is not main]
    choices = taken(_module(), customers, main, request.form)
    try:
        wanted = once(Merge, lambda key: merging.merge(main, others, choices, actor(), key))
    except Refused as refusal:
        return _preview(all_seen([each.id for each in customers]), refusal.message)
    return go(url_for("merging.show", merge_id=wanted.id))


@bp.get("/books/customers/merges/<int:merge_id>")
def show(merge_id: int) -> Response:
    """How far a merge is, and what came of it."""
    return respond("merging/show.html", "merge", **_page_of(_load(merge_id)))


@bp.get("/books/customers/merges/<int:merge_id>/undo")
def confirm_undo(merge_id: int) -> Response:
    """What would go back, and what would stay."""
    return _before_undo(_load(merge_id))


@bp.post("/books/customers/merges/<int:merge_id>/undo")
def undo(merge_id: int) -> Response:
    """Give back what was moved."""
    done = _load(merge_id)
    try:
        merging.undo(done, actor())
    except Refused as refusal:
        db.session.rollback()
        return _before_undo(_load(merge_id), refusal.message)
    return go(url_for("merging.show", merge_id=merge_id))


# --- who it is about ----------------------------------------------------------------------------------------


def _module() -> Module:
    return customized(ALL["books.customers"])


def _ids(texts: list[str]) -> list[int]:
    """What was chosen, each once; more than can be merged are refused before anybody looks for them."""
    ids = list(dict.fromkeys(each for text in texts if (each := as_id(text))))
    if len(ids) > MOST:
        raise Refused(
            _(
                "At most %(most)d customers can be merged at once; you chose %(count)d.",
                most=MOST,
                count=len(ids),
            )
        )
    if len(ids) < 2:
        raise Refused(_("Please choose at least two customers."))
    return ids


def _chosen() -> list[int]:
    """Those that are ticked, or all that the list holds."""
    if not request.form.get("all"):
        return _ids(request.form.getlist("ids"))
    listing = Listing.from_args(_module(), dict(parse_qsl(request.form.get("listing", ""))))
    return _ids([str(each) for each in bulk.ids_of(listing, actor())])


def all_seen(ids: list[int]) -> list[Customer]:
    """All of them, or Missing: what somebody doesn't see is not left out silently."""
    query = select(Customer).where(Customer.id.in_(ids), visible(actor(), Customer))
    by_id = {each.id: each for each in db.session.scalars(query.order_by(Customer.id))}
    if len(by_id) < len(ids):
        raise Missing()
    return [by_id[each] for each in ids]


def _main(customers: list[Customer]) -> Customer:
    given = as_id(request.values.get("main", ""))
    return next((each for each in customers if each.id == given), None) or usual_main(customers)


def _load(merge_id: int) -> Merge:
    require(PERMISSION)
    return merge_for(actor(), merge_id)


def _versions(customers: list[Customer]) -> str:
    """What tells whether somebody has changed one of them since."""
    return " ".join(f"{each.id}-{each.version}" for each in sorted(customers, key=lambda each: each.id))


# --- what is shown ------------------------------------------------------------------------------------------


def _ask(record: Customer, form: forms.Form, status: int = 200) -> Response:
    return respond(
        "merging/choose.html", "form", status=status, module=_module(), record=record, field=OTHER, form=form
    )


def _preview(customers: list[Customer], message: Words | None = None) -> Response:
    main = _main(customers)
    others = [each for each in customers if each is not main]
    refusal = message or _why_not(main, others)
    return respond(
        "merging/preview.html",
        "form",
        status=422 if message else 200,
        module=_module(),
        customers=customers,
        main=main,
        others=others,
        rows=fields_to_choose(_module(), customers, main, request.form),
        counts=_labelled(counted([each.id for each in others])),
        versions=_versions(customers),
        form=forms.as_posted(request.form),
        refusal=refusal,
        can_be_merged=_why_not(main, others) is None,
    )


def _why_not(main: Customer, others: list[Customer]) -> Words | None:
    try:
        merging.check(main, others)
    except Refused as refusal:
        return next(iter(refusal.fields.values()), refusal.message)
    return None


def _labelled(counts: dict[str, int]) -> list[tuple[Words | str, int]]:
    return [(LABELS.get(sort, sort), count) for sort, count in counts.items()]


def _page_of(done: Merge) -> dict[str, Any]:
    return {
        "module": _module(),
        "merge": done,
        "counts": _labelled(done.counts),
        "stayed": names_of(done.stayed),
    }


def _before_undo(done: Merge, refusal: Words | None = None) -> Response:
    planned = plan(done) if done.state == "done" else None
    return respond(
        "merging/undo.html",
        "form",
        status=422 if refusal else 200,
        **_page_of(done),
        plan=planned,
        stays=names_of([list(paper) for paper in planned.stays]) if planned else [],
        since=made_since(done) if planned else {},
        changed=merging.taking.changed_since(done) if planned else [],
        refusal=refusal,
    )
