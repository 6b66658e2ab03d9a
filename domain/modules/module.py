"""What a module is: facts about a record type, as data. No behaviour, no hooks, no subclasses.

A declaration gives a record type its list, record page, related lists, forms, permissions, menu entry and tests.
What does not fit here is an ordinary view and an ordinary template (`docs/adding-a-module.md`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement

from domain.organizations.users import Member
from domain.words import Words

Args = Mapping[str, str]
"""A listing as it stands in an address: filters, sort and search by name."""


@dataclass(frozen=True)
class Choice:
    """One of the values that a choice field may have."""

    key: str
    label: Words | str
    is_retired: bool = False
    """Shown where it was chosen before, but not offered any more."""


@dataclass(frozen=True)
class Field:
    """A value of a record: where it is kept, what it is called, of which kind it is."""

    name: str
    """The attribute of the model; a reference is kept in `<name>_id`."""
    label: Words | str
    kind: str = "text"
    """A key of `kinds.KINDS`."""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    to: str = ""
    """The module that a reference leads to."""
    hint: Words | None = None
    sql: Callable[[], ColumnElement[Any]] | None = None
    """The expression of a derived value; without it the model's column."""
    where: Callable[[str], ColumnElement[bool]] | None = None
    """Of a derived choice: the condition under which a record has it."""
    order: Callable[[], ColumnElement[Any]] | None = None
    """What it is sorted by where its value may be missing; never NULL."""
    when_missing: Any = None
    """What `order` says of a record without value."""
    sortable: bool = False
    currency: str = ""
    """Of money: the record's attribute that holds the currency."""
    editable: bool = True
    loads: str = ""
    """Of a value that another table holds: the relationship through which it is read."""
    default: Callable[[], Any] | None = None
    """What a new form shows before anybody typed."""
    nothing: Any = None
    """A value that says as much as an empty field: a discount of 0."""
    longest: int | None = None
    """How many characters a text may have, where no column of its own says so."""
    is_custom: bool = False
    """Added by the organization."""
    is_aside: bool = False
    """Set on a page of its own, in bulk or by a spreadsheet, but not on the record's form."""
    prints: bool = False
    """Of a custom field: whether it stands on the PDF of a document."""

    @property
    def column(self) -> str:
        """The attribute that holds the stored value."""
        return f"{self.name}_id" if self.kind in ("reference", "member") else self.name

    def label_of(self, key: str) -> Words | str:
        """The words of a choice; an unknown one speaks for itself."""
        return next((choice.label for choice in self.choices if choice.key == key), key)


@dataclass(frozen=True)
class Section:
    """Some fields of a form under a heading."""

    label: Words
    fields: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """A list under a name: a tab above the list."""

    label: Words
    args: Args


@dataclass(frozen=True)
class Related:
    """A related list: another module's listing, narrowed to what belongs to a record."""

    module: str
    through: Callable[[Any], Args | None]
    """The narrowing for a record; None when the record is not in the books yet."""
    columns: tuple[str, ...]
    create: Callable[[Any], Args] | None = None
    """What a new record starts with when it is made from here; None where none may be."""
    kind: str = ""
    """Of documents and payments: whose kept count and sum stand in the heading."""
    holds_credit: bool = False
    """Whether that sum is unused credit, and not what is open."""
    label: Words | None = None
    """The heading where the other module's own name would not say enough."""


class Kept(NamedTuple):
    """What is kept of a record's documents of one kind: how many there are, and what is open on them."""

    documents: int
    open_minor: int
    currency: str


@dataclass(frozen=True)
class Figure:
    """A figure of the band on a record page; it leads to the list behind it."""

    label: Words
    amount_minor: int
    currency: str
    module: str
    args: Args
    note: Words | None = None
    tone: str = ""
    of: Any = None
    """The record whose own page of unused credits it leads to, instead of to a list."""


@dataclass(frozen=True)
class Module:
    """A record type: everything the generic pages need to know about it."""

    key: str
    """`<area>.<module>`, as in addresses and permissions."""
    label: Words
    label_one: Words
    new: Words
    """What makes one, as a whole phrase, because each language builds it its own way: "New invoice"."""
    icon: str
    model: Any
    fields: tuple[Field, ...]
    list_columns: tuple[str, ...]
    summary: tuple[str, ...]
    sections: tuple[Section, ...] = ()
    sort: str = ""
    """The order of a list nobody has sorted: a sortable field, `-` for descending."""
    views: tuple[View, ...] = ()
    related: tuple[Related, ...] = ()
    band: Callable[[Any], tuple[Figure, ...] | None] | None = None
    kept: Callable[[Any, Member], Mapping[str, Sequence[Kept]]] | None = None
    """What is kept of a record's documents, by kind, as far as this person may know: the headings of its lists."""
    parts: Callable[[Any], dict[str, Any]] | None = None
    """What else its own page templates show (an invoice: its payments and mails)."""
    parent: str = ""
    """The reference field without which no record exists: no menu entry, made from the parent's page."""
    own_form: bool = False
    """New ones are made by a form of their own, which no row of a spreadsheet can fill in."""
    small: bool = False
    """Few enough to choose from a plain select."""
    empty: Words | None = None
    """The next step, said on an empty list."""

    @property
    def area(self) -> str:
        """The part of the product: crm, books, settings."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The module within its area, as in addresses: `payment-terms`."""
        return self.key.partition(".")[2]

    @property
    def path(self) -> str:
        """The address without slashes around it: `books/invoices`."""
        return self.key.replace(".", "/")

    @property
    def folder(self) -> str:
        """Where templates that differ are kept: `books/invoices`."""
        return self.path.replace("-", "_")

    @property
    def family(self) -> str:
        """Where templates are kept that it shares with others of its sort: `documents`, `records`."""
        return "documents" if self.is_document else "records"

    @property
    def region(self) -> str:
        """The name of this module's related list as region, block and element id."""
        return f"related_{self.name.replace('-', '_')}"

    def permission(self, verb: str) -> str:
        """The name of the right to do this: `books.invoices.view`."""
        return f"{self.key}.{verb}"

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    def related_to(self, name: str) -> Related | None:
        """The related list that leads to the module of this name (`invoices`)."""
        return next((r for r in self.related if r.module.partition(".")[2] == name), None)

    @property
    def is_document(self) -> bool:
        """Whether its records have lines and totals."""
        return hasattr(self.model, "lines")

    @property
    def is_convertible(self) -> bool:
        """Whether its records can become documents of other kinds."""
        return bool(getattr(self.model, "BECOMES", ()))

    @property
    def takes_imports(self) -> bool:
        """Whether rows of a spreadsheet can become its records."""
        return bool(self.sections) and not self.is_document and not self.own_form

    @property
    def is_payable(self) -> bool:
        """Whether payments and credits settle its documents."""
        return bool(getattr(self.model, "PAID", False))

    @property
    def is_source(self) -> bool:
        """Whether something of its records may be unused: credit that settles documents."""
        return hasattr(self.model, "as_source")

    @property
    def custom_fields(self) -> tuple[Field, ...]:
        """The fields that the organization added."""
        return tuple(field for field in self.fields if field.is_custom)

    @property
    def editable(self) -> tuple[Field, ...]:
        """The fields of its form, in order."""
        return tuple(self.by_name[name] for section in self.sections for name in section.fields)

    @property
    def aside(self) -> tuple[Field, ...]:
        """The fields that have a page of their own."""
        return tuple(field for field in self.fields if field.is_aside)
