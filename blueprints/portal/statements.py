"""The customer's statement: the same ledger as the organization sees, for the same periods, page by page and as PDF."""

from io import BytesIO

from flask import Blueprint, Response, request, send_file

from blueprints import forms
from blueprints.asked_period import typed_period
from blueprints.portal.door import visit
from blueprints.respond import respond
from delivery import statements as paper
from domain.books.aging import aging_of
from domain.books.statements import PRESET, PRESETS, Period, balances_of, period_called, statement_page
from domain.errors import Refused
from domain.modules.module import Field
from domain.words import _, _p

bp = Blueprint("portal_statements", __name__)

FIELDS = (
    Field("start", _p("period", "From"), "date", required=True),
    Field("end", _p("period", "To"), "date", required=True),
)


@bp.get("/portal/statement")
def show() -> Response:
    """What was invoiced and paid in a period, and what is open at its end."""
    return _page(*_asked())


@bp.get("/portal/statement/pdf")
def pdf() -> Response:
    """The same as PDF."""
    preset, period, refusal = _asked()
    if refusal is None and balances_of(visit().party, period).count > paper.LONG:
        refusal = Refused(
            _("This period has more than %(most)s entries. Please choose a shorter one.", most=paper.LONG)
        )
    if refusal is not None:
        return _page(preset, period, refusal)
    return send_file(
        BytesIO(paper.pdf(visit().party, period)),
        "application/pdf",
        as_attachment="download" in request.args,
        download_name=paper.file_name(period),
    )


def _asked() -> tuple[str, Period, Refused | None]:
    """Which period is meant: one of its own, or a preset; what makes no sense is said, and the usual one shown."""
    given = request.args
    try:
        if "start" in given or "end" in given:
            return "", typed_period(request.args), None
        preset = given.get("preset", PRESET)
        return preset, period_called(preset), None
    except Refused as refusal:
        return PRESET, period_called(PRESET), refusal


def _page(preset: str, period: Period, refusal: Refused | None) -> Response:
    place = {"after": request.args.get("after", ""), "before": request.args.get("before", "")}
    statement = statement_page(visit().party, period, **({} if refusal else place))
    typed = {"start": period.first.isoformat(), "end": period.last.isoformat()}
    wrong = refusal.fields if refusal else {}
    return respond(
        "portal/statement.html",
        status=422 if refusal else 200,
        visit=visit(),
        statement=statement,
        labels=paper.LABELS,
        aging=aging_of(visit().party),
        presets=PRESETS,
        preset=preset,
        fields=FIELDS,
        form=forms.as_posted(request.args, wrong) if wrong else forms.Form(typed),
        query=typed,
        message=refusal.message if refusal and not wrong else None,
    )
