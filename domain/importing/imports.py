"""An import is one spreadsheet on its way into a module: how it is read, how far it is, what became of each row.

It is looked through first, which writes nothing but the forecast of each row, and only then carried out. Both are
done by jobs, slice by slice; each slice is a transaction that ends with the position up to which it came.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    delete,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, UtcDateTime, db
from domain.errors import Refused
from domain.files import StoredFile
from domain.organizations.users import Member
from domain.outbox import publish
from domain.sentences import Sentence
from domain.timeline import record_act
from domain.words import Words, _

TOPIC = "import.work"

WORKING = ("checking", "running", "undoing")
"""States in which a job is at it."""

OUTCOMES = ("new", "changed", "same", "skipped", "failed")
"""What becomes of a row; before the import is carried out, what would become of it."""


UNSEEN = {"synchronize_session": False}
"""Nobody holds rows that are deleted before they are made again."""


class Import(OrganizationScoped, Timestamped, Keyed, db.Model):
    """A spreadsheet that somebody brings into a module."""

    __tablename__ = "imports"
    __table_args__ = (
        Index(None, "organization_id", "module", "id"),
        Index(None, "file_id"),
        Index(None, "actor_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="mapping")
    """mapping, checking, checked, running, done, undoing, undone; stopped: it can go on."""
    actor_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("files.id"), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    """Under which its rows are kept in their plain form."""
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """How the file was read: kind, encoding, delimiter, sheet, sheets."""
    headings: Mapped[list[str]] = mapped_column(JSON, nullable=False, default=list)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """What the columns mean, and what else was chosen (`plans.Plan`)."""
    rows: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    handled: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    """How many rows the work under way has behind it."""
    position: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    """Where the next row begins in the plain form; while undoing, the id of the last row undone."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, nullable=False, default=dict)
    """How many rows had which outcome."""
    along: Mapped[list[list[Any]]] = mapped_column(JSON, nullable=False, default=list)
    """What was made because rows spoke of it: module and id."""
    error: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    """Why it stopped."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)
    actor: Mapped[Member] = relationship()

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """Who is kept to assigned customers sees only what they brought in themselves."""
        return cls.actor_id == member.id

    @property
    def is_working(self) -> bool:
        """Whether a job is at it."""
        return self.state in WORKING

    @property
    def can_be_planned(self) -> bool:
        """Whether the meaning of its columns can still be changed."""
        return self.state in ("mapping", "checked")

    def may_be_planned(self) -> None:
        """Refuse to change what its columns mean once it has been carried out."""
        if not self.can_be_planned:
            raise Refused(_("This import is under way or done: nothing can be changed any more."))

    def check(self, actor: Member) -> None:
        """Look through all rows, writing nothing."""
        self.may_be_planned()
        self._begin("checking", actor)
        self.counts = {}
        for kept in (ImportRow, ImportKey):
            db.session.execute(delete(kept).where(kept.import_id == self.id), execution_options=UNSEEN)

    def run(self, actor: Member) -> None:
        """Carry it out, or go on where it stopped."""
        if self.state == "stopped":
            return self._go_on("running", actor)
        if self.state != "checked":
            raise Refused(_("This import can't be started now."))
        record_act(self.module, "import_started", actor, file=self.file.name)
        self._begin("running", actor)
        self.counts = {}

    def undo(self, actor: Member) -> None:
        """Take back what it did, as far as nobody has worked with it since."""
        if self.state not in ("done", "stopped"):
            raise Refused(_("Only an import that was carried out can be undone."))
        record_act(self.module, "import_undone", actor, file=self.file.name)
        self._begin("undoing", actor)
        self.counts = {kind: count for kind, count in self.counts.items() if kind in OUTCOMES}

    def stop(self, why: Words | str) -> None:
        """It can't go on; what is done so far stays done."""
        self.error = why
        self.state = {"checking": "mapping", "undoing": "done"}.get(self.state, "stopped")

    def publish(self) -> None:
        """Let a worker go on with it."""
        publish(TOPIC, f"import-{self.id}", {"import": self.id}, queue="slow", actor_id=self.actor_id)

    def count(self, outcome: str) -> int:
        """How many rows had this outcome."""
        return self.counts.get(outcome, 0)

    def _begin(self, state: str, actor: Member) -> None:
        self.position = self.handled = 0
        self._go_on(state, actor)

    def _go_on(self, state: str, actor: Member) -> None:
        self.state, self.actor_id, self.error = state, actor.id, ""
        db.session.flush()
        self.publish()


class ImportRow(OrganizationScoped, db.Model):
    """What became of a row, or would."""

    __tablename__ = "import_rows"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        Index(None, "import_id", "outcome", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("imports.id"), nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    """As the spreadsheet counts its rows."""
    position: Mapped[int] = mapped_column(BigInteger, nullable=False)
    """Where the row stands in the plain form."""
    outcome: Mapped[str] = mapped_column(String(10), nullable=False)
    """One of OUTCOMES; after an undoing also undone or kept."""
    title: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    record_id: Mapped[int | None] = mapped_column(Id, nullable=True)
    version: Mapped[int | None] = mapped_column(Integer, nullable=True)
    """The record's version after the row was taken in: whoever changed it since made it a later one."""
    reasons: Mapped[list[list[str]]] = mapped_column(JSON, nullable=False, default=list)
    """Why it failed: field and sentence."""
    changes: Mapped[list[list[Any]]] = mapped_column(JSON, nullable=False, default=list)
    """Of an overwritten record: attribute, before, after, and both in words where they are references."""


class ImportKey(OrganizationScoped, db.Model):
    """What a row that will make a record is recognised by: a later row of the file may speak of the same one."""

    __tablename__ = "import_keys"
    __table_args__ = (UniqueConstraint("import_id", "digest"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("imports.id"), nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)


def rows_with(imported: Import, outcome: str, after: int = 0, limit: int = 100) -> list[ImportRow]:
    """Some rows with an outcome, in the order of the file, from behind row number `after`."""
    query = select(ImportRow).where(
        ImportRow.import_id == imported.id, ImportRow.outcome == outcome, ImportRow.number > after
    )
    return list(db.session.scalars(query.order_by(ImportRow.number).limit(limit)))


def as_reason(field: str, sentence: Words) -> list[str]:
    """A refusal as it is kept with a row."""
    return [field, Sentence().process_bind_param(sentence, None) or ""]


def reasons_of(row: ImportRow) -> list[tuple[str, Words | str]]:
    """The refusals of a row again: field and sentence."""
    return [(field, Sentence().process_result_value(text, None) or "") for field, text in row.reasons]
