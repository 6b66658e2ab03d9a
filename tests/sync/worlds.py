"""Both sides of a sync as the people there use them, what may go wrong between, and what must hold afterwards.

A world is the books and one CRM: our own, a system in memory, or another installation behind its doors. Records are
told in the same plain words on all of them: companies have a name and a phone; people a last name, an email and the
company they belong to; products a name.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import select, update

from domain import records
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.db import db, now
from domain.links import Link
from domain.organizations.users import Member
from domain.outbox import OutboxRow
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.credentials import SyncCredentials
from domain.sync.questions import Question
from domain.sync.runs import SyncRow, SyncRun
from domain.words import _
from sync import run as runs
from sync.connectors import CONNECTORS, Connector, fake, know
from sync.connectors.bigin import Bigin
from sync.connectors.bigin_api import Access, Api
from sync.linking import Links
from sync.opening import lanes_in_force
from tests.sync.remote import ADDRESS, Remote
from tests.sync.working import work_off

Said = dict[str, Any]
"""What a record says, in plain words."""


class Kept(Protocol):
    """A system of record as its own people use it."""

    def make(self, kind: str, **said: Any) -> str:
        """A new record; its id."""

    def edit(self, kind: str, record_id: str, **said: Any) -> None:
        """It says something else."""

    def delete(self, kind: str, record_id: str) -> None:
        """It is gone."""

    def all(self, kind: str) -> dict[str, Said]:
        """Everything there is, by id."""


# --- kept in a database of ours --------------------------------------------------------------------------------------


@dataclass
class Module:
    """A module of ours in plain words."""

    model: Any
    words: Mapping[str, str]
    more: Said = field(default_factory=dict)
    """What a new record says besides."""
    only: Sequence[Any] = ()
    """Which of the module's records are meant."""


CRM = {
    "companies": Module(Account, {"name": "name", "phone": "phone"}),
    "people": Module(Contact, {"last": "last_name", "email": "email", "company": "account_id"}),
    "products": Module(Product, {"name": "name"}),
}
BOOKS = {
    "companies": Module(
        Customer,
        {"name": "display_name", "phone": "phone"},
        {"customer_type": "business", "currency": "JPY"},
        (Customer.customer_type == "business", Customer.is_active),
    ),
    "loose": Module(
        Customer,
        {"name": "display_name", "last": "primary_last_name", "email": "email"},
        {"customer_type": "individual", "currency": "JPY"},
        (Customer.customer_type == "individual", Customer.is_active),
    ),
    "people": Module(
        ContactPerson,
        {"last": "last_name", "email": "email", "company": "party_id"},
        only=(ContactPerson.party.of_type(Customer).has(Customer.customer_type == "business"),),
    ),
    "products": Module(Item, {"name": "name"}),
}


@dataclass
class Ours:
    """A CRM or books of this program, here or in another organization."""

    modules: Mapping[str, Module]
    actor: Member | None = None
    there: Callable[[], AbstractContextManager[Any]] = nullcontext

    def make(self, kind: str, **said: Any) -> str:
        """A new record; its id."""
        module = self.modules[kind]
        with self.there():
            values = self._values(kind, said)
            made = records.create(module.model, values | module.more, self.actor)
            db.session.commit()
            return str(made.id)

    def edit(self, kind: str, record_id: str, **said: Any) -> None:
        """It says something else."""
        with self.there():
            record = db.session.get(self.modules[kind].model, int(record_id))
            values = self._values(kind, said)
            if (party := values.pop("party_id", None)) is not None:
                record.move_to(party)
            records.update(record, values, self.actor)
            db.session.commit()

    def delete(self, kind: str, record_id: str) -> None:
        """It is gone."""
        with self.there():
            records.delete(db.session.get(self.modules[kind].model, int(record_id)), self.actor)
            db.session.commit()

    def all(self, kind: str) -> dict[str, Said]:
        """Everything there is, by id."""
        module = self.modules[kind]
        with self.there():
            db.session.expire_all()
            query = select(module.model)
            query = query.where(*module.only)
            return {str(each.id): self._plain(module, each) for each in db.session.scalars(query)}

    def _values(self, kind: str, said: Said) -> Said:
        values = {self.modules[kind].words[name]: value for name, value in said.items()}
        for name in ("account_id", "party_id"):
            if name in values:
                values[name] = int(values[name]) if values[name] else None
        return values

    def _plain(self, module: Module, record: Any) -> Said:
        return {name: str(getattr(record, column) or "") for name, column in module.words.items()}


# --- kept in memory --------------------------------------------------------------------------------------------------

_WORDS = {"name": "name", "phone": "phone", "last": "last_name", "email": "email"}
_FAKE = {"products": "goods"}


