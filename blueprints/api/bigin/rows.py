"""Reading rows of a module: page by page, what changed since a moment, some by their ids.

A page is found by the key of the last row before it. The numbers of the first pages work as well, for clients that
count; beyond `COUNTED` rows only the token that every page carries does.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, select, tuple_
from sqlalchemy.orm import joinedload

from blueprints.api.answers import Problem
from blueprints.api.bigin.values import plain, written
from blueprints.api.bigin.wire import SYSTEM, Wire
from blueprints.loading import actor
from domain.access import visible
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.kinds import as_id
from domain.modules.listing import Listing
from domain.modules.saved_views import view_for

MOST = 200
COUNTED = 2000
MOST_IDS = 100

SORTS = {"id": "id", "Created_Time": "created_at", "Modified_Time": "updated_at"}


@dataclass(frozen=True)
class Asked:
    """What a client wants to read."""

    wire: Wire
    names: tuple[str, ...]
    page: int
    size: int
    token: str
    sort: str
    descending: bool

    @classmethod
    def from_args(cls, wire: Wire, args: Mapping[str, str]) -> "Asked":
        """What the address says; raises Problem where it says nonsense."""
        sort, order = args.get("sort_by", "id"), args.get("sort_order", "desc")
        if sort not in SORTS:
            raise Problem(400, "INVALID_DATA", "the list can't be sorted by this", param_name="sort_by")
        if order not in ("asc", "desc"):
            raise Problem(400, "INVALID_DATA", "asc or desc", param_name="sort_order")
        size, page = _number(args, "per_page", MOST), _number(args, "page", 1)
        if size > MOST:
            raise Problem(400, "INVALID_DATA", f"at most {MOST} rows a page", param_name="per_page")
        if page * size > COUNTED and not args.get("page_token"):
            raise Problem(
                400, "INVALID_DATA", f"past {COUNTED} rows please use page_token", param_name="page"
            )
        token = args.get("page_token", "")
        return cls(wire, _names(wire, args.get("fields", "")), page, size, token, sort, order == "desc")


def _number(args: Mapping[str, str], name: str, otherwise: int) -> int:
    found = as_id(args.get(name) or str(otherwise))
    if not found or found > 10_000:
        raise Problem(400, "INVALID_DATA", "a whole number from 1", param_name=name)
    return found


def _names(wire: Wire, given: str) -> tuple[str, ...]:
    """The fields asked for; those that are not known are left out, as Bigin does. None is all of them."""
    known = (*SYSTEM, *wire.known())
    asked = [each.strip() for each in given.split(",") if each.strip()]
    return tuple(name for name in known if name in asked) if asked else tuple(known)


# --- conditions -----------------------------------------------------------------------------------------------------


def since(wire: Wire, moment: datetime) -> ColumnElement[bool]:
    """Changed at that moment or after it: a second holds many changes."""
    changed: ColumnElement[bool] = wire.module.model.updated_at >= moment
    return changed


def among(wire: Wire, given: str) -> ColumnElement[bool]:
    """The rows with these ids."""
    ids = [as_id(each.strip()) for each in given.split(",")]
    if len(ids) > MOST_IDS or None in ids:
        raise Problem(400, "INVALID_DATA", f"at most {MOST_IDS} ids", param_name="ids")
    chosen: ColumnElement[bool] = wire.module.model.id.in_(ids)
    return chosen


def in_view(wire: Wire, given: str) -> ColumnElement[bool]:
    """The rows of a saved view that the person sees."""
    try:
        view = view_for(actor(), wire.key, as_id(given) or 0)
        return Listing.from_args(wire.module, view.args).conditions(actor())
    except (Missing, Refused) as error:
        raise Problem(400, "INVALID_DATA", "the id given seems to be invalid", param_name="cvid") from error


# --- one page -------------------------------------------------------------------------------------------------------


def page_of(asked: Asked, *conditions: ColumnElement[bool]) -> dict[str, Any] | None:
    """A page of rows with what is behind it; None where there are none."""
    found = _found(asked, conditions)
    rows, more = found[: asked.size], len(found) > asked.size
    if not rows:
        return None
    info = {
        "per_page": asked.size,
        "count": len(rows),
        "page": asked.page,
        "sort_by": asked.sort,
        "sort_order": "desc" if asked.descending else "asc",
        "more_records": more,
        "next_page_token": _token(asked, rows[-1]) if more else None,
        "previous_page_token": None,
        "page_token_expiry": None,
    }
    return {"data": [as_json(asked.wire, row, asked.names) for row in rows], "info": info}


def as_json(wire: Wire, row: Any, names: Sequence[str] = ()) -> dict[str, Any]:
    """A record as the API gives it; `$version` says what was read, for whoever writes it back."""
    known = wire.known()
    system = {
        "id": str(row.id),
        "Created_Time": plain(row.created_at),
        "Modified_Time": plain(row.updated_at),
    }
    chosen = names or (*SYSTEM, *known)
    body = {name: system[name] if name in system else written(name, known[name], row) for name in chosen}
    return body | {"id": system["id"], "$version": row.version}


def _found(asked: Asked, conditions: Sequence[ColumnElement[bool]]) -> list[Any]:
    """The rows of the page and one more."""
    model = asked.wire.module.model
    seen = and_(visible(actor(), model), *conditions)
    if asked.token or asked.page == 1:
        query = _ordered(asked, select(model).where(seen))
        query = query.where(_beyond(asked)) if asked.token else query
        return list(db.session.scalars(query.options(*_along(asked)).limit(asked.size + 1)))
    first = (asked.page - 1) * asked.size
    ids = db.session.scalars(
        _ordered(asked, select(model.id).where(seen)).limit(first + asked.size + 1)
    ).all()
    query = select(model).where(model.id.in_(ids[first:])).options(*_along(asked))
    return list(db.session.scalars(_ordered(asked, query)))


def _along(asked: Asked) -> list[Any]:
    model, known = asked.wire.module.model, asked.wire.known()
    fields = (known[name] for name in asked.names if name in known)
    return [joinedload(getattr(model, f.name)) for f in fields if f.kind in ("reference", "member")]


def _ordered(asked: Asked, query: Select[Any]) -> Select[Any]:
    model = asked.wire.module.model
    columns = dict.fromkeys((getattr(model, SORTS[asked.sort]), model.id))
    return query.order_by(*(each.desc() if asked.descending else each.asc() for each in columns))


def _token(asked: Asked, row: Any) -> str:
    value = getattr(row, SORTS[asked.sort])
    text = json.dumps([asked.sort, asked.descending, str(value), row.id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _beyond(asked: Asked) -> ColumnElement[bool]:
    """After the row that the token names."""
    model = asked.wire.module.model
    try:
        text = base64.urlsafe_b64decode(asked.token + "=" * (-len(asked.token) % 4))
        sort, descending, value, last_id = json.loads(text)
        last = as_id(str(last_id))
        moment = None if sort == "id" else datetime.fromisoformat(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise Problem(400, "INVALID_DATA", "this is no page_token", param_name="page_token") from error
    if last is None or (sort, descending) != (asked.sort, asked.descending) or (moment and not moment.tzinfo):
        raise Problem(400, "INVALID_DATA", "the page_token is of another list", param_name="page_token")
    if moment is None:
        return model.id < last if descending else model.id > last  # type: ignore[no-any-return]
    column = getattr(model, SORTS[sort])
    place, end = tuple_(column, model.id), tuple_(literal(moment, column.type), last)
    return place < end if descending else place > end
