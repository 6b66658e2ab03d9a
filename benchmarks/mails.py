"""Rows about mail: from the outbox to the mail server's yes."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from redis import Redis
from rq import Queue, Worker

from benchmarks import mails_floor
from benchmarks.bench import Bench, program
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from benchmarks.turns import Turn, in_turn
from delivery import documents
from delivery.clean_html import body_of
from domain.books.invoices import Invoice
from domain.db import db
from domain.emails import send_email
from tests.servers import MailServer, smtp_server, valkey, wait_until

WORKERS = 2
FLOORS = {
    "Worker": ("RQ's worker", Allowed(times=1.5)),
    "SimpleWorker": ("RQ's worker without a fork for each job", Allowed()),
}
"""RQ as it comes, which is what ours is held to; and, to be compared with, the kind of worker that ours is."""


def ready_pdfs(bench: Bench) -> Iterator[Line]:
    """Row 12: mails whose PDFs were rendered before, from the commit to the last acceptance."""
    count = bench.of(200, 10)
    with ExitStack() as stack:
        server, broker = stack.enter_context(smtp_server()), stack.enter_context(valkey())
        ours = stack.enter_context(installation(bench, REDIS_URL=broker.url, SMTP_URL=server.url))
        pdf = bench.folder("pdf") / "invoice.pdf"
        pdf.write_bytes(_render(ours, ours.invoices(1, issued=True)))
        for kind in FLOORS:
            floor = ("-m", "benchmarks.mails_floor", broker.url, kind, str(WORKERS), kind)
            stack.enter_context(program(*floor, environment={}))
        workers = {"JOB_WORKERS": str(WORKERS)}
        stack.enter_context(program("worker.py", environment=ours.environment | workers))
        wait_for_workers(broker.url, (len(FLOORS) + 1) * WORKERS)
        *floors, figures = in_turn(
            bench.of(3, 1),
            *(_bare(broker.url, kind, server, count, pdf) for kind in FLOORS),
            lambda: _ours(ours, count, server),
        )
    for (name, allowed), floor in zip(FLOORS.values(), floors, strict=True):
        yield Line(12, f"mails, PDFs ready: {name}", "s", figures, allowed, floor, count, bench.database)


def _render(ours: Installation, invoices: list[int]) -> bytes:
    """Every invoice's PDF is ready; gives the last one."""
    with ours.working():
        for invoice_id in invoices:
            pdf = documents.pdf(db.session.get_one(Invoice, invoice_id))
    return pdf


def wait_for_workers(url: str, count: int) -> None:
    """Wait until so many workers are there."""
    connection = Redis.from_url(url)
    wait_until(lambda: len(Worker.all(connection=connection)) == count, 60)


def _bare(url: str, queue: str, server: MailServer, count: int, pdf: Path) -> Turn:
    """A turn of the floor's workers at that queue."""
    jobs = [Queue.prepare_data(mails_floor.send, args=(server.port, n, str(pdf))) for n in range(count)]
    here = Queue(queue, connection=Redis.from_url(url))
    return lambda: until_accepted(server, count, lambda: here.enqueue_many(jobs))


def _ours(ours: Installation, count: int, server: MailServer) -> float:
    """Our turn: the mails are written down as by a click on Send, and the clock begins with the commit."""
    invoices = ours.invoices(count, issued=True)
    _render(ours, invoices)
    with ours.working() as admin:
        for invoice_id in invoices:
            _write(db.session.get_one(Invoice, invoice_id), admin)
        return until_accepted(server, count, db.session.commit)


def _write(invoice: Invoice, admin: object) -> None:
    send_email(
        invoice,
        to=[invoice.party.email],
        subject=f"Invoice {invoice.number}",
        body=body_of(f"Dear customer,\n\nplease find invoice {invoice.number} attached.\n"),
        actor=admin,
        form_key=None,
    )


def until_accepted(server: MailServer, count: int, begin: Callable[[], object]) -> float:
    """The seconds from there until the server has accepted that many mails."""
    server.messages.clear()
    begun = time.monotonic()
    begin()
    wait_until(lambda: len(server.messages) >= count, 300, every=0.005)
    return time.monotonic() - begun
