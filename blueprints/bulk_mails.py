"""The mails of a bulk action, once more: one that failed or of which nobody knows, or all that failed."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints.bulk import found_run
from blueprints.loading import actor, load, require
from blueprints.respond import go
from blueprints.toasts import toast
from domain.db import db
from domain.emails import Email
from domain.modules.bulk_runs import BulkRun, outcomes_of
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.words import _n

bp = Blueprint("bulk_mails", __name__)


@bp.post("/<module:module>/bulk/runs/<int:run_id>/mails")
def again(module: Module, run_id: int) -> Response:
    """Send the mail again that was pointed at, or all that failed."""
    require(module.permission("email"))
    run = found_run(module, run_id)
    emails = _meant(module, run)
    for email in emails:
        (email.resend if email.can_be_resent else email.retry)(actor())
    toast(_n("It will be sent again.", "%(n)s mails will be sent again.", n=len(emails)))
    return go(url_for("bulk.show", module=module, run_id=run.id))


def _meant(module: Module, run: BulkRun) -> list[Email]:
    """The mails, with others kept off them; of which nobody knows, only if it was pointed at."""
    wanted = as_id(request.form.get("email", ""))
    ids = []
    for each in outcomes_of(run):
        if each.email and (each.email.id == wanted if wanted else each.email.can_be_retried):
            load(module, each.record_id, "email")
            ids.append(each.email.id)
    query = select(Email).where(Email.id.in_(ids)).order_by(Email.id)
    query = query.with_for_update(of=Email).execution_options(populate_existing=True)
    return [each for each in db.session.scalars(query) if each.can_be_retried or each.can_be_resent]
