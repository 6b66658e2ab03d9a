"""A customer's statement of account: as a page, on paper and for spreadsheets; and the list of unpaid invoices."""

from io import BytesIO
from tempfile import TemporaryFile

from flask import Blueprint, Response, request, send_file, url_for

from blueprints import forms
from blueprints.asked_period import AskedPeriod, asked_period
from blueprints.language import language
from blueprints.loading import actor, load, require
from blueprints.records import once
from blueprints.respond import go, respond
from delivery import statement_sheets, statements, unpaid
from delivery.spreadsheets import FORMATS
from domain.books.aging import aging_of
from domain.books.credits import SHOWN, open_documents
from domain.books.customers import Customer
from domain.books.entries import LABELS
from domain.books.statements import PRESETS, RIGHTS, Period, check_period, statement_of, statement_page
from domain.db import db, will_write
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.bulk import start
from domain.modules.bulk_actions import ACTIONS
from domain.modules.bulk_runs import BulkRun
from domain.modules.custom_fields import customized
from domain.organizations.organizations import current_organization
from domain.timeline import record_act

bp = Blueprint("statements", __name__)

FORMAT = "<any(csv,xls,xlsx):format>"


@bp.get("/books/customers/<int:record_id>/statement")
def show(record_id: int) -> Response:
    """What was open before a period, what happened in it with the balance after it, and how old what is open is."""
    customer, asked = _customer(record_id), asked_period(request.args)
    page = asked.period and statement_page(
        customer, asked.period, asked.show, request.args.get("after", ""), request.args.get("before", "")
    )
    return respond(
        "books/customers/statement.html",
        "statement",
        status=200 if page else 422,
        module=customized(ALL[Customer.MODULE]),
        record=customer,
        asked=asked,
        statement=page,
        aging=aging_of(customer),
        presets=PRESETS,
        labels=LABELS,
        formats=FORMATS,
    )


@bp.get("/books/customers/<int:record_id>/statement/pdf")
def pdf(record_id: int) -> Response:
    """The statement on paper, in the customer's language; `?download=1` saves it instead of showing it."""
    customer, asked = _customer(record_id), asked_period(request.args)
    statement = statement_of(customer, _checked(customer, asked), asked.show)
    content = statements.made(statement) if statements.is_short(statement) else statements.kept(statement)
    if content is None:
        context = {"module": customized(ALL[Customer.MODULE]), "record": customer, "asked": asked}
        return respond("books/customers/statement_long.html", form=forms.blank((), {}), **context)
    return _shown(content, statements.file_name(statement.period))


@bp.post("/books/customers/<int:record_id>/statement/pdf")
def make_pdf(record_id: int) -> Response:
    """Let a worker print a long one; its page shows how far it is."""
    customer, asked = _customer(record_id), asked_period(request.args)
    period = _checked(customer, asked)
    values = {"start": period.first, "end": period.last, "show": asked.show}
    module, action = ALL[Customer.MODULE], ACTIONS["print-statements"]
    run = once(BulkRun, lambda key: start(module, action, values, [customer.id], actor(), key))
    return go(url_for("bulk.show", module=module, run_id=run.id))


@bp.get(f"/books/customers/<int:record_id>/statement.{FORMAT}")
def sheet(record_id: int, format: str) -> Response:
    """The statement for a spreadsheet, in the language of whoever asks."""
    require("books.customers.export")
    customer, asked = _customer(record_id), asked_period(request.args)
    statement = statement_of(customer, _checked(customer, asked), asked.show)
    kept = TemporaryFile()  # noqa: SIM115  closed by the answer
    statement_sheets.write(statement, format, language(), kept)
    kept.seek(0)
    name = statement_sheets.name_of(statement, format, language())
    db.session.rollback()  # the reading has ended: only now is it anybody's turn to write
    will_write(True)
    record_act(Customer.MODULE, "exported", actor(), count=statement.count, format=format.upper())
    return send_file(kept, FORMATS[format].media_type, as_attachment=True, download_name=name)


@bp.get("/books/customers/<int:record_id>/unpaid")
def list_unpaid(record_id: int) -> Response:
    """The invoices that are open, how late each is, and what they come to."""
    customer = _customer(record_id)
    return respond(
        "books/customers/unpaid.html",
        "unpaid",
        module=customized(ALL[Customer.MODULE]),
        record=customer,
        invoices=open_documents(customer),
        most=SHOWN,
        today=current_organization().today,
    )


@bp.get("/books/customers/<int:record_id>/unpaid/pdf")
def unpaid_pdf(record_id: int) -> Response:
    """The same on paper, in the customer's language."""
    customer = _customer(record_id)
    return _shown(unpaid.pdf(customer), unpaid.file_name(current_organization().today))


def _customer(record_id: int) -> Customer:
    """The customer, for who may see what was invoiced and paid."""
    customer: Customer = load(ALL[Customer.MODULE], record_id, "view")
    for right in RIGHTS:
        require(right)
    return customer


def _checked(customer: Customer, asked: AskedPeriod) -> Period:
    """A period of which there can be a file."""
    if asked.period is None:
        raise Refused(**asked.form.errors)
    check_period(customer, asked.period, "start", "end")
    return asked.period


def _shown(content: bytes, name: str) -> Response:
    return send_file(
        BytesIO(content), "application/pdf", as_attachment="download" in request.args, download_name=name
    )
