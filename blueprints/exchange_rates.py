"""Rates of exchange from a central bank's file: chosen, looked at, and only then taken over."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.loading import require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.bank_files import LARGEST, Quote, as_plain_file, read_bank_file
from domain.books.taking_rates import changes, take_over
from domain.errors import Refused
from domain.files import file_name
from domain.modules import ALL
from domain.modules.module import Field
from domain.modules.values import currency_codes
from domain.organizations.organizations import current_organization
from domain.words import _, _n

bp = Blueprint("exchange_rates", __name__)

SINCE = Field(
    "since", _("From this day on"), "date", default=lambda: current_organization().today - timedelta(days=90)
)
SHOWN = 200
"""So many rates the preview shows; all are taken over."""


@bp.get("/settings/exchange-rates/bank")
def form() -> Response:
    """Which file, and from which day on."""
    _require()
    return _show(forms.blank((SINCE,), request.args))


@bp.post("/settings/exchange-rates/bank")
def preview() -> Response:
    """What stands in the file, beside what the books have."""
    _require()
    try:
        since = forms.read((SINCE,))["since"]
        quotes = [each for each in _uploaded() if not since or each.on_date >= since]
        if not quotes:
            raise Refused(since=_("This file has no rates from this day on."))
        found = changes(quotes)
    except Refused as refusal:
        return _again(refusal)
    source = file_name(request.files["file"].filename or "")
    context = {"changes": found, "shown": SHOWN, "source": source, "rates": as_plain_file(quotes)}
    return respond("exchange_rates/preview.html", "form", **context)


@bp.post("/settings/exchange-rates/bank/rates")
def take() -> Response:
    """Take the rates over that were looked at."""
    _require()
    try:
        quotes = _read(request.form.get("rates", "").encode())
        new, replaced = take_over(quotes, file_name(request.form.get("source", "").replace("\x00", "")))
    except Refused as refusal:
        return _again(refusal)
    toast(
        _(
            "%(new)s, %(replaced)s.",
            new=_n("%(n)s new rate", "%(n)s new rates", n=new),
            replaced=_n("%(n)s replaced", "%(n)s replaced", n=replaced),
        )
    )
    return go(url_for("records.index", module="settings.exchange-rates"))


def _require() -> None:
    for verb in ("create", "edit"):
        require(ALL["settings.exchange-rates"].permission(verb))


def _uploaded() -> list[Quote]:
    uploaded = request.files.get("file")
    if uploaded is None or not uploaded.filename:
        raise Refused(file=_("Please choose a file."))
    try:
        return _read(uploaded.stream.read(LARGEST + 1))
    except Refused as refusal:
        raise Refused(file=refusal.message) from refusal


def _read(content: bytes) -> list[Quote]:
    return read_bank_file(content, current_organization().currency, currency_codes())


def _again(refusal: Refused) -> Response:
    form = forms.refused(refusal)
    return _show(form, status=422, message=form.message)


def _show(form: forms.Form, status: int = 200, **context: Any) -> Response:
    return respond("exchange_rates/form.html", "form", status=status, form=form, since=SINCE, **context)
