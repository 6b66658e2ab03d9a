"""The grid of rights: a row for each module, a column for each verb, and what of it a role may hold."""

from collections.abc import Iterable
from dataclasses import dataclass

from blueprints.settings_menu import PAGES
from domain.books.merging import PERMISSION as MERGE
from domain.mail_kinds import MAILED
from domain.modules import ALL
from domain.modules.module import Module
from domain.organizations.roles import ADMINISTRATION, APPS, VERBS, Profile, Role, without_what_it_needs
from domain.words import Words

AREAS = {"role": (*APPS, "settings"), "profile": ("crm", *APPS, "settings")}
"""A finance role says nothing about the CRM; a profile limits both sides."""

_ALWAYS = ("view", "create", "edit", "delete", "export")


@dataclass(frozen=True)
class Row:
    """A module, or a page of the settings, and what can be done there."""

    key: str
    label: Words
    verbs: tuple[str, ...]

    @property
    def everything(self) -> str:
        """The right to all of it, also to what a later version adds."""
        return f"{self.key}.*"

    @property
    def permissions(self) -> tuple[str, ...]:
        """All rights of the row, one by one."""
        return tuple(f"{self.key}.{verb}" for verb in self.verbs)


def grid(kind: str) -> dict[str, list[Row]]:
    """The rows by area, as a role of this kind can hold them."""
    rows = [Row(module.key, module.label, _verbs_of(module)) for module in ALL.values()]
    rows += [Row(page.permission.rpartition(".")[0], page.label, page.verbs) for page in PAGES]
    rows = [row for row in rows if row.key not in ADMINISTRATION]
    by_area = {area: [row for row in rows if row.key.partition(".")[0] == area] for area in AREAS[kind]}
    return {area: found for area, found in by_area.items() if found}


def held(rights: Role | Profile, kind: str) -> set[str]:
    """What stands ticked for a role: all of a row, or some of it."""
    return {name for rows in grid(kind).values() for row in rows for name in _held_in(rights, row)}


def chosen(names: Iterable[str], kind: str) -> list[str]:
    """What was ticked, in the grid's order; all of a row says it for each of its cells."""
    given = set(names)
    found = []
    for row in (row for rows in grid(kind).values() for row in rows):
        found += (
            [row.everything]
            if row.everything in given
            else [each for each in row.permissions if each in given]
        )
    return found


def lacking(names: Iterable[str]) -> dict[str, str]:
    """The rows in which something is ticked without what it needs, and which verb that is."""
    return without_what_it_needs(names)


def _held_in(rights: Role | Profile, row: Row) -> list[str]:
    cells = [name for name in row.permissions if rights.allows(name)]
    return [row.everything] if rights.allows(row.everything) and len(cells) == len(row.verbs) else cells


def _verbs_of(module: Module) -> tuple[str, ...]:
    mails = module.key in MAILED or any(field.kind == "email" for field in module.fields)
    verbs = {*_ALWAYS, *(["email"] if mails else []), *(["approve"] if module.is_document else [])}
    verbs |= {"merge"} if module.permission("merge") == MERGE else set()
    return tuple(verb for verb in VERBS if verb in verbs)
