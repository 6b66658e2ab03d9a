"""Bigin, or another installation of this program, over its API of version 2: the CRM that the books are joined to.

Reading goes by the other side's own clock: what changed since the last pass, and a little before it, since a row may
have been written a moment before it could be seen. What was deleted is asked for afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.outbox import Failure
from domain.sync.connections import SyncConnection
from domain.sync.credentials import credentials_of
from domain.words import Words, _
from sync.connectors.base import BATCH, Answer, Batch, Change, Record, SideField, ViewIsGone
from sync.connectors.bigin_api import Access, Api, refused
from sync.connectors.bigin_fields import LOOSE, PARENT, TITLES, module_of, plain, side_fields, written
from sync.connectors.bigin_place import Place, clock_of, later, moment_of, next_token, since_header

PATHS = {
    "Accounts": "crm/accounts",
    "Contacts": "crm/contacts",
    "Products": "crm/products",
    "Pipelines": "crm/deals",
}


def opened(connection: SyncConnection) -> "Bigin":
    """The other side of a connection."""
    kept = credentials_of(connection)
    if kept is None:
        raise Failure("configuration", _("The integration must be connected again."))
    return Bigin(Api(Access.of(kept)), connection.settings)


@dataclass
class Bigin:
    """The other side. `settings` holds what it told of itself when it was connected."""

    api: Api
    settings: Mapping[str, Any] = field(default_factory=dict)
    view: str = ""
    """Where only the records of one of its views are wanted: which."""
    is_local = False

    # --- what there is ------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raise Failure when nothing can be read there, or when somebody else answers than was connected."""
        told = self.organization()
        if told["id"] != self.settings.get("organization", told["id"]):
            raise Failure("configuration", _elsewhere(told["company_name"]))
        if self.settings.get("currency") and told["iso_code"] != self.settings["currency"]:
            raise Failure("configuration", _other_currency(told["iso_code"], self.settings["currency"]))

    def organization(self) -> dict[str, str]:
        """Which organization there is behind the token: its id, name and currency."""
        rows = self.api.rows(self.api.ask("GET", "org"), "org")
        if not rows:
            raise Failure("configuration", _("The other system does not say which organization it is."))
        return {name: str(rows[0].get(name) or "") for name in ("id", "company_name", "iso_code")}

    def described(self) -> dict[str, list[dict[str, Any]]]:
        """The fields of its modules, as it tells of them."""
        return {
            name: [
                {key: each.get(key) for key in _DESCRIBED}
                for each in self.api.rows(self.api.ask("GET", "settings/fields", {"module": name}), "fields")
            ]
            for name in TITLES
        }

    def views(self) -> dict[str, list[dict[str, str]]]:
        """The views of its modules that whoever connected us sees there."""
        return {
            name: [
                {"id": str(each.get("id") or ""), "name": str(each.get("display_value") or "")[:100]}
                for each in self.api.rows(
                    self.api.ask("GET", "settings/custom_views", {"module": name}), "custom_views"
                )[:MOST_VIEWS]
            ]
            for name in TITLES
        }

    def within(self, view: str) -> "Bigin":
        """The same, but what changed is told to be in that view or outside of it."""
        return replace(self, view=view)

    def fields(self, module: str) -> Sequence[SideField]:
        """The fields of a module as they were when it was connected; nothing is asked for."""
        return side_fields(module, (self.settings.get("fields") or {}).get(module_of(module), []))

    def address_of(self, module: str, record_id: str) -> str:
        """The record's page there."""
        return f"{self.api.access.address}/{PATHS[module_of(module)]}/{record_id}"

    # --- reading ------------------------------------------------------------------------------------------------

    def changed(self, module: str, cursor: str, limit: int = BATCH) -> Batch:
        """The next records that changed, and behind them those that are gone."""
        place = Place.read(cursor)
        return (
            self._gone(module, place, limit)
            if place.is_among_the_gone
            else self._changed(module, place, limit)
        )

    def _changed(self, module: str, place: "Place", limit: int) -> Batch:
        query = {"sort_by": "Modified_Time", "sort_order": "asc", "per_page": str(limit)}
        query |= {"fields": self._names(module), **({"page_token": place.token} if place.token else {})}
        said = self.api.ask("GET", module_of(module), query, since_header(place.since))
        rows = self.api.rows(said, "data")
        top = max([place.top, *(str(row.get("Modified_Time") or "") for row in rows)], key=later)
        place = replace(place, top=top, began=place.began or clock_of(said))
        token = next_token(said)
        after = replace(place, token=token, is_among_the_gone=not token)
        return Batch(
            self._in_view(module, [self._record(module, row) for row in rows]), after.written(), has_more=True
        )

    def _in_view(self, module: str, records: list[Record]) -> list[Record]:
        """All of them, since what left the view is still joined; each says whether it is in it."""
        if not self.view or not records:
            return records
        query = {"ids": ",".join(each.id for each in records), "cvid": self.view, "fields": "id"}
        said = self.api.ask("GET", module_of(module), query | {"per_page": str(BATCH)}, fine=(400,))
        if said.status == 400:
            raise ViewIsGone
        inside = {str(row.get("id")) for row in self.api.rows(said, "data")}
        return [replace(each, is_outside=each.id not in inside) for each in records]

    def _gone(self, module: str, place: "Place", limit: int) -> Batch:
        """What was deleted since the pass before; on a first pass everything that ever was."""
        query = {
            "type": "all",
            "per_page": str(limit),
            **({"page_token": place.token} if place.token else {}),
        }
        said = self.api.ask("GET", f"{module_of(module)}/deleted", query, since_header(place.since))
        ids = [str(row["id"]) for row in self.api.rows(said, "data") if row.get("id")]
        again = self.get(module, ids)  # a number that was given to a new record: that one is told as changed
        gone = [Record(each, "", {}, is_gone=True) for each in ids if each not in again]
        token = next_token(said)
        after = replace(place, token=token) if token else place.next_pass()
        return Batch(gone, after.written(), has_more=bool(token))

    def get(self, module: str, ids: Sequence[str]) -> dict[str, Record]:
        """Records by id; those that are gone are left out."""
        if not ids:
            return {}
        query = {"ids": ",".join(ids), "per_page": str(BATCH), "fields": self._names(module)}
        rows = self.api.rows(self.api.ask("GET", module_of(module), query), "data")
        return {record.id: record for record in (self._record(module, row) for row in rows)}

    def search(self, module: str, text: str, limit: int = 10) -> Sequence[Record]:
        """Records in whose names and addresses the text stands."""
        query = {"word": text, "per_page": str(limit), "fields": self._names(module)}
        rows = self.api.rows(self.api.ask("GET", f"{module_of(module)}/search", query), "data")
        found = [self._record(module, row) for row in rows]
        return [record for record in found if module != LOOSE or not record.parent]

    def deals_of(self, record_id: str, of: str = "Account_Name", limit: int = 20) -> list[dict[str, Any]]:
        """The deals of a company, or of a contact, as they are now."""
        query = {"criteria": f"({of}:equals:{record_id})", "per_page": str(limit)}
        query["fields"] = "Deal_Name,Stage,Amount,Currency,Closing_Date"
        return self.api.rows(self.api.ask("GET", "Pipelines/search", query), "data")

    def _record(self, module: str, row: Mapping[str, Any]) -> Record:
        currency = str(self.settings.get("currency") or "")
        values = {each.name: plain(each, row, currency) for each in self.fields(module)}
        company = row.get(PARENT) if module_of(module) == "Contacts" else None
        owner = row.get("Owner")
        return Record(
            id=str(row["id"]),
            version=str(row.get("$version") or row.get("Modified_Time") or ""),
            values=values,
            title=str(values.get("Full_Name") or row.get(TITLES[module_of(module)]) or ""),
            modified_at=moment_of(str(row.get("Modified_Time") or "")),
            created_at=moment_of(str(row.get("Created_Time") or "")),
            owner=str(owner.get("email") or "") if isinstance(owner, Mapping) else "",
            parent=str(company.get("id") or "") if isinstance(company, Mapping) else "",
        )

    def _names(self, module: str) -> str:
        """All fields that are read, under the names that they have there."""
        known = (self.settings.get("fields") or {}).get(module_of(module), [])
        names = ("id", "Created_Time", "Modified_Time", "Owner", *(str(each["api_name"]) for each in known))
        return ",".join(dict.fromkeys(names))

    # --- writing ------------------------------------------------------------------------------------------------

    def push(self, module: str, changes: Sequence[Change]) -> list[Answer]:
        """Write the changes, new records and old ones in a call each; then read what they have become."""
        if not changes:
            return []
        answers = self._stale(module, [change for change in changes if change.id])
        for method in ("POST", "PUT"):
            sent = [
                each for each in changes if bool(each.id) == (method == "PUT") and each.key not in answers
            ]
            answers |= self._write(module, method, sent)
        made = [str(answer) for answer in answers.values() if isinstance(answer, str)]
        there = self.get(module, made)
        return [_answer_of(answers.get(change.key), there) for change in changes]

    def _write(self, module: str, method: str, changes: Sequence[Change]) -> dict[str, Any]:
        """By key: the id of what was written, or the Answer why it was not."""
        if not changes:
            return {}
        body = {"data": [self._row(module, change) for change in changes]}
        said = self.api.ask(method, module_of(module), body=body, fine=(400,))
        rows = self.api.rows(said, "data")
        if len(rows) != len(changes):
            raise refused(said)
        return {change.key: _outcome(row) for change, row in zip(changes, rows, strict=True)}

    def _row(self, module: str, change: Change) -> dict[str, Any]:
        fields = {each.name: each for each in self.fields(module)}
        row: dict[str, Any] = {}
        for name, value in change.values.items():
            if name in fields and fields[name].is_writable:
                row |= written(fields[name], value)
        if change.parent and module_of(module) == "Contacts":
            row[PARENT] = {"id": change.parent}
        if change.id:
            version = {"$version": int(change.version)} if change.version.isdigit() else {}
            return row | {"id": change.id} | version
        title = TITLES[module_of(module)]
        return row | {"$key": change.key, title: row.get(title) or change.title or "—"}

    def _stale(self, module: str, changes: Sequence[Change]) -> dict[str, Any]:
        """Those that were changed meanwhile, where the other side does not look at versions itself."""
        unsure = [change for change in changes if change.version and not change.version.isdigit()]
        there = self.get(module, [change.id for change in unsure])
        return {
            change.key: Answer(is_stale=True)
            for change in unsure
            if change.id not in there or there[change.id].version != change.version
        }


