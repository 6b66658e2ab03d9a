"""Several customers side by side, field by field, and whose value stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blueprints.forms import shown
from blueprints.language import t
from domain.books.customers import Customer
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.organizations.organizations import current_organization
from domain.words import Words

ADDRESSES = ("billing", "shipping")
"""Chosen as a whole: the street of one in the town of the other would lead nowhere."""

NEVER = ("display_name", "currency", "is_active")
"""What the main customer always keeps; its contact persons are records of their own."""


@dataclass(frozen=True)
class Row:
    """A field, or an address: what each customer has there, and whose stays."""

    key: str
    label: Words | str
    names: tuple[str, ...]
    """The attributes behind it."""
    values: tuple[str, ...]
    """As they are shown, in the order of the customers."""
    chosen: int
    """The id of the customer whose value stays."""

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return len(set(self.values)) > 1


def fields_to_choose(
    module: Module, customers: Sequence[Customer], main: Customer, given: Mapping[str, str]
) -> list[Row]:
    """All in which anybody has something: the main customer's stays, or where it has nothing the first other's."""
    rows = []
    for key, label, names in _parts(module):
        values = tuple(_shown(module, key, names, each) for each in customers)
        if any(values):
            rows.append(Row(key, label, names, values, _chosen(key, customers, values, main, given)))
    return rows


def taken(
    module: Module, customers: Sequence[Customer], main: Customer, given: Mapping[str, str]
) -> dict[str, int]:
    """Attributes for which another customer than the main one was chosen, and which."""
    rows = fields_to_choose(module, customers, main, given)
    return {name: row.chosen for row in rows if row.chosen != main.id and row.differs for name in row.names}


def _parts(module: Module) -> Iterator[tuple[str, Words | str, tuple[str, ...]]]:
    for section in module.sections:
        prefix = next((each for each in ADDRESSES if section.fields[0].startswith(f"{each}_")), "")
        if prefix:
            yield prefix, section.label, section.fields
            continue
        for name in section.fields:
            if name not in NEVER and not name.startswith("primary_"):
                field = module.by_name[name]
                yield name, field.label, (field.column,)


def _shown(module: Module, key: str, names: tuple[str, ...], customer: Customer) -> str:
    if key not in ADDRESSES:
        return t(shown(module.by_name[key], customer))
    address: Any = getattr(customer, f"{key}_address")
    return ", ".join(address.lines(current_organization().country))


def _chosen(
    key: str, customers: Sequence[Customer], values: tuple[str, ...], main: Customer, given: Mapping[str, str]
) -> int:
    wanted = as_id(given.get(f"take_{key}", "")) if given.get("shown") == str(main.id) else None
    if wanted in [each.id for each in customers]:
        return int(wanted or 0)
    in_order = sorted(zip(customers, values, strict=True), key=lambda pair: pair[0] is not main)
    return next(each.id for each, value in in_order if value)
