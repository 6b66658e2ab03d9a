"""Pairs that are joined already: both their records, and what became of them since."""

from collections.abc import Mapping, Sequence

from domain.links import Link
from sync.batch import Bench
from sync.births import is_of
from sync.connectors.base import Record
from sync.pairing import Pairing


def pairings_of(bench: Bench, links: Sequence[Link], crm: Mapping[str, Record]) -> list[Pairing]:
    """Both records of each link; what lost one of them, or shares one with an older link, is left out."""
    ours = read(bench, "crm", links, crm)
    theirs = read(bench, "books", links)
    elders = bench.links.elders(links) if links else {}
    found = []
    for link in links:
        one, other = ours.get(bench.links.id_of(link, "crm")), theirs.get(bench.links.id_of(link, "books"))
        if other is None or (one is None and link.state != "making") or (one and not is_of(link, one)):
            continue
        if one and (other.merged_into or elders.get(other.id, link.id) != link.id):
            _is_shared(bench, link, one, other)
            continue
        found.append(Pairing(one, other, link))
    return _moved(bench, found)


def read(
    bench: Bench, side: str, links: Sequence[Link], said: Mapping[str, Record] | None = None
) -> Mapping[str, Record]:
    """The records of one side; those of another system were `said` before the transaction began."""
    if not bench.links.is_here(side):
        return said or {}
    ids = [bench.links.id_of(link, side) for link in links]
    return bench.sides[side].get(bench.links.module(side), ids) if ids else {}


def _is_shared(bench: Bench, link: Link, crm: Record, books: Record) -> None:
    """Two of the CRM are one in the books, since they were merged there: the same is proposed for the CRM."""
    if not bench.run.is_dry:
        link.state = "shared"
        bench.links.note_versions(link, crm, books)
        bench.log.propose_merging(link, crm, books)


def _moved(bench: Bench, pairings: list[Pairing]) -> list[Pairing]:
    """People who belong to another company in the CRM now move there in the books."""
    if not bench.lane.parents:
        return pairings
    ids = sorted({pairing.crm.parent for pairing in pairings if pairing.crm and pairing.crm.parent})
    companies = bench.links.parents_of("crm", ids) if ids else {}
    for pairing in pairings:
        wanted = companies.get(pairing.crm.parent, "") if pairing.crm else ""
        is_elsewhere = pairing.books is not None and wanted not in ("", pairing.books.parent)
        pairing.parent = wanted if is_elsewhere else ""
    return pairings