@dataclass
class InMemory:
    """The system in memory."""

    system: fake.System

    def make(self, kind: str, **said: Any) -> str:
        """A new record; its id."""
        company = said.pop("company", "")
        return self.system.make(_FAKE.get(kind, kind), self._values(said), company).id

    def edit(self, kind: str, record_id: str, **said: Any) -> None:
        """It says something else."""
        row = self.system.rows[_FAKE.get(kind, kind)][record_id]
        company = said.pop("company", None)
        if company == "":
            row.parent = ""
        self.system.edit(row, self._values(said), company or "")

    def delete(self, kind: str, record_id: str) -> None:
        """It is gone."""
        self.system.delete(self.system.rows[_FAKE.get(kind, kind)][record_id])

    def all(self, kind: str) -> dict[str, Said]:
        """Everything there is, by id."""
        return {row.id: self._plain(kind, row) for row in self.system.there(_FAKE.get(kind, kind))}

    def _plain(self, kind: str, row: fake.Row) -> Said:
        names = CRM[kind].words
        found = {word: str(row.values[theirs]) for word, theirs in _WORDS.items() if word in names}
        return found | ({"company": row.parent} if kind == "people" else {})

    def _values(self, said: Said) -> Said:
        return {_WORDS[name]: value for name, value in said.items()}


# --- what may go wrong -----------------------------------------------------------------------------------------------


@dataclass
class Moody:
    """A side whose calls may go wrong: what `before` and `after` hold by the number of a call is done there.

    Beside the number of a call stands its name: the first "push", wherever it comes.
    """

    side: Any
    calls: list[str] = field(default_factory=list)
    before: dict[int | str, Callable[[], None]] = field(default_factory=dict)
    after: dict[int | str, Callable[[], None]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.side, name)
        return self._watched(name, found) if name in ("changed", "get", "push") else found

    def _watched(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any) -> Any:
            number = len(self.calls)
            self.calls.append(name)
            for call in (number, name):
                self.before.pop(call, _nothing)()
            answer = do(*given)
            for call in (number, name):
                self.after.pop(call, _nothing)()
            return answer

        return done

    def calm(self) -> None:
        """From here on all goes well, and calls are counted anew."""
        self.calls.clear()
        self.before.clear()
        self.after.clear()


def _nothing() -> None:
    pass


# --- the world -------------------------------------------------------------------------------------------------------


@dataclass
class World:
    """The books, one CRM, and the connection between."""

    connection: SyncConnection
    crm: Any
    books: Ours
    between: Moody | None = None

    @property
    def is_built_in(self) -> bool:
        """Whether both sides are in this database."""
        return self.between is None

    def settings(self, key: str = "customers") -> SyncModule:
        """How one module is synced."""
        return next(each for each in self.connection.modules if each.key == key)

    def start(self, key: str = "customers", **options: Any) -> SyncRun:
        """Sync now."""
        run = runs.start(self.settings(key), "hand", **options)
        db.session.commit()
        return run

    def sync(self, key: str = "customers", **options: Any) -> SyncRun:
        """Sync now, and wait until it is done."""
        run_id = self.start(key, **options).id
        work_off()
        db.session.expire_all()
        found = db.session.get(SyncRun, run_id)
        assert found is not None
        return found

    def go_on(self) -> None:
        """As after a while: claims of workers that are gone are free, and what waits for another attempt is due."""
        db.session.rollback()
        waiting = update(OutboxRow).where(OutboxRow.done_at.is_(None))
        db.session.execute(waiting.values(claimed_at=None, not_before=now()))
        db.session.commit()
        work_off()
        db.session.expire_all()

    def linked(self, kind: str, shared: bool = False) -> dict[str, str]:
        """By the id of the CRM's record: that of the books; those who share one only if that is wanted."""
        apart = _APART[: 1 if shared else 2]
        return {
            links.id_of(link, "crm"): links.id_of(link, "books")
            for links in self._links(kind)
            for link in db.session.scalars(select(Link).where(links.of_lane, Link.state.not_in(apart)))
        }

    def _links(self, kind: str) -> list[Links]:
        lanes = lanes_in_force(self.settings("products" if kind == "products" else "customers"))
        return [Links(self.connection.system, lane) for lane in lanes if lane.key == kind]

    def open_questions(self, kind: str = "") -> list[Question]:
        """What waits for a person."""
        query = select(Question).where(Question.system == self.connection.system, Question.answer == "")
        return list(db.session.scalars(query.where(Question.kind == kind) if kind else query))


