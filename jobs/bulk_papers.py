"""What a worker does with what was chosen in a list: mails each document, or puts all papers into one file."""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from delivery import compose, documents, files, statements
from delivery.language import translator
from delivery.merging import merged
from delivery.pdf import PdfFailed
from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.payments import Payment
from domain.books.statements import check_period
from domain.db import db
from domain.errors import NotAllowed, Refused
from domain.modules.bulk import chosen, go_on_later, gone, module_for, whose
from domain.modules.bulk_actions import unmailable
from domain.modules.bulk_runs import BulkRun, kept
from domain.modules.bulk_statements import period_of
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from jobs.dispatch import transaction

SECONDS = 1.0
"""For about so long documents are printed before others have their turn."""


# --- mails --------------------------------------------------------------------------------------------------


def mail_usual(run: BulkRun, member: Member) -> Callable[[Document | Payment], Any]:
    """Mails a document as the compose page would begin: to its first person, with its PDF."""

    def mail(document: Document | Payment) -> Any:
        if reason := unmailable(document, {}):
            raise Refused(reason)
        email = compose.send_usual(document, member, f"bulk-{run.id}-{document.id}")
        return email.id, {}

    return mail


# --- one file -----------------------------------------------------------------------------------------------


class Sort(NamedTuple):
    """A sort of papers: how one is printed, what it is called in the outline, and what is read with it."""

    pdf: Callable[[BulkRun, Any], bytes]
    title: Callable[[Any, Callable[[Any], str]], str]
    along: tuple[ExecutableOption, ...] = ()
    name: str = "documents"
    """What the file is called."""


def _statement(run: BulkRun, customer: Customer) -> bytes:
    period = period_of(run.values)
    check_period(customer, period)
    return statements.pdf(customer, period, run.values["show"])


_DOCUMENTS = Sort(
    lambda _run, document: documents.pdf(document),
    lambda document, t: f"{t(document.title)} {document.party_name}".strip(),
    (joinedload(Document.party), joinedload(Document.pdf_template)),
)

_SORTS = {"print-statements": Sort(_statement, lambda customer, _t: customer.display_name, name="statements")}
"""By action; all others print documents."""


def _sort(run: BulkRun) -> Sort:
    return _SORTS.get(run.action, _DOCUMENTS)


def put_into_one_file(run_id: int, actor_id: int | None) -> None:
    """Print what is not printed yet, for a moment; with the last of them the file is made."""
    run = db.session.get_one(BulkRun, run_id)
    try:
        member = whose(run)
    except NotAllowed:
        return _note(run_id, [], [], state="stopped")
    printed, refused = _printed(run, member)
    if len(printed) + len(refused) < len(run.waiting):
        return _note(run_id, printed, refused, actor_id=actor_id)
    content = _file(run, member, [*(each for each, *_rest in run.changed), *printed])
    _note(run_id, printed, refused, state="done", content=content)


def _printed(run: BulkRun, member: Member) -> tuple[list[int], list[Any]]:
    """What was printed in this turn, by id, and what can't be."""
    printed: list[int] = []
    refused: list[Any] = []
    until = time.monotonic() + SECONDS
    rows = {row.id: row for row in _records(run, member, run.waiting)}
    for each in run.waiting:
        if each not in rows:
            refused.append(gone(each))
            continue
        try:
            _sort(run).pdf(run, rows[each])
            printed.append(each)
        except PdfFailed as failed:
            refused.append([each, kept(rows[each].title), kept(failed.message)])
        except Refused as refusal:
            refused.append([each, kept(rows[each].title), kept(refusal.reason)])
        if time.monotonic() > until:
            break
    return printed, refused


def _records(run: BulkRun, member: Member, ids: list[int]) -> list[Any]:
    return chosen(module_for(run, member), ids, member, *_sort(run).along)


def _file(run: BulkRun, member: Member, ids: list[int]) -> bytes:
    """All of them one after the other; of what was printed before, as it is now."""
    t, sort = translator(member.user.language or current_organization().language), _sort(run)

    def parts() -> Iterator[tuple[str, bytes]]:
        for record in _records(run, member, ids):
            yield sort.title(record, t), sort.pdf(run, record)

    return merged(parts()) if ids else b""


def _note(
    run_id: int,
    printed: list[int],
    refused: list[Any],
    state: str = "running",
    content: bytes = b"",
    actor_id: int | None = None,
) -> None:
    """Write down how far it is, in a transaction as short as that."""
    name = _sort(db.session.get_one(BulkRun, run_id)).name
    file = files.keep(content, f"{name}-{run_id}.pdf", "application/pdf") if content else None
    with transaction(*([file] if file else [])):
        run = db.session.get_one(BulkRun, run_id)
        done = len(printed) + len(refused)
        run.waiting = run.waiting[done:]
        run.changed = [*run.changed, *([each, 0, {}] for each in printed)]
        run.refused = [*run.refused, *refused]
        run.state, run.file = state, file
        if state == "running":
            go_on_later(run, actor_id)
