"""What the schedule does for each organization by itself."""

from collections.abc import Iterator

from sqlalchemy import select

from domain.db import db, everywhere, scoped_to
from domain.organizations.organizations import Organization


def each_organization() -> Iterator[int]:
    """All organizations one after the other, each in scope while it has its turn."""
    with everywhere():
        ids = list(db.session.scalars(select(Organization.id).order_by(Organization.id)))
    for organization_id in ids:
        with scoped_to(organization_id):
            yield organization_id
