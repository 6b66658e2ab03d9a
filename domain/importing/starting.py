"""The beginning of an import: a file that was read, and the first guess at what it says."""

from collections.abc import Sequence
from typing import Any

from domain.db import db
from domain.files import StoredFile
from domain.importing.cells import Cell, Said, is_empty, plain_text
from domain.importing.guessing import plan_for, replan
from domain.importing.imports import Import
from domain.importing.plans import Plan
from domain.modules.module import Module
from domain.organizations.users import Member

SAMPLES = 3
"""How many values of a column are shown."""

HEADING = 100
"""As long a heading is shown."""


def begin(module: Module, file: StoredFile, actor: Member, form_key: str | None) -> Import:
    """A new import of a file, still to be read."""
    imported = Import(module=module.key, actor_id=actor.id, file=file, form_key=form_key)
    db.session.add(imported)
    return imported


def take_table(
    imported: Import,
    module: Module,
    read: dict[str, Any],
    sample: Sequence[Sequence[Cell]],
    said: Said,
    language: str,
    heading: bool | None = None,
) -> None:
    """What was read of its file (`digest`, `reading`, `rows`), with a plan guessed from the first rows."""
    plan = (
        plan_for(module, sample, said, language)
        if heading is None
        else replan(module, sample, said, language, heading)
    )
    imported.digest, imported.reading = read["digest"], read["reading"]
    imported.rows = read["rows"] - plan.heading
    imported.headings = _headings(sample, plan)
    imported.plan = plan.kept()
    imported.state, imported.error = "mapping", ""
    db.session.flush()


def samples(imported: Import, sample: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Some values of each column, to see what it holds."""
    rows = sample[1:] if Plan.of(imported.plan).heading else sample
    return [_some(rows, number) for number in range(len(imported.headings))]


def _some(rows: Sequence[Sequence[Cell]], number: int) -> list[str]:
    texts = (plain_text(row[number]) for row in rows if number < len(row) and not is_empty(row[number]))
    found: list[str] = []
    for text in texts:
        if text not in found:
            found.append(text[:HEADING])
        if len(found) == SAMPLES:
            break
    return found


def _headings(sample: Sequence[Sequence[Cell]], plan: Plan) -> list[str]:
    first = [plain_text(cell)[:HEADING] for cell in sample[0]] if plan.heading else []
    return [*first, *[""] * (len(plan.columns) - len(first))]
