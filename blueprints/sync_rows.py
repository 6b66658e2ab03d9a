"""What a run says of each record: its fields by their names, what they said before and after, and where it is."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from blueprints.addresses import list_url
from blueprints.language import t
from blueprints.said import in_words
from domain.links import BOOKS
from domain.modules import ALL
from domain.sync.connections import SyncConnection
from domain.sync.runs import SyncRow
from sync.connectors import CONNECTORS
from sync.lanes import Lane
from sync.opening import sides_of

Labels = dict[tuple[str, str, str], str]


def lanes_of(connection: SyncConnection) -> dict[str, Lane]:
    """The lanes of a connection, by their keys."""
    return {lane.key: lane for lane in CONNECTORS[connection.connector].lanes}


def said_of(connection: SyncConnection, rows: Sequence[SyncRow]) -> dict[str, Any]:
    """What the rows of a run need to be shown."""
    labels: Labels = {}
    for key in {row.lane for row in rows}:
        labels |= _labels(connection, lanes_of(connection)[key])
    return {
        "changes_of": partial(_changes, labels),
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


def _labels(connection: SyncConnection, lane: Lane) -> Labels:
    """What the fields are called, by lane, side and name."""
    crm, books = sides_of(connection, lane)
    found = {("crm", field.name): field.label for field in crm.fields(lane.crm)}
    found |= {("books", field.name): field.label for field in books.fields(lane.books)}
    return {(lane.key, *key): t(label) for key, label in found.items()}


def _changes(labels: Labels, row: SyncRow) -> list[tuple[str, str, str]]:
    """What was written: the field, what it said, and what it says; nothing that was empty and still is."""
    said = [
        (labels.get((row.lane, row.direction, name), name), in_words(before), in_words(after))
        for name, before, after in row.changes
    ]
    return [each for each in said if each[1] or each[2]]
