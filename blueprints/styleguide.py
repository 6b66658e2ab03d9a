"""The style guide: every part of the pages and every kind of value, with example data. Also a visual test page."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from flask import Blueprint, Response

from blueprints import forms
from blueprints.respond import respond
from domain.modules.kinds import KINDS
from domain.modules.module import Choice, Field
from domain.words import _

bp = Blueprint("styleguide", __name__)

TONES = ("", "live", "wait", "good", "bad")

COLOURS = (Choice("indigo", _("Indigo")), Choice("vermilion", _("Vermilion")))

EXAMPLES = {
    "text": "青空商事株式会社",
    "long_text": "One line.\nAnd a second one.",
    "email": "hello@example.com",
    "phone": "+81 3-1234-5678",
    "url": "https://example.com",
    "choice": "indigo",
    "currency": "JPY",
    "country": "JP",
    "boolean": True,
    "number": Decimal("1234.5"),
    "integer": 1234,
    "percent": Decimal(10),
    "money": 1284800,
    "date": date(2026, 4, 1),
}
"""A value of each kind that needs no record behind it."""


@bp.get("/styleguide")
def show() -> Response:
    """All parts on one page."""
    fields = [_field(kind) for kind in EXAMPLES]
    record = SimpleNamespace(**EXAMPLES, currency_code="JPY")
    return respond(
        "styleguide/show.html",
        fields=fields,
        record=record,
        form=forms.of_record([field for field in fields if field.kind != "money"], record),
        tones=TONES,
        missing=sorted(KINDS.keys() - EXAMPLES.keys()),
    )


def _field(kind: str) -> Field:
    choices = COLOURS if kind == "choice" else ()
    return Field(kind, _("A value"), kind, choices=choices, currency="currency_code")
