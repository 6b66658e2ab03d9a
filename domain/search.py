"""Finding anything at once: what a person may see, module by module, the best matches first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import True_, select, union_all
from sqlalchemy.orm import joinedload

from domain.access import can, visible
from domain.db import db, of_this_organization
from domain.modules import ALL
from domain.modules.kinds import search
from domain.modules.module import Module
from domain.organizations.users import Member
from domain.search_index import Asked, SearchEntry, entries
from domain.search_text import Searchable, fold, words_of

SHOWN = 6
"""So many records of each module."""

RANKED = 100
"""Of more matches than this, any hundred are compared; those that begin with what was typed are among them."""


@dataclass(frozen=True)
class Group:
    """What was found in one module."""

    module: Module
    records: Sequence[Any]
    count: int

    @property
    def has_more(self) -> bool:
        """Whether there are more matches than were counted."""
        return self.count >= RANKED


def everything(member: Member, typed: str, shown: int = SHOWN) -> list[Group]:
    """The records that hold all words of what was typed, of all modules that the person may look into."""
    if not words_of(typed):
        return []
    modules = [module for module in ALL.values() if can(member, module.permission("view"))]
    indexed = [module for module in modules if issubclass(module.model, Searchable)]
    best = _best(member, indexed, typed)
    groups = [
        Group(module, _loaded(member, module, best[module.key][:shown]), len(best[module.key]))
        if module.key in best
        else _by_name(member, module, typed, shown)
        for module in modules
        if module.key in best or module not in indexed
    ]
    return [group for group in groups if group.records]


# --- by the index ---------------------------------------------------------------------------------------------


def _best(member: Member, modules: Sequence[Module], typed: str) -> dict[str, list[int]]:
    """The ids of each module's matches, best first; one statement."""
    wanted = fold(typed)
    found: dict[str, dict[int, tuple[Any, ...]]] = {}
    for row in _candidates(member, modules, typed):
        # of names the alphabet decides, of documents the newest comes first
        tie = (-row.record_id,) if ALL[row.module].is_document else (row.text, row.record_id)
        found.setdefault(row.module, {})[row.record_id] = (*_rank(wanted, row.text), *tie)
    return {key: sorted(ranks, key=ranks.__getitem__) for key, ranks in found.items()}


def _candidates(member: Member, modules: Sequence[Module], typed: str) -> Iterable[Any]:
    asked = Asked(typed)
    parts = [
        _narrowed(member, module, entries(module.key, asked, beginning)).limit(RANKED).subquery()
        for module in modules
        for beginning in (True, False)
    ]
    return db.session.execute(union_all(*(select(part) for part in parts))) if parts else ()


def _narrowed(member: Member, module: Module, query: Any) -> Any:
    """Only what the person sees, for those who don't see all."""
    sees = visible(member, module.model)
    if isinstance(sees, True_):
        return query
    theirs = select(module.model.id).where(of_this_organization(module.model), sees)
    return query.where(SearchEntry.record_id.in_(theirs))


def _rank(wanted: str, text: str) -> tuple[bool, ...]:
    """What goes by exactly this name, then whose name begins with it, then another of its texts, then the rest."""
    lines = text.split("\n")
    return (
        wanted not in lines,
        not lines[0].startswith(wanted),
        not any(line.startswith(wanted) for line in lines),
        wanted not in lines[0],
    )


def _loaded(member: Member, module: Module, ids: Sequence[int]) -> Sequence[Any]:
    """The records with what their lines in the list refer to, in this order."""
    model = module.model
    shown = [module.by_name[name] for name in module.list_columns]
    along = [joinedload(getattr(model, f.name)) for f in shown if f.kind in ("reference", "member")]
    query = select(model).where(model.id.in_(ids), visible(member, model)).options(*along)
    records = {record.id: record for record in db.session.scalars(query)}
    return [records[each] for each in ids if each in records]


# --- short lists that have no folded text ---------------------------------------------------------------------


def _by_name(member: Member, module: Module, typed: str, shown: int) -> Group:
    model = module.model
    query = select(model).where(visible(member, model), search(model, typed)).order_by(model.id)
    records = db.session.scalars(query.limit(RANKED)).all()
    return Group(module, records[:shown], len(records))
