"""Some rows of an import, looked through or carried out in one transaction, each row in a savepoint of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from domain import records
from domain.access import can
from domain.db import db, now
from domain.errors import NotAllowed, Refused, Stale
from domain.importing.cells import Said
from domain.importing.duplicates import Known, digest_of, keys_of, known
from domain.importing.imports import Import, ImportKey, ImportRow, as_reason
from domain.importing.lookup import Lookup, ToMake
from domain.importing.plans import Plan
from domain.importing.rows import REFERRING, Reading, Row
from domain.modules.module import Field, Module
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import Words, _


class OnlyLookedAt(Exception):
    """What a row would do is known; it is not to be done."""


@dataclass
class Outcome:
    """What became of a row."""

    kind: str
    title: str = ""
    record_id: int | None = None
    version: int | None = None
    errors: Sequence[tuple[str, Words]] = ()
    changes: Sequence[list[Any]] = ()


def may_import(actor: Member, module: Module, plan: Plan) -> bool:
    """Whether somebody may still do what the plan says."""
    if not (actor.is_here and can(actor, module.permission("create"))):
        return False
    return not plan.overwrites or can(actor, module.permission("edit"))


class Slice:
    """The work on some rows. Looked through, each row is rolled back; carried out, it is kept."""

    def __init__(
        self, imported: Import, module: Module, modules: dict[str, Module], actor: Member, said: Said
    ) -> None:
        self.imported, self.module, self.actor = imported, module, actor
        self.plan = Plan.of(imported.plan)
        self.keeps = imported.state == "running"
        lookup = Lookup(modules, actor, self.plan.missing == "create")
        self.reading = Reading(module, self.plan, said, lookup)
        self._known = Known(())
        self._earlier: dict[str, int] = {}
        self._made_along: list[tuple[Field, ToMake, Any]] = []
        named = next((key.fields for key in keys_of(module) if key.name == "name"), ())
        self._naming = named or tuple(each.name for each in module.editable[:1])

    def work(self, rows: Sequence[Row], enough: Callable[[], bool]) -> int:
        """Handle rows until it is enough; gives how many."""
        if not may_import(self.actor, self.module, self.plan):
            raise NotAllowed(_("The person who started this import may not do this any more."))
        self.reading.read(rows)
        self._known = known(self.module, self.plan.match, [row.values for row in rows], self.actor)
        kept = self._kept(rows)
        self._earlier = self._named_earlier(rows)
        earlier = set(self._earlier)
        outcomes: list[tuple[Row, Outcome]] = []
        for row in rows:
            outcomes.append((row, self._outcome(row)))
            if enough():
                break
        done = [self._written(kept.get(row.number), row, outcome) for row, outcome in outcomes]
        db.session.add_all(done)
        self._note_new_keys(earlier)
        self._count(done)
        return len(done)

    # --- one row ----------------------------------------------------------------------------------------------

    def _outcome(self, row: Row) -> Outcome:
        title = self._title(row)
        if row.errors:
            return Outcome("failed", title, errors=row.errors)
        found = self._known.matching(row.values) if self.plan.duplicates != "new" else []
        if found and self.plan.duplicates == "skip":
            return Outcome("skipped", str(found[0].title), found[0].id)
        if len(found) > 1:
            names = ", ".join(str(record.title) for record in found[:3])
            return Outcome(
                "failed", title, errors=[("", _("Several records match: %(names)s.", names=names))]
            )
        if not found and (earlier := self._earlier_row(row)):
            return self._twin(title, earlier)
        try:
            with self._savepoint():
                outcome = self._overwritten(row, found[0]) if found else self._made(row)
            self._remember()
            return outcome
        except Refused as refusal:
            at_fields = [(name.removesuffix("_id"), words) for name, words in refusal.fields.items()]
            return Outcome("failed", title, errors=at_fields or [("", refusal.message)])
        except IntegrityError:
            return Outcome(
                "failed", title, errors=[("", _("There is already a record of this name or number."))]
            )
        except StaleDataError:
            return Outcome("failed", title, errors=[("", Stale().message)])

    def _made(self, row: Row) -> Outcome:
        values, errors = self.reading.complete(row.values | self._along(row))
        if errors:
            raise Refused(**dict(errors))
        record = records.create(self.module.model, self.reading.in_minor_units(values), self.actor)
        self._came_from_the_file(record)
        if self.keeps:
            self._known.add(record)
        else:
            self._earlier |= dict.fromkeys(self._digests(row) - self._earlier.keys(), row.number)
        return Outcome("new", str(record.title), record.id if self.keeps else None, record.version)

    def _overwritten(self, row: Row, record: Any) -> Outcome:
        values = self.reading.in_minor_units(row.values | self._along(row), record)
        before = self._as_they_are(record, values)
        records.update(record, values, self.actor)
        after = self._as_they_are(record, values)
        changes = [[name, *pair] for name in values if (pair := (before[name], after[name]))[0] != pair[1]]
        if not changes:
            return Outcome("same", str(record.title), record.id)
        self._came_from_the_file(record)
        self._known.add(record)
        return Outcome("changed", str(record.title), record.id, record.version, changes=changes)

    def _earlier_row(self, row: Row) -> int:
        """The row of the file that will have made the same record; 0 where none will."""
        return min((self._earlier[each] for each in self._digests(row) if each in self._earlier), default=0)

    def _twin(self, title: str, earlier: int) -> Outcome:
        """What a row will find that speaks of what an earlier one makes."""
        kind = "changed" if self.plan.overwrites else "skipped"
        return Outcome(kind, title, errors=[("", _("The same as row %(row)s of the file.", row=earlier))])

    def _along(self, row: Row) -> dict[str, Any]:
        """What the row speaks of and nobody made yet."""
        values: dict[str, Any] = {}
        self._made_along = []
        for column, (each, wanted) in row.to_make.items():
            found = self.reading.lookup.resolve(each, wanted.text)  # an earlier row may have made it
            if isinstance(found, ToMake):
                record = self.reading.lookup.make(each, wanted)
                self._made_along.append((each, wanted, record))
                found = record.id
            values[column] = found
        return values

    def _remember(self) -> None:
        """What was made along with a row that is kept is there for the next ones, and for an undoing."""
        for each, wanted, record in self._made_along if self.keeps else ():
            self.reading.lookup.add(each, wanted, record)
            self.imported.along = [*self.imported.along, [record.MODULE, record.id]]
        self._made_along = []

    def _came_from_the_file(self, record: Any) -> None:
        record_event(record, "imported", self.actor, file=self.imported.file.name)

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        with suppress(OnlyLookedAt), db.session.begin_nested():
            yield
            db.session.flush()
            if not self.keeps:
                raise OnlyLookedAt

    # --- words ------------------------------------------------------------------------------------------------

    def _title(self, row: Row) -> str:
        """What the row calls its record, as far as it can be read."""
        return " ".join(str(row.values[name]) for name in self._naming if row.values.get(name))

    def _digests(self, row: Row) -> set[str]:
        """What the row's record is recognised by."""
        if self.keeps or self.plan.duplicates == "new":
            return set()
        forms = ((key, key.of(row.values)) for key in self._known.keys)
        return {
            digest_of(f"{key.name}:{form}:{row.values.get(key.within, '')}") for key, form in forms if form
        }

    def _as_they_are(self, record: Any, values: dict[str, Any]) -> dict[str, list[Any]]:
        """Values as they can be kept and set again; of a reference, also what it is called."""
        by_column = {each.column: each for each in self.module.fields}
        found = {}
        for name in values:
            each, value = by_column[name], getattr(record, name)
            words = ""
            if each.kind in REFERRING and value is not None:
                other = getattr(record, each.name)
                words = "" if other is None else str(other.name if each.kind == "member" else other.title)
            found[name] = [_json(value), words]
        return found

    # --- what is written down -----------------------------------------------------------------------------------

    def _kept(self, rows: Sequence[Row]) -> dict[int, ImportRow]:
        numbers = [row.number for row in rows]
        query = select(ImportRow).where(
            ImportRow.import_id == self.imported.id, ImportRow.number.in_(numbers)
        )
        return {kept.number: kept for kept in db.session.scalars(query)}

    def _named_earlier(self, rows: Sequence[Row]) -> dict[str, int]:
        """Rows of earlier slices that will make what rows of this one speak of."""
        digests = {digest for row in rows for digest in self._digests(row)}
        query = select(ImportKey).where(
            ImportKey.import_id == self.imported.id, ImportKey.digest.in_(digests)
        )
        return {key.digest: key.number for key in db.session.scalars(query)} if digests else {}

    def _note_new_keys(self, before: set[str]) -> None:
        db.session.add_all(
            ImportKey(import_id=self.imported.id, digest=digest, number=number)
            for digest, number in self._earlier.items()
            if digest not in before
        )

    def _written(self, kept: ImportRow | None, row: Row, outcome: Outcome) -> ImportRow:
        kept = kept or ImportRow(import_id=self.imported.id, number=row.number)
        kept.position = row.position
        kept.outcome, kept.title = outcome.kind, outcome.title[:200]
        kept.record_id, kept.version = outcome.record_id, outcome.version
        kept.reasons = [as_reason(name, words) for name, words in outcome.errors]
        kept.changes = list(outcome.changes)
        return kept

    def _count(self, done: list[ImportRow]) -> None:
        counts = dict(self.imported.counts)
        for row in done:
            counts[row.outcome] = counts.get(row.outcome, 0) + 1
        self.imported.counts = counts


def _json(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)


def finish(imported: Import) -> None:
    """All rows are behind it."""
    imported.state = "checked" if imported.state == "checking" else "done"
    imported.finished_at = now()