def what_was_done(run: SyncRun) -> list[tuple[str, str, str]]:
    """What became of the records in a run; an attempt that failed again is none."""
    query = select(SyncRow).where(SyncRow.run_id == run.id, SyncRow.outcome != "failed").order_by(SyncRow.id)
    return [(row.outcome, row.direction, row.title) for row in db.session.scalars(query)]


_APART = ("making", "shared")
"""States of links whose two ends do not say the same."""

KINDS = ("companies", "people", "loose", "products")


def in_step(world: World, *modules: str) -> None:
    """Run again: both sides agree, nobody is there twice, and a run right after changes nothing."""
    for key in modules or ("customers",):
        first = world.sync(key)
        assert first.state == "done", first.error
        versions = _versions(world)
        assert what_was_done(world.sync(key)) == [], "a run right after a run changes nothing"
        assert _versions(world) == versions, "nothing is written by a run that has nothing to do"
    for kind in KINDS:
        _agree(world, kind)


def _versions(world: World) -> list[Any]:
    db.session.expire_all()
    found = []
    for module in world.books.modules.values():
        rows = select(module.model.id, module.model.version).order_by(module.model.id)
        found.append(list(map(tuple, db.session.execute(rows))))
    return [*found, {kind: world.crm.all(kind) for kind in ("companies", "people", "products")}]


def _agree(world: World, kind: str) -> None:
    pairs = world.linked(kind)
    assert len(set(pairs.values())) == len(pairs), "one of the books for each"
    crm, books = world.crm.all("people" if kind == "loose" else kind), world.books.all(kind)
    asked = {question.crm_id for question in world.open_questions("conflict")}
    companies = world.linked("companies")
    for crm_id, books_id in pairs.items():
        if crm_id in asked or crm_id not in crm or books_id not in books:
            continue
        ours, theirs = crm[crm_id], books[books_id]
        if kind == "people":
            ours = ours | {"company": companies.get(ours["company"], theirs["company"])}
        for word in ours.keys() & theirs.keys():
            numbered = word == "name" and theirs[word].startswith(
                f"{ours[word]} ("
            )  # two of one name in the CRM
            assert numbered or ours[word] == theirs[word], (kind, ours, theirs)


def every_one_is_joined(world: World, kind: str) -> None:
    """Nobody of either side is left over."""
    pairs = world.linked(kind)
    crm, books = world.crm.all("people" if kind == "loose" else kind), world.books.all(kind)
    if kind in ("people", "loose"):
        crm = {each: said for each, said in crm.items() if bool(said["company"]) == (kind == "people")}
    assert (set(pairs), set(pairs.values())) == (set(crm), set(books))


def phones(kept: Any) -> dict[str, str]:
    """Of the companies of a side: their phones by name; two of one name would not go unseen."""
    told = sorted((said["name"], said["phone"]) for said in kept.all("companies").values())
    assert len(dict(told)) == len(told)
    return dict(told)


# --- how one comes about ---------------------------------------------------------------------------------------------


def built_in(connection: SyncConnection, actor: Member) -> World:
    """Our own CRM beside our own books."""
    return World(connection, Ours(CRM, actor), Ours(BOOKS, actor))


def in_memory(monkeypatch: Any, actor: Member, clock: Callable[[], Any] = now) -> World:
    """A system in memory beside our books."""
    system = fake.System(clock)
    between = Moody(fake.Fake(system))
    connector = Connector("fake", _("Fake"), _("Fake"), fake.LANES, lambda _connection: between)
    monkeypatch.setitem(CONNECTORS, "fake", connector)
    know(fake.LANES)
    connection = _connected("fake", "fake", actor)
    return World(connection, InMemory(system), Ours(BOOKS, actor), between)


def over_http(remote: Remote, actor: Member, there: Callable[[], AbstractContextManager[Any]]) -> World:
    """Another installation beside our books: another organization of this one, behind its doors."""
    side = Bigin(Api(Access(ADDRESS, access_token=remote.token())))
    settings = {"address": ADDRESS, "currency": "JPY", "fields": side.described()}
    connection = _connected("bigin", "bigin:test", actor, settings)
    token = side.api.access.access_token
    db.session.add(
        SyncCredentials(connection_id=connection.id, member=actor, address=ADDRESS, access_token=token)
    )
    db.session.commit()
    return World(connection, Ours(CRM, remote.member, there), Ours(BOOKS, actor), Moody(side))


def _connected(
    connector: str, system: str, actor: Member, settings: Mapping[str, Any] | None = None
) -> SyncConnection:
    connection = SyncConnection(
        connector=connector, system=system, actor_id=actor.id, settings=dict(settings or {})
    )
    connection.modules = [
        SyncModule(key=key, is_on=True, with_loose=True) for key in ("customers", "products")
    ]
    db.session.add(connection)
    db.session.commit()
    return connection
