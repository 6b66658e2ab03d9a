"""Giving back what was moved: what is noted down is read once, and each row is found by its primary key.

No statement joins the notes with what they are about: the database knows nothing yet about rows that are that new,
and would look through all of them for each one.
"""

from sqlalchemy import select

from domain.books.keeping import Standings, move_figures
from domain.books.merging.among import among
from domain.books.merging.merges import Merge, MergedRow
from domain.books.merging.moving import PAPERS, Way, give, rename_drafts, standings, ways
from domain.db import db

Noted = dict[str, dict[int, int]]
"""Rows by sort and id: whose each was."""


def noted(merge: Merge) -> Noted:
    """What was moved and is still there with the main customer: not what was deleted since or given away."""
    query = select(MergedRow.sort, MergedRow.row_id, MergedRow.party_id).where(MergedRow.merge_id == merge.id)
    found: Noted = {}
    for sort, row_id, party_id in db.session.execute(query).all():
        found.setdefault(sort, {})[row_id] = party_id
    return {way.sort: _still_there(merge, way, found[way.sort]) for way in ways() if way.sort in found}


def _still_there(merge: Merge, way: Way, rows: dict[int, int]) -> dict[int, int]:
    query = select(way.table.c.id).where(*way.ours, way.column == merge.main_id)
    there = set(db.session.scalars(query).all())
    return {row_id: party_id for row_id, party_id in rows.items() if row_id in there}


def move_back(merge: Merge, rows: Noted) -> dict[str, int]:
    """Give these rows to whom they are to belong; gives how many of each sort that were."""
    db.session.flush()
    for party_id in sorted(each.party_id for each in merge.merged):
        ids = {
            sort: [row_id for row_id, whose in found.items() if whose == party_id]
            for sort, found in rows.items()
        }
        figures = _standings(ids)
        for way in ways():
            if found := ids.get(way.sort):
                give(way, party_id, among(way.table.c.id, found), by_key=True)
            _let_follow(merge, way, party_id, ids)
        rename_drafts(party_id)
        move_figures(figures, merge.main_id, party_id)
    return {sort: len(found) for sort, found in rows.items() if found and sort != "timeline"}


def _let_follow(merge: Merge, way: Way, party_id: int, ids: dict[str, list[int]]) -> None:
    """What was mailed or refunded since goes where its paper goes."""
    for key in way.table.foreign_keys:
        target = key.column.table.name
        if target in PAPERS and way.sort not in PAPERS and ids.get(target):
            give(way, party_id, way.column == merge.main_id, among(key.parent, ids[target]))


def _standings(ids: dict[str, list[int]]) -> Standings:
    """What the papers among these rows come to."""
    found: Standings = {}
    for sort in PAPERS:
        if of_sort := ids.get(sort):
            found |= standings(sort, among(db.metadata.tables[sort].c.id, of_sort), by_key=True)
    return found
