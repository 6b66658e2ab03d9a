"""The only way a view gets a record: found through what the person may see.

Not visible means 404, visible but not allowed means 403. `load` and `require` are also the marks by which
`tests/test_routes_guarded.py` knows that a route is guarded.
"""

from typing import Any

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from domain.access import can, visible
from domain.books.customers import Customer
from domain.db import db
from domain.errors import Missing, NotAllowed, Stale
from domain.locking import lock_before
from domain.modules.module import Module
from domain.organizations.users import Member


def actor() -> Member:
    """The person signed in, as a member of the organization in scope."""
    return current_user.member


def may(permission: str) -> bool:
    """Whether the person may use this at all."""
    person = current_user._get_current_object()  # each look through the proxy costs as much as the answer
    return person.is_authenticated and can(person.member, permission)


def require(permission: str) -> None:
    """Refuse (403) whoever may not use this."""
    if not may(permission):
        raise NotAllowed()


def sees_customer_of(record: Any) -> bool:
    """Whether the customer behind an account or contact, if there is one, may be seen.

    Whoever is kept to assigned customers may own the account of a customer that is assigned to somebody else.
    """
    customer_id = getattr(record, "customer_id", None)
    return customer_id is None or sees(Customer, customer_id)


def sees(model: Any, record_id: int) -> bool:
    """Whether the person sees this record of the organization: most see all, assigned staff does not."""
    if not actor().is_assigned_only:
        return True
    query = select(model.id).where(model.id == record_id, visible(actor(), model))
    return db.session.scalar(query) is not None


def load(
    module: Module, record_id: int, verb: str, *along: Any, version: int | None = None, lock: bool = False
) -> Any:
    """The record, when it is visible (else 404) and the verb is allowed (else 403).

    `version` is the one the form was made from: an older one is Stale (409). `lock` keeps others off the row
    until the end of the request.
    """
    require(module.permission("view"))
    query = select(module.model).where(module.model.id == record_id, visible(actor(), module.model))
    query = query.options(*(joinedload(relationship) for relationship in along))
    if lock:
        lock_before(module.model, [record_id])
        query = query.with_for_update(of=module.model).execution_options(populate_existing=True)
    record = db.session.scalar(query)
    if record is None:
        raise Missing()
    require(module.permission(verb))
    if version is not None and version != record.version:
        raise Stale(record)
    return record
