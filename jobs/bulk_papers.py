"""What a worker does with the documents that were chosen in a list: mails each, or puts all into one file."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import joinedload

from delivery import compose, documents, files
from delivery.language import translator
from delivery.merging import merged
from delivery.pdf import PdfFailed
from domain.books.document import Document
from domain.books.payments import Payment
from domain.db import db
from domain.errors import NotAllowed, Refused
from domain.modules.bulk import chosen, go_on_later, gone, module_for, whose
from domain.modules.bulk_actions import unmailable
from domain.modules.bulk_runs import BulkRun, kept
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
    rows = {row.id: row for row in _documents(run, member, run.waiting)}
    for each in run.waiting:
        if each not in rows:
            refused.append(gone(each))
            continue
        try:
            documents.pdf(rows[each])
            printed.append(each)
        except PdfFailed as failed:
            refused.append([each, kept(rows[each].title), kept(failed.message)])
        if time.monotonic() > until:
            break
    return printed, refused


def _documents(run: BulkRun, member: Member, ids: list[int]) -> list[Any]:
    module = module_for(run, member)
    return chosen(module, ids, member, joinedload(Document.party), joinedload(Document.pdf_template))


def _file(run: BulkRun, member: Member, ids: list[int]) -> bytes:
    """All of them one after the other; of what was printed before, as it is now."""
    t = translator(member.user.language or current_organization().language)

    def parts() -> Iterator[tuple[str, bytes]]:
        for document in _documents(run, member, ids):
            yield f"{t(document.title)} {document.party_name}".strip(), documents.pdf(document)

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
    file = files.keep(content, f"documents-{run_id}.pdf", "application/pdf") if content else None
    with transaction(*([file] if file else [])):
        run = db.session.get_one(BulkRun, run_id)
        done = len(printed) + len(refused)
        run.waiting = run.waiting[done:]
        run.changed = [*run.changed, *([each, 0, {}] for each in printed)]
        run.refused = [*run.refused, *refused]
        run.state, run.file = state, file
        if state == "running":
            go_on_later(run, actor_id)
