"""Values as pages show them, a function for each kind, and the cells of a list's rows.

A list shows some hundred values. They are plain functions, because calling a macro costs ten times as much, and
what all rows have in common is written once. What is no Markup is escaped by whoever puts it on a page.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from blueprints import language
from blueprints.addresses import record_url
from blueprints.forms import countries, shown
from blueprints.language import t
from blueprints.loading import may
from domain.modules import ALL
from domain.modules.kinds import KINDS
from domain.modules.listing import Listing
from domain.modules.module import Field
from domain.status import Status
from domain.words import _

Show = Callable[[Field, Any, Any], str]
"""(field, record, value) -> what stands on the page."""


def show(field: Field, record: Any) -> str:
    """A value as a page shows it."""
    return SHOW[field.kind](field, record, getattr(record, field.name))


def status(key: str, label: str, tone: str = "") -> Markup:
    """A state in its colour."""
    return Markup(
        f'<span class="status" data-status="{escape(key)}" data-tone="{escape(tone)}">{escape(label)}</span>'
    )


def state(shown_state: Status) -> Markup:
    """A state as a record shows it."""
    return status(shown_state.key, t(shown_state.label), shown_state.tone)


def cells_of(listing: Listing, picks: bool = False) -> Callable[[Any], Markup]:
    """What writes the cells of a row: the first names the record and leads to its page.

    With `picks` there is a box before it, with which the record is picked for what is done to many.
    """
    first, *others = listing.shown
    begun = [(field, f'<td data-label="{escape(t(field.label))}"{_class(field)}>') for field in others]

    def cells(row: Any) -> Markup:
        pick = _pick(row) if picks else ""
        name = f'<a href="{escape(record_url(row))}">{escape(_name(first, row))}</a>'
        written = "".join(f"{begin}{escape(show(field, row))}</td>" for field, begin in begun)
        return Markup(f'{pick}<th scope="row">{name}</th>{written}')

    return cells


def _pick(row: Any) -> str:
    label = escape(t(_("Select %(name)s", name=row.title)))
    box = f'<input type="checkbox" name="ids" value="{row.id}" form="bulk" aria-label="{label}">'
    return f'<td class="pick">{box}</td>'


def _class(field: Field) -> str:
    if KINDS[field.kind].is_number:
        return ' class="number"'
    return ' class="date"' if field.kind == "date" else ""


def _name(field: Field, row: Any) -> str:
    """The record's name without a link of its own, since it stands in one."""
    if field.kind in ("email", "phone", "url"):
        return shown(field, row) or t(row.title)
    return (show(field, row) if field.kind != "reference" else "") or t(row.title)


# --- kinds ----------------------------------------------------------------------------------------------------


def _text(_field: Field, _record: Any, value: Any) -> str:
    return "" if value is None else str(value)


def _long_text(_field: Field, _record: Any, value: str | None) -> Markup:
    return Markup("<br>").join((value or "").splitlines())


def _link(address: str, words: str, more: str = "") -> Markup:
    return Markup(f'<a href="{escape(address)}"{more}>{escape(words)}</a>')


def _email(_field: Field, _record: Any, value: str | None) -> str:
    return _link(f"mailto:{value}", value) if value else ""


def _phone(_field: Field, _record: Any, value: str | None) -> str:
    return _link(f"tel:{value.replace(' ', '')}", value) if value else ""


def _url(_field: Field, _record: Any, value: str | None) -> str:
    if not value:
        return ""
    words = value.replace("https://", "").replace("http://", "")
    return _link(value, words, ' rel="noopener noreferrer nofollow"')


def _choice(field: Field, _record: Any, value: str | None) -> str:
    return t(field.label_of(value)) if value else ""


def _status(_field: Field, record: Any, _value: str) -> Markup:
    return state(record.shown_state)


def _country(_field: Field, _record: Any, value: str | None) -> str:
    return countries().get(value, value) if value else ""


def _boolean(_field: Field, _record: Any, value: bool | None) -> str:
    return t(_("Yes") if value else _("No"))


def _number(_field: Field, _record: Any, value: Any) -> str:
    return language.number(value)


def _percent(_field: Field, _record: Any, value: Any) -> str:
    return language.percent(value)


def _money(field: Field, record: Any, value: int | None) -> str:
    return "" if value is None else language.money(value, getattr(record, field.currency))


def _date(_field: Field, _record: Any, value: Any) -> str:
    return language.date(value)


def _reference(_field: Field, _record: Any, value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "tone"):
        return status(value.kind, t(value.title), value.tone)
    may_see = may(ALL[value.MODULE].permission("view"))
    return _link(record_url(value), t(value.title)) if may_see else t(value.title)


def _member(_field: Field, _record: Any, value: Any) -> str:
    return value.name if value else ""


SHOW: dict[str, Show] = {
    "text": _text,
    "long_text": _long_text,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "choice": _choice,
    "status": _status,
    "template": _text,
    "currency": _text,
    "country": _country,
    "boolean": _boolean,
    "number": _number,
    "integer": _number,
    "percent": _percent,
    "exchange_rate": _number,
    "money": _money,
    "date": _date,
    "reference": _reference,
    "member": _member,
}
