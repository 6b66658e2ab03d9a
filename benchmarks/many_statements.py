"""Rows about statements to many customers: from the click to the mail server's last yes."""

from collections.abc import Iterator
from contextlib import ExitStack

from redis import Redis
from rq import Queue

from benchmarks import statements_floor
from benchmarks.bench import Bench, program
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from benchmarks.mails import until_accepted, wait_for_workers
from benchmarks.turns import Turn, in_turn
from domain.books.customers import Customer
from domain.modules import ALL, bulk
from domain.modules.bulk_actions import ACTIONS
from domain.organizations.organizations import current_organization
from tests import factories
from tests.modules import samples
from tests.servers import MailServer, smtp_server, valkey

WORKERS = 2
ROWS = 12


def statements(bench: Bench) -> Iterator[Line]:
    """Row 13: 25 statements of 12 rows; what is done at the click is done within the time."""
    count = bench.of(25, 5)
    with ExitStack() as stack:
        server, broker = stack.enter_context(smtp_server()), stack.enter_context(valkey())
        ours = stack.enter_context(installation(bench, REDIS_URL=broker.url, SMTP_URL=server.url))
        floor = ("-m", "benchmarks.statements_floor", broker.url, "floor", str(WORKERS))
        stack.enter_context(program(*floor, environment={}))
        workers = {"JOB_WORKERS": str(WORKERS)}
        stack.enter_context(program("worker.py", environment=ours.environment | workers))
        wait_for_workers(broker.url, 2 * WORKERS)
        customers = _customers(ours, count)
        floors, figures = in_turn(
            bench.of(9, 1), _bare(broker.url, server, count), lambda: _ours(ours, customers, server)
        )
    yield Line(
        13,
        f"{count} statements of {ROWS} rows",
        "s",
        figures,
        Allowed(times=1.3),
        floors,
        count,
        bench.database,
    )


def _customers(ours: Installation, count: int) -> list[int]:
    """Customers with twelve invoices of this month each, by id."""
    with ours.working() as admin:
        made: list[Customer] = [factories.customer(email=f"customer{n}@example.com") for n in range(count)]
        for customer in made:
            for _ in range(ROWS):
                factories.invoice(customer, [factories.line(1000)], admin, issued=True)
        return [customer.id for customer in made]


def _bare(url: str, server: MailServer, count: int) -> Turn:
    """A turn of the floor's workers."""
    jobs = [Queue.prepare_data(statements_floor.send, args=(server.port, n, ROWS)) for n in range(count)]
    here = Queue("floor", connection=Redis.from_url(url))
    return lambda: until_accepted(server, count, lambda: here.enqueue_many(jobs))


def _ours(ours: Installation, customers: list[int], server: MailServer) -> float:
    """Our turn: what the confirmed preview starts."""

    def click() -> None:
        with ours.working() as admin:
            first, last = current_organization().ends_of("this_month")
            values = {"start": first, "end": last, "only_owed": False, "with_unpaid": False}
            action = ACTIONS["email-statements"]
            bulk.start(ALL["books.customers"], action, values, customers, admin, samples.key())

    return until_accepted(server, len(customers), click)
