"""Records that others refer to: the vendor of a product is another record in the books, if it is there yet."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from domain.crm.products import look_again_at_products_of
from domain.db import db
from domain.links import BOOKS, Link
from sync.lanes import FieldPair, Lane
from sync.mapping import REFERRED
from sync.pairing import Pairing


class Referred:
    """Which record of one side is which of the other, read for some pairs at once."""

    def __init__(self, system: str) -> None:
        self.system = system
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, module: str, record_id: str) -> str:
        """The record of the other side; nothing where it is joined to none."""
        return self._known.get((module, record_id), "")

    def read(self, pairs: Sequence[FieldPair], pairings: Sequence[Pairing]) -> None:
        """Look up whom these records refer to."""
        self._known = {}
        if not pairs or self.system != BOOKS:
            return
        crm = {str(p.crm.values.get(pair.crm) or "") for p in pairings if p.crm for pair in pairs}
        books = {str(p.books.values.get(pair.books) or "") for p in pairings if p.books for pair in pairs}
        for modules in REFERRED:
            self._read(*modules, [int(each) for each in crm if each], [int(each) for each in books if each])

    def _read(self, crm: str, books: str, crm_ids: list[int], books_ids: list[int]) -> None:
        query = select(Link.record_id, Link.books_id).where(
            Link.system == BOOKS,
            Link.module == crm,
            Link.remote_module == books,
            or_(Link.record_id.in_(crm_ids), Link.books_id.in_(books_ids)),
        )
        # of several that lead to one record the oldest, which alone is synced
        rows: Sequence[Any] = (
            db.session.execute(query.order_by(Link.id.desc())).all() if crm_ids or books_ids else ()
        )
        for crm_id, books_id in rows:
            self._known[crm, str(crm_id)] = str(books_id)
            self._known[books, str(books_id)] = str(crm_id)


def look_again(lane: Lane, joined: Sequence[Pairing]) -> None:
    """Whoever refers to records that were joined just now can say so now."""
    if (lane.crm, lane.books) in REFERRED and joined:
        look_again_at_products_of(
            [int(each.crm.id) for each in joined if each.crm],
            [int(each.books.id) for each in joined if each.books],
        )
