"""Links as a lane has them: where each side's ids and versions stand, and which pairs changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, insert, or_, select

from domain.crm.contacts import Contact
from domain.db import current_organization_id, db, now, of_this_organization
from domain.links import BOOKS, Link
from domain.modules import ALL
from sync.births import birth_of
from sync.connectors.base import Record
from sync.decide import Snapshot
from sync.lanes import Lane

Side = str
"""crm or books."""


@dataclass(frozen=True)
class Links:
    """The links of one lane with one system."""

    system: str
    lane: Lane

    @property
    def is_built_in(self) -> bool:
        """Whether both sides are in this database."""
        return self.system == BOOKS

    def is_here(self, side: Side) -> bool:
        """Whether that side's records are in this database."""
        return self.is_built_in or side == "books"

    def module(self, side: Side) -> str:
        """The module of that side."""
        return self.lane.crm if side == "crm" else self.lane.books

    def model(self, side: Side) -> Any:
        """The model of a module of ours."""
        return ALL[self.module(side)].model

    # --- where things stand -----------------------------------------------------------------------------------

    def _leads(self, side: Side) -> bool:
        """Whether a link calls that side's record its own, and the other one the remote one."""
        return (side == "crm") == self.is_built_in

    def module_column(self, side: Side) -> Any:
        """Where the module of that side is kept."""
        return Link.module if self._leads(side) else Link.remote_module

    def id_column(self, side: Side) -> Any:
        """Where the id of that side is kept, as a number where it is ours."""
        return Link.record_id if self._leads(side) else Link.books_id if self.is_built_in else Link.remote_id

    def version_column(self, side: Side) -> Any:
        """Where the version is kept that the record had when it was last looked at."""
        if self._leads(side):
            return Link.record_version
        return Link.books_version if self.is_built_in else Link.remote_version

    def id_of(self, link: Link, side: Side) -> str:
        """The id of the record on that side."""
        return str(getattr(link, self.id_column(side).key))

    def version_of(self, link: Link, side: Side) -> str:
        """The version that it had; nothing if it was never looked at."""
        version = getattr(link, self.version_column(side).key)
        return "" if version is None else str(version)

    @cached_property
    def of_lane(self) -> ColumnElement[bool]:
        """That a link is one of these."""
        return and_(
            Link.system == self.system,
            self.module_column("crm") == self.lane.crm,
            self.module_column("books") == self.lane.books,
        )

    # --- asking -----------------------------------------------------------------------------------------------

    def changed(self, after: int, limit: int) -> list[Link]:
        """Links of which a record of ours changed since, or that wait for another attempt; in their order."""
        query = self._changed(Link.state == "failed").where(Link.id > after)
        return list(db.session.scalars(query.order_by(Link.id).limit(limit)))

    def changed_last(self, limit: int) -> list[Link]:
        """Those whose records of ours changed last."""
        newest = [self.model(side).updated_at for side in ("crm", "books") if self.is_here(side)]
        latest = case((newest[0] > newest[-1], newest[0]), else_=newest[-1])
        return list(db.session.scalars(self._changed().order_by(latest.desc(), Link.id).limit(limit)))

    def _changed(self, *signs: ColumnElement[bool]) -> Select[Link]:
        query = select(Link).where(self.of_lane, Link.state != "making")
        for side in ("crm", "books"):
            if self.is_here(side):
                model = self.model(side)
                query = query.join(model, model.id == self.id_column(side)).where(of_this_organization(model))
                signs = (*signs, model.version.is_distinct_from(self.version_column(side)))
        if self.lane.parents and self.is_built_in:
            query = query.where(self._people())
        return query.where(or_(*signs))

    def promised(self, after: int, limit: int) -> list[Link]:
        """Links to records that the other system was asked for, and of which nothing was heard; in their order."""
        query = select(Link).where(self.of_lane, Link.id > after, Link.state == "making")
        return list(db.session.scalars(query.order_by(Link.id).limit(limit)))

    def of(self, side: Side, ids: Sequence[str]) -> dict[str, Link]:
        """The links of these records of one side, by their ids."""
        wanted: list[Any] = [int(each) for each in ids] if self.is_here(side) else list(ids)
        query = select(Link).where(self.of_lane, self.id_column(side).in_(wanted)).order_by(Link.id.desc())
        return {self.id_of(link, side): link for link in db.session.scalars(query)}

    def elders(self, links: Sequence[Link]) -> dict[str, int]:
        """By id of a record of the books: the oldest of the links that lead to it, which alone is synced."""
        column = self.id_column("books")
        ids = [getattr(link, column.key) for link in links]
        query = select(column, func.min(Link.id)).where(self.of_lane, column.in_(ids)).group_by(column)
        return {str(books_id): link_id for books_id, link_id in db.session.execute(query)}

    def elsewhere(self, ids: Sequence[str]) -> set[str]:
        """Those of another system who are joined in another lane: they found a company since, or left one."""
        module = self.lane.crm.partition(":")[0]
        of_module = or_(Link.remote_module == module, Link.remote_module.startswith(f"{module}:"))
        query = select(Link.remote_id).where(Link.system == self.system, of_module, ~self.of_lane)
        return set(db.session.scalars(query.where(Link.remote_id.in_(ids))))

    def parents_of(self, side: Side, ids: Sequence[str]) -> dict[str, str]:
        """Of companies of one side: their ids on the other, as far as they are joined."""
        companies, other = self.companies, "books" if side == "crm" else "crm"
        return {
            each: companies.id_of(link, other)
            for each, link in companies.of(side, ids).items()
            if link.state != "making"
        }

    @cached_property
    def companies(self) -> "Links":
        """The links of the companies that the people of this lane belong to."""
        books = "books.vendors" if self.lane.parents == "vendors" else "books.customers"
        return Links(self.system, Lane(self.lane.parents, "", self.lane.label, self.lane.company, books, ()))

    def _people(self) -> ColumnElement[bool]:
        """Whoever has an account is looked at with the accounts, whoever has only a vendor with the vendors."""
        of_a_vendor = and_(Contact.account_id.is_(None), Contact.vendor_id.is_not(None))
        return of_a_vendor if self.lane.parents == "vendors" else ~of_a_vendor

    # --- writing ----------------------------------------------------------------------------------------------

    def joined(self, crm: Record, books: Record, snapshot: Snapshot) -> dict[str, Any]:
        """The row of a new link between two records, with what they agree on."""
        row = {"organization_id": current_organization_id(), "system": self.system, "state": "linked"}
        row |= {"snapshot": self._kept(crm, snapshot), "synced_at": now()}
        for side, record in (("crm", crm), ("books", books)):
            row[self.module_column(side).key] = self.module(side)
            row[self.version_column(side).key] = self._version(side, record)
            if self._leads(side):
                row["record_id"] = int(record.id)
            else:
                row |= {"remote_id": record.id, "books_id": int(record.id) if self.is_built_in else None}
        return row

    @staticmethod
    def add(rows: Sequence[dict[str, Any]]) -> None:
        """Keep new links, in one statement."""
        if rows:
            db.session.execute(insert(Link), rows)

    def promise(self, books: Record, key: str) -> Link:
        """A link to a record that the other system is about to be asked for; the key stands for its id until then."""
        link = Link(
            system=self.system, state="making", snapshot={}, remote_id=key, remote_module=self.lane.crm
        )
        link.module, link.record_id, link.record_version = self.lane.books, int(books.id), int(books.version)
        db.session.add(link)
        return link

    def fulfil(self, link: Link, crm: Record) -> None:
        """The record that it was promised to is there."""
        if link.state == "making":
            link.remote_id = crm.id

    def write(
        self, link: Link, crm: Record, books: Record, snapshot: Snapshot, state: str = "linked"
    ) -> None:
        """What both sides say now, and in which versions."""
        link.snapshot, link.state, link.synced_at = self._kept(crm, snapshot), state, now()
        self.note_versions(link, crm, books)

    def note_agreed(self, link: Link, snapshot: Snapshot) -> None:
        """What was brought over already, whatever becomes of the rest."""
        link.snapshot = dict(link.snapshot) | dict(snapshot)

    def _kept(self, crm: Record, snapshot: Snapshot) -> dict[str, Any]:
        return dict(snapshot) | ({} if self.is_built_in else birth_of(crm))

    def note_versions(self, link: Link, crm: Record | None, books: Record | None) -> None:
        """They were looked at: only another change makes them worth a look again."""
        for side, record in (("crm", crm), ("books", books)):
            if record is not None:
                setattr(link, self.version_column(side).key, self._version(side, record))

    def _version(self, side: Side, record: Record) -> str | int:
        return int(record.version) if self.is_here(side) else record.version
