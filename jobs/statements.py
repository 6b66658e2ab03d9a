"""Statements to many customers: what a worker does with each who was chosen in the list."""

from collections.abc import Callable
from typing import Any

from delivery import compose
from domain.books.customers import Customer
from domain.errors import Refused
from domain.modules.bulk_runs import BulkRun
from domain.modules.bulk_statements import period_of, why_left_out
from domain.organizations.users import Member


def mail_statement(run: BulkRun, member: Member) -> Callable[[Customer], Any]:
    """Mails a customer their own statement, to their first person; who pays meanwhile may be left out after all."""
    period, with_unpaid = period_of(run.values), bool(run.values["with_unpaid"])

    def mail(customer: Customer) -> Any:
        if reason := why_left_out(customer, run.values):
            raise Refused(reason)
        key = f"bulk-{run.id}-{customer.id}"
        return compose.send_statement(customer, period, member, key, with_unpaid=with_unpaid).id, {}

    return mail