MOST_VIEWS = 200
"""More are not offered to choose from."""

_DESCRIBED = (
    "api_name",
    "field_label",
    "data_type",
    "length",
    "pick_list_values",
    "system_mandatory",
    "custom_field",
    "read_only",
)


def _elsewhere(name: str) -> Words:
    return _(
        "%(name)s answers at this address now, and not the organization that was connected. Please connect again.",
        name=name,
    )


def _other_currency(theirs: str, ours: str) -> Words:
    return _(
        "The other system keeps its records in %(theirs)s now, you keep yours in %(ours)s: they can't be in step.",
        theirs=theirs,
        ours=ours,
    )


def _outcome(row: Mapping[str, Any]) -> str | Answer:
    """The id of what was written, or why it was not."""
    details = row.get("details") if isinstance(row.get("details"), dict) else {}
    if row.get("status") == "success" and details and details.get("id"):
        return str(details["id"])
    if row.get("code") == "RECORD_CHANGED":
        return Answer(is_stale=True)
    return Answer(reason=_reason(row, details or {}))


def _reason(row: Mapping[str, Any], details: Mapping[str, Any]) -> Words:
    message, name = (
        str(row.get("message") or row.get("code") or "")[:200],
        str(details.get("api_name") or "")[:100],
    )
    if name:
        return _("The other system refuses %(field)s: %(reason)s", field=name, reason=message)
    return _("The other system refuses: %(reason)s", reason=message)


def _answer_of(outcome: str | Answer | None, there: Mapping[str, Record]) -> Answer:
    if isinstance(outcome, Answer):
        return outcome
    if outcome is None or outcome not in there:
        return Answer(is_stale=True)  # written, and gone again before it could be read
    return Answer(there[outcome])
