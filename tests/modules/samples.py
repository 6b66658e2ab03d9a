"""A record of every module, and what one types to make one: from the declaration's own fields.

A new module needs nothing here, unless not every text will do (a currency's code) or another record comes
first.
"""

import itertools
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select

from domain import records
from domain.books import adding
from domain.books.currencies import ExchangeRate
from domain.books.parties import Party
from domain.books.price_lists import PriceList
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.deals import Deal
from domain.crm.vendors import CrmVendor
from domain.db import db
from domain.modules import ALL
from domain.modules.module import Field, Module
from domain.money import Money
from domain.organizations.users import Member
from domain.timeline import record_event
from tests import factories

_numbers = itertools.count(1)

CODES = [
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "CAD",
    "AUD",
    "NZD",
    "SEK",
    "NOK",
    "DKK",
    "CZK",
    "PLN",
    "HUF",
    "TRY",
    "ZAR",
    "BRL",
    "MXN",
    "INR",
    "CNY",
    "KRW",
    "HKD",
    "SGD",
    "THB",
    "TND",
]
"""Currencies that nobody has before a test makes them."""

_TYPED: dict[str, Callable[[], str]] = {
    "template": lambda: "Formal",
    "text": lambda: f"Something {next(_numbers)}",
    "long_text": lambda: "One line\nand another",
    "email": lambda: f"somebody{next(_numbers)}@example.com",
    "phone": lambda: "+81 3-1234-5678",
    "url": lambda: "https://example.com/page",
    "country": lambda: "FR",
    "currency": lambda: "JPY",
    "boolean": lambda: "1",
    "number": lambda: "12.5",
    "exchange_rate": lambda: "0.000034123456",
    "integer": lambda: "12",
    "percent": lambda: "7.5",
    "money": lambda: "100",
    "date": lambda: "2026-03-31",
    "member": lambda: "",
}

_FACTORIES: dict[str, Callable[..., Any]] = {
    "crm.accounts": factories.account,
    "crm.contacts": factories.contact,
    "books.customers": factories.customer,
    "books.vendors": factories.vendor,
    "books.contact-persons": lambda **values: factories.contact_person(_customer(), **values),
    "crm.vendors": factories.crm_vendor,
    "crm.deals": factories.deal,
    "crm.products": factories.product,
    "books.items": factories.item,
    "books.price-lists": factories.price_list,
    "books.price-list-rates": lambda price_list_id=None, **values: factories.price_list_rate(
        db.session.get(PriceList, price_list_id) if price_list_id else None, **values
    ),
    "settings.exchange-rates": lambda actor=None, **values: records.create(
        ExchangeRate,
        {"currency_code": factories.currency("USD").code, "on_date": next(_days), "rate": Decimal("150.5")}
        | values,
        actor,
    ),
    "books.invoices": lambda party=None, **values: factories.invoice(party or _customer(), **values),
    "books.estimates": factories.estimate,
    "books.sales-orders": factories.sales_order,
    "books.credit-notes": factories.credit_note,
    "books.purchase-orders": factories.purchase_order,
    "books.bills": factories.bill,
    "books.payments": lambda party_id=None, **values: factories.advance(
        db.session.get_one(Party, party_id) if party_id else _customer(), **values
    ),
    "settings.taxes": factories.tax,
    "settings.series": factories.series,
    "settings.payment-terms": factories.payment_terms,
    "settings.currencies": lambda actor=None, **values: records.create(
        ALL["settings.currencies"].model, {"code": next(_codes)} | values, actor
    ),
}

_codes = itertools.cycle(code for code in CODES if code not in ("HUF", "TRY"))  # which `_CHANGES` types
_days = (date(2020, 1, 1) + timedelta(days=n) for n in itertools.count())


def record_of(module: Module, actor: Member | None = None, **values: Any) -> Any:
    """A new record of a module."""
    make = _FACTORIES.get(module.key)
    if make:
        return make(actor=actor, **values)
    return records.create(module.model, _values(module) | values, actor)


def full_record_of(module: Module) -> Any:
    """A record that refers to others of its own wherever its module's lists show a reference."""
    values = {}
    for name in module.list_columns:
        field = module.by_name[name]
        if field.kind == "member":
            values[field.column] = next(_owners())
        elif field.kind == "reference" and field.column not in ("party_id", "price_list_id"):
            values[field.column] = record_of(ALL[field.to.split()[0]]).id
    return record_of(module, **values)


def linked_record_of(module: Module) -> Any:
    """A record whose related lists have something to show: one that is in the books."""
    if module.key == "books.price-lists":
        return factories.rates()
    record = record_of(module)
    if isinstance(record, CrmVendor):
        adding.vendors.add_vendor(record, None)
    if isinstance(record, Deal):
        account = factories.account()
        adding.add_account(account, None)
        record.account_id = account.id
        db.session.flush()
        db.session.expire(record)
    if isinstance(record, Account | Contact):
        account = record if isinstance(record, Account) else factories.account()
        adding.add_account(account, None)
        if record is not account:
            record.account_id = account.id
            db.session.flush()
    return record


def related_record(target: Module, narrowing: Mapping[str, str]) -> Any:
    """A new record that belongs into a related list which is narrowed like this."""
    [(name, value)] = narrowing.items()
    field = target.by_name[name]
    owner = _referred(field, int(value))
    if target.is_document and name == "deal":
        return record_of(target, deal_id=owner.id, salesperson_id=next(_owners()))
    if target.is_document:
        return record_of(target, party=owner, salesperson_id=next(_owners()))
    if target.parent == name == "party":
        return factories.contact_person(owner)
    return record_of(target, **{field.column: owner.id})


