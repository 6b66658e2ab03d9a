"""The audit trail: who did what, when, from where, with what was there before and after."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import settings_mail, settings_organization, settings_portal
from blueprints.language import language, money, t
from blueprints.loading import may, require
from blueprints.respond import respond
from blueprints.settings_menu import PAGES
from domain.audit import Trail
from domain.db import db
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.kinds import KINDS, parse_id
from domain.modules.module import Field
from domain.organizations.roles import VERB_LABELS
from domain.organizations.users import Member
from domain.timeline import TimelineEntry
from domain.words import Words, _, _p

bp = Blueprint("audit", __name__)

COLUMNS: dict[str, Words] = {
    "name": _("Name"),
    "language": _("Language"),
    "role": _("Finance role"),
    "profile": _("CRM profile"),
    "permissions": _("Rights"),
    "assigned_only": _("Assigned customers only"),
    "logo_digest": _("Logo"),
}
"""The stored values of those, as people call them."""


FIELDS: dict[str, tuple[Field, ...]] = {
    "settings.organization": (
        *settings_organization.FIELDS.values(),
        *settings_mail.FIELDS,
        *settings_portal.FIELDS,
    ),
}
"""The fields of what is no module, for the words of their labels and choices."""


class Change(NamedTuple):
    """What one value was, and what it is now, in words."""

    label: str
    before: str
    after: str


@bp.get("/settings/audit")
def index() -> Response:
    """All that happened, newest first."""
    require("settings.audit.view")
    trail = _trail()
    page = trail.page()
    names = _names(page.entries)
    return respond(
        "settings/audit.html",
        "trail",
        trail=trail,
        page=page,
        people=db.session.scalars(select(Member).order_by(Member.id)).all(),
        labels=_labels(),
        changes={entry.id: _changes(entry, names) for entry in page.entries},
        links={entry.id: _link(entry) for entry in page.entries},
        args_of=_args,
    )


def _trail() -> Trail:
    args = request.args
    module = args.get("module", "")
    if module and module not in _labels():
        raise Refused(_("This list can't be filtered by “%(name)s”.", name=module))
    return Trail(
        parse_id(args.get("person", "")),
        module,
        _day(args.get("start", "")),
        _day(args.get("end", "")),
        parse_id(args.get("after", "")),
        parse_id(args.get("before", "")),
    )


def _day(text: str) -> date | None:
    day: date | None = KINDS["date"].parse(text, language())
    return day


def _args(trail: Trail) -> dict[str, str]:
    """A trail as it stands in an address."""
    given = {
        "person": trail.actor_id,
        "module": trail.module,
        "start": trail.start,
        "end": trail.end,
        "after": trail.after,
        "before": trail.before,
    }
    return {name: str(value) for name, value in given.items() if value}


def _labels() -> dict[str, Words]:
    pages = {page.permission.rpartition(".")[0]: page.label for page in PAGES}
    return {key: module.label for key, module in ALL.items()} | pages


def _link(entry: TimelineEntry) -> str:
    """The page of the record, if there is one and the person may see it."""
    if entry.verb == "deleted" or not entry.record_id or not may(f"{entry.module}.view"):
        return ""
    if entry.module == "settings.users":
        return url_for("users.edit", member_id=entry.record_id)
    if entry.module == "settings.roles":
        return url_for("roles.edit", role_id=entry.record_id)
    if entry.module not in ALL:
        return ""
    return url_for("records.show", module=ALL[entry.module], record_id=entry.record_id)


# --- before and after -------------------------------------------------------------------------------------------


def _changes(entry: TimelineEntry, names: dict[tuple[str, int], str]) -> list[Change]:
    stored = entry.detail.get("changes") or []
    currency = entry.detail.get("currency", "")
    found = [_change(entry.module, column, old, new, names, currency) for column, old, new in stored]
    if entry.source or entry.target:
        field = _field(entry.module, "state")
        states = [t(field.label_of(key)) if field else key for key in (entry.source, entry.target)]
        found.append(Change(t(_("Status")), *states))
    return found


def _change(
    module: str, column: str, old: Any, new: Any, names: dict[tuple[str, int], str], currency: str
) -> Change:
    field = _field(module, column)
    label = t(field.label if field else COLUMNS.get(column, column))
    if isinstance(old, list) and isinstance(new, list):
        gone, come = [each for each in old if each not in new], [each for each in new if each not in old]
        return Change(label, _rights(gone), _rights(come))
    if field and field.kind == "money" and currency:
        return Change(label, *("—" if each is None else money(each, currency) for each in (old, new)))
    return Change(label, *(_in_words(field, value, names) for value in (old, new)))


def _in_words(field: Field | None, value: Any, names: dict[tuple[str, int], str]) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return t(_("Yes") if value else _("No"))
    if field is None:
        return str(value)
    if field.kind in ("member", "reference"):
        return names.get((field.to, value), f"#{value}")
    return t(field.label_of(str(value))) if field.choices else str(value)


def _rights(names: list[Any]) -> str:
    """Rights by module: "Invoices: Email"; other lists as they are."""
    return ", ".join(_right(str(name)) for name in names) or "—"


def _right(name: str) -> str:
    module, _dot, verb = name.rpartition(".")
    label = _labels().get(module)
    verb_label = VERB_LABELS.get(verb, _p("right", "All")) if label else verb
    return t(_("%(module)s: %(right)s", module=label, right=verb_label)) if label else name


def _names(entries: Sequence[TimelineEntry]) -> dict[tuple[str, int], str]:
    """What is meant by the ids in these entries: one question for each module they lead to."""
    ids: dict[str, set[int]] = {}
    for entry in entries:
        for column, *values in entry.detail.get("changes") or []:
            field = _field(entry.module, column)
            if field and field.kind in ("member", "reference"):
                ids.setdefault(field.to, set()).update(each for each in values if isinstance(each, int))
    return {
        (to, record.id): t(record.title)
        for to, wanted in ids.items()
        for key in to.split() or [""]
        for record in _records(ALL[key].model if key else Member, wanted)
    }


def _records(model: Any, ids: set[int]) -> Sequence[Any]:
    return db.session.scalars(select(model).where(model.id.in_(ids))).all() if ids else []


def _field(module: str, column: str) -> Field | None:
    fields = ALL[module].fields if module in ALL else FIELDS.get(module, ())
    return next((field for field in fields if column in (field.column, field.name)), None)
