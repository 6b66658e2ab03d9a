"""Fields that an organization adds to a record type: what they are called, and how their values are kept.

The definitions are kept in each process until the organization's `fields_version` says that they changed; that
version comes with the query of the sign-in, so that a page asks for nothing more.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Integer,
    String,
    UniqueConstraint,
    cast,
    false,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.column_types import IsoDate
from domain.db import (
    MICRO,
    Id,
    Keyed,
    OrganizationScoped,
    Scaled,
    Timestamped,
    Versioned,
    current_organization_id,
    db,
    plain,
)
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.words import _

PREFIX = "cf_"
"""What the name of a custom field begins with, in forms, addresses and timelines."""


class CustomField(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A field that the organization made. Its kind never changes; a retired one keeps its values."""

    __tablename__ = "custom_fields"
    __table_args__ = (UniqueConstraint("organization_id", "module", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    key: Mapped[str] = mapped_column(String(40), nullable=False)
    label: Mapped[str] = mapped_column(String(100), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False, default=list)
    """`{"label": …, "is_retired": …}`: a choice that was taken away stays readable where it was chosen."""
    is_required: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_listed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    prints: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    is_retired: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    MODULE = "settings.fields"
    """Under this name its history is kept."""

    @property
    def name(self) -> str:
        """What it is called in forms and addresses."""
        return PREFIX + self.key

    @property
    def title(self) -> str:
        """What people call it."""
        return self.label

    @property
    def offered(self) -> list[str]:
        """The choices that can still be chosen."""
        return [choice["label"] for choice in self.choices if not choice.get("is_retired")]

    def offer(self, labels: list[str]) -> None:
        """Offer these choices, in this order; what is not among them stays where it was chosen."""
        gone = [choice["label"] for choice in self.choices if choice["label"] not in labels]
        kept = [{"label": label, "is_retired": False} for label in dict.fromkeys(labels)]
        self.choices = kept + [{"label": label, "is_retired": True} for label in gone]

    def check(self) -> None:
        """Refuse a name that is taken, and a choice without choices."""
        namesake = select(CustomField.id).where(
            CustomField.module == self.module,
            func.lower(CustomField.label) == self.label.lower(),
            CustomField.id != (self.id or 0),
        )
        if db.session.scalar(namesake.limit(1)):
            raise Refused(label=_("There is a field of this name already."))
        if self.kind == "choice" and not self.offered:
            raise Refused(choices=_("Please write down at least one choice."))


@dataclass(frozen=True)
class Definition:
    """A custom field as the pages need it, free of any session."""

    module: str
    name: str
    key: str
    label: str
    kind: str
    choices: tuple[tuple[str, bool], ...]
    is_required: bool
    is_listed: bool
    prints: bool
    is_retired: bool


@dataclass(frozen=True)
class Kept:
    """What a process knows of an organization's fields, and what was made of it."""

    version: int
    by_module: dict[str, dict[str, Definition]]
    modules: dict[str, Any] = field(default_factory=dict)
    """Modules with these fields, made when they are asked for."""


_NOTHING = Kept(0, {})
_kept: dict[int, Kept] = {}


def fields_kept() -> Kept:
    """The fields of the organization in scope; asked for once per process and version."""
    version = current_organization().fields_version
    if not version:
        return _NOTHING
    found = _kept.get(current_organization_id())
    if found is None or found.version != version:
        found = _kept[current_organization_id()] = Kept(version, _asked())
    return found


def definition(module: str, name: str) -> Definition | None:
    """The field of that name, retired ones too. Its kind never changes, so what is known is good enough."""
    known = _kept.get(current_organization_id(), _NOTHING).by_module.get(module, {}).get(name)
    return known or fields_kept().by_module.get(module, {}).get(name)


def unprinted(module: str) -> frozenset[str]:
    """The fields that stand on no paper, so that they may change on a document that was issued."""
    known = fields_kept().by_module.get(module, {}).values()
    return frozenset(each.name for each in known if not each.prints)


def fields_changed() -> None:
    """Tell all processes to ask again. A random version: one that was rolled back never comes again."""
    current_organization().fields_version = 1 + secrets.randbelow(2**31 - 2)
    db.session.flush()


def _asked() -> dict[str, dict[str, Definition]]:
    found: dict[str, dict[str, Definition]] = {}
    for each in db.session.scalars(select(CustomField).order_by(CustomField.position, CustomField.id)):
        found.setdefault(each.module, {})[each.name] = _as_definition(each)
    return found


def _as_definition(each: CustomField) -> Definition:
    return Definition(
        module=each.module,
        name=each.name,
        key=each.key,
        label=each.label,
        kind=each.kind,
        choices=tuple((choice["label"], bool(choice.get("is_retired"))) for choice in each.choices),
        is_required=each.is_required,
        is_listed=each.is_listed,
        prints=each.prints,
        is_retired=each.is_retired,
    )


# --- values -------------------------------------------------------------------------------------------------


def as_kept(kind: str, value: Any) -> Any:
    """A value as it stands in the JSON column; None where there is nothing to keep."""
    if value is None or value == "" or value is False:
        return None
    if kind == "number":
        return int(Decimal(value).scaleb(MICRO))
    return value.isoformat() if isinstance(value, date) else value


def as_read(kind: str, kept: Any) -> Any:
    """The value again: what as_kept was given."""
    if kind == "checkbox":
        return bool(kept)
    if kind == "number":
        return None if kept is None else plain(Decimal(kept).scaleb(-MICRO))
    if kind == "date":
        return None if kept is None else date.fromisoformat(kept)
    return "" if kept is None else kept


def expression(model: Any, key: str, kind: str) -> Any:
    """The SQL of a custom field's value; it compares on either database as a column of its own would."""
    kept = model.custom[key]
    if kind == "checkbox":
        return func.coalesce(kept.as_boolean(), false())
    if kind == "number":
        return type_coerce(cast(kept.as_string(), BigInteger), Scaled)
    if kind == "date":
        return type_coerce(kept.as_string(), IsoDate)
    return func.coalesce(kept.as_string(), "")


MISSING: dict[str, Any] = {"number": Decimal(-(10**12)), "date": date.min}
"""Where records without value stand in a sorted list: before all others."""


def sorted_by(model: Any, key: str, kind: str) -> Any:
    """What a list is sorted by: never NULL. No index helps; with very many records this takes its time."""
    value = expression(model, key, kind)
    return func.coalesce(value, literal(MISSING[kind], value.type)) if kind in MISSING else value