def add_to(record: Any, count: int) -> None:
    """More of what a record's page shows: its history, comments and files and, of a document, its lines."""
    for n in range(count):
        record_event(record, "edited", None, changes=[["name", "a", str(n)]])
        factories.comment(record, db.session.scalars(select(Member)).first(), f"Comment {n}")
    for n in range(count % 10):
        factories.attachment(record, None, f"file {n}.txt", b"text")
    if ALL[record.MODULE].is_document:
        record.change({}, [factories.line(item_id=factories.item().id) for _ in range(count)], None)


def key() -> str:
    """A form key that no form had before."""
    return f"key-{next(_numbers)}-{secrets.token_hex(8)}"


def major(amount_minor: int, currency: str) -> Decimal:
    """An amount as one types it."""
    return Money(amount_minor, currency).decimal


def typed(field: Field) -> str:
    """Something that may be typed into a field; of a reference, the id of a new record."""
    if field.kind == "choice":
        return field.choices[-1].key
    if field.kind == "status":
        return field.choices[0].key
    if field.kind == "reference":
        return str(record_of(ALL[field.to.split()[0]]).id)
    return _TYPED[field.kind]()


def form_of(module: Module) -> dict[str, str]:
    """All that one types to make a record, by the name of the input."""
    if module.is_document:
        return _document(module)
    form = {module.parent: str(_parent_of(module).id)} if module.parent else {}
    for field in module.editable:
        form |= _inputs(field)
    return form | _SPECIAL.get(module.key, dict)()


def change_of(module: Module) -> tuple[str, str, str]:
    """A field of a module's form, and two texts to change it to."""
    if module.is_document:
        return "reference", "Mine", "Theirs"
    if module.key in _CHANGES:
        return _CHANGES[module.key]
    return next(field.name for field in module.editable if field.kind == "text"), "Mine", "Theirs"


def values_for(module: Module, field: Field, count: int) -> list[Any]:
    """Values to sort by, each twice where the column allows it, and some empty."""
    if field.name == "code":
        return CODES[:count]
    if field.kind in ("number", "percent", "exchange_rate"):
        return [Decimal(n // 2) / 4 for n in range(count)]
    if field.kind in ("integer", "money"):
        return [n // 2 for n in range(count)]
    if field.kind == "date":
        days = 1 if _is_unique(module, field) else 2
        return [date(2026, 1, 1 + n // days) for n in range(count)]
    if unique := _is_unique(module, field):
        empty = ["", ""] if unique == "where not empty" else []
        return empty + [f"{'abAB啊あア'[n % 7]}{n}" for n in range(len(empty), count)]
    return [["", "a", "B", "b", "é", "あ", "ア", "日本", "z %_", "Ω"][n // 2 % 10] for n in range(count)]


def _is_unique(module: Module, field: Field) -> str:
    """Whether no two records may have the same text there: always, where not empty, or not at all."""
    table = module.model.__table__
    if any(_ends_in(constraint, field) for constraint in table.constraints if hasattr(constraint, "columns")):
        return "always"
    return "where not empty" if any(_ends_in(each, field) for each in table.indexes if each.unique) else ""


def _ends_in(constraint: Any, field: Field) -> bool:
    names = [column.name for column in constraint.columns]
    return names[:1] == ["organization_id"] and names[-1:] == [field.column]


def _referred(field: Field, record_id: int) -> Any:
    """The record that a reference leads to, in whichever of its modules."""
    models = [ALL[each].model for each in field.to.split()]
    parents = {mapper for model in models for mapper in [inspect(model).base_mapper.class_]}
    return db.session.get_one(parents.pop(), record_id)


def _owners() -> Iterator[int]:
    members = list(db.session.scalars(select(Member.id)))
    while True:
        yield members[next(_numbers) % len(members)]


def _customer() -> Any:
    return factories.customer()


def _parent_of(module: Module) -> Any:
    """A record to which one of this module may belong."""
    if module.key == "books.price-list-rates":
        return factories.rates()
    return record_of(ALL[module.by_name[module.parent].to.split()[0]])


def _values(module: Module) -> dict[str, Any]:
    return {field.column: typed(field) for field in module.editable if field.required}


def _inputs(field: Field) -> dict[str, str]:
    """What a browser sends of a field: a picker sends the id beside the name."""
    if field.kind == "reference" and not ALL[field.to].small:
        chosen = record_of(ALL[field.to])
        return {field.name: chosen.title, field.column: str(chosen.id)}
    return {field.column if field.kind == "member" else field.name: typed(field)}


def _document(module: Module) -> dict[str, str]:
    party = record_of(ALL[module.by_name["party"].to])
    number = {"number": f"V-{next(_numbers)}"} if "number" in {f.name for f in module.editable} else {}
    return number | {
        "party": party.title,
        "party_id": str(party.id),
        "date": factories.today().isoformat(),
        "lines-0-description": "Work",
        "lines-0-quantity": "2",
        "lines-0-rate": "1500",
    }


_CHANGES = {
    "settings.currencies": ("code", "HUF", "TRY"),
    "settings.exchange-rates": ("rate", "11", "22"),
    "books.price-list-rates": ("rate", "11", "22"),
}

_SPECIAL: dict[str, Callable[[], dict[str, str]]] = {
    "books.payments": lambda: {
        "party": (party := _customer()).title,
        "party_id": str(party.id),
        "amount": "1000",
    },
    "settings.series": lambda: {"restarts_yearly": "", "is_manual": ""},
    "settings.currencies": lambda: {"code": next(_codes)},
    "settings.exchange-rates": lambda: {
        "currency_code": factories.currency("USD").code,
        "on_date": next(_days).isoformat(),
    },
    "books.items": lambda: {"item_type": "goods"},  # services are not kept in stock
    "books.price-lists": lambda: {"kind": "markdown"},
    "settings.deal-stages": lambda: {"kind": "open"},
}
