"""What a run says of each record: its fields by their names, what they said before and after, and where it is."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from blueprints.addresses import list_url
from blueprints.language import t
from blueprints.said import Said
from domain.links import BOOKS
from domain.modules import ALL
from domain.sync.connections import SyncConnection
from domain.sync.runs import SyncRow
from sync.connectors import CONNECTORS
from sync.connectors.base import SideField
from sync.lanes import Lane
from sync.opening import sides_of

Fields = dict[tuple[str, str, str], SideField]


def lanes_of(connection: SyncConnection) -> dict[str, Lane]:
    """The lanes of a connection, by their keys."""
    return {lane.key: lane for lane in CONNECTORS[connection.connector].lanes}


def said_of(connection: SyncConnection, rows: Sequence[SyncRow]) -> dict[str, Any]:
    """What the rows of a run need to be shown."""
    fields: Fields = {}
    for key in {row.lane for row in rows}:
        fields |= _fields(connection, lanes_of(connection)[key])
    said = Said(
        (fields.get((row.lane, row.direction, name)), value)
        for row in rows
        for name, *values in row.changes
        for value in values
    )
    return {
        "changes_of": partial(_changes, fields, said),
        "address_of": lambda row: address_of(
            connection, lanes_of(connection)[row.lane], row.crm_id, row.books_id
        ),
    }


def address_of(connection: SyncConnection, lane: Lane, crm_id: str, books_id: str) -> str:
    """Where a record of this program is looked at: in the CRM or, where that is another system, in the books."""
    here = connection.system == BOOKS and crm_id
    key, record_id = (lane.crm, crm_id) if here else (lane.books, books_id)
    if not record_id or ALL[key].parent:
        return ""
    return f"{list_url(ALL[key])}/{record_id}"


def _fields(connection: SyncConnection, lane: Lane) -> Fields:
    """The fields of both sides, by lane, side and name."""
    crm, books = sides_of(connection, lane)
    found = {(lane.key, "crm", field.name): field for field in crm.fields(lane.crm)}
    return found | {(lane.key, "books", field.name): field for field in books.fields(lane.books)}


def _changes(fields: Fields, said: Said, row: SyncRow) -> list[tuple[str, str, str]]:
    """What was written: the field, what it said, and what it says; nothing that was empty and still is."""
    found = []
    for name, before, after in row.changes:
        field = fields.get((row.lane, row.direction, name))
        found.append((t(field.label) if field else name, said(field, before), said(field, after)))
    return [each for each in found if each[1] or each[2]]
