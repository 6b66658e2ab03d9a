"""The systems that the books can be joined to, a file each. Whoever adds one adds a row here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.links import BOOKS
from domain.sync.connections import SyncConnection
from domain.sync.questions import LANES
from domain.words import Words, _
from sync.connectors.base import Side
from sync.connectors.bigin import opened
from sync.connectors.bigin_fields import LANES as OF_BIGIN
from sync.connectors.bigin_joining import KEY as BIGIN
from sync.connectors.bigin_joining import look
from sync.lanes import BUILT_IN, Lane


@dataclass(frozen=True)
class Connector:
    """A sort of system that plays the CRM to our books."""

    key: str
    title: Words
    explained: Words
    lanes: tuple[Lane, ...]
    open: Callable[[SyncConnection], Side] | None = None
    """The CRM side over the wire; without it the CRM is this program's own."""
    connect: str = ""
    """The endpoint of the page on which it is connected; the built-in one needs none."""
    look: Callable[[SyncConnection], None] | None = None
    """Let a worker read anew what can be paired and chosen there."""

    def lanes_of(self, module: str) -> tuple[Lane, ...]:
        """The lanes of what people set up as one module."""
        return tuple(lane for lane in self.lanes if lane.module == module)

    @property
    def modules(self) -> tuple[str, ...]:
        """What can be set up: customers, vendors, products, as far as it has them."""
        return tuple(dict.fromkeys(lane.module for lane in self.lanes))


CONNECTORS: dict[str, Connector] = {
    BOOKS: Connector(
        BOOKS,
        _("CRM and books"),
        _("Accounts, contacts, vendors and products of the CRM are kept in step with the books."),
        BUILT_IN,
    ),
    BIGIN: Connector(
        BIGIN,
        _("Bigin"),
        _(
            "Companies, contacts and products of Bigin, or of another installation, are kept in step with the books."
        ),
        OF_BIGIN,
        opened,
        connect="bigin_connection.form",
        look=look,
    ),
}
"""By the key that a connection names."""


def know(lanes: Sequence[Lane]) -> None:
    """Let the domain know which lane a link belongs to: of two over the same modules the first one."""
    for lane in lanes:
        LANES.setdefault((lane.crm, lane.books), lane.key)


for _each in CONNECTORS.values():
    know(_each.lanes)
