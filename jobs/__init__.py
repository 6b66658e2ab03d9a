"""What the workers do, topic by topic: search a topic's name to find what publishes it."""

from flask import Flask

from domain import exports as taken_out
from domain import outbox
from domain.books.merging import TOPIC as MERGE
from domain.books.reminding import TOPIC as REMIND
from domain.emails import TOPIC
from domain.importing.imports import TOPIC as IMPORT
from domain.modules.bulk import TOPIC as BULK
from domain.portal.inviting import TOPIC as INVITE
from domain.portal.notices import TOPIC as NOTICE
from domain.printing import TOPIC as PRINT
from domain.statement_runs import TOPIC as STATEMENTS
from domain.sync.changes import TOPIC as CHANGES
from jobs import (
    bigin,
    bulk,
    dispatch,
    emails,
    exports,
    imports,
    merging,
    pdfs,
    portal,
    reminders,
    statements,
    sync,
)
from jobs.handler import Handler
from sync.asking import TOPIC as ASK
from sync.connectors.bigin_api import on_renewal
from sync.connectors.bigin_joining import JOIN, LEAVE, LOOK
from sync.run import TOPIC as SYNC

HANDLERS: dict[str, Handler] = {
    TOPIC: Handler(do=emails.send_email, settle=emails.settle, abandoned=emails.abandoned),
    BULK: Handler(do=bulk.run_bulk, settle=bulk.settle),
    IMPORT: Handler(do=imports.work_on, settle=imports.settle),
    INVITE: Handler(do=portal.write_invitation),
    NOTICE: Handler(do=portal.write_notice),
    MERGE: Handler(do=merging.work_on, settle=merging.settle),
    REMIND: Handler(do=reminders.remind),
    STATEMENTS: Handler(do=statements.send_some, settle=statements.settle),
    PRINT: Handler(do=pdfs.make_pdf),
    SYNC: Handler(do=sync.work_on, settle=sync.settle),
    CHANGES: Handler(do=sync.changes_came),
    JOIN: Handler(do=bigin.connect, settle=bigin.settle),
    LEAVE: Handler(do=bigin.revoke),
    LOOK: Handler(do=bigin.look),
    ASK: Handler(do=bigin.ask),
    taken_out.TOPIC: Handler(do=exports.make_export, settle=exports.settle),
}


def register(app: Flask) -> None:
    """What this application commits is handed to the workers, whose jobs run in it."""
    dispatch.serve(app)
    outbox.on_commit(dispatch.push)
    on_renewal(bigin.keep)
