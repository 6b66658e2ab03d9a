"""Some pairs of records brought into step: decided, written, and written down.

What is in this database is written in the caller's transaction. What goes over the wire comes back as `outgoing`: it
is sent outside of any transaction, and settled in the next one.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from domain.books.currencies import rate_on
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.sync.connections import SyncModule
from domain.sync.runs import SyncRun
from sync.connectors.base import Answer, Change, Record, Side
from sync.decide import Decision, Policy, Unsaid, agreed, decide
from sync.lanes import FieldPair, Lane
from sync.linking import Links
from sync.mapping import Across, pairs_of
from sync.pairing import Pairing
from sync.referred import Referred, look_again
from sync.written import Log

CLOCKS_DIFFER = 600
"""Seconds by which another system's clock may be wrong: within them nobody knows which edit is the newer one."""


class Bench:
    """A lane of a run with everything at hand to bring records into step."""

    def __init__(
        self, run: SyncRun, settings: SyncModule, lane: Lane, crm: Side, books: Side, links: Links
    ) -> None:
        self.run = run
        self.settings = settings
        self.lane = lane
        self.sides: dict[str, Side] = {"crm": crm, "books": books}
        self.links = links
        self.log = Log(run, lane, links.system)
        self.pairs = pairs_of(settings, lane)
        fields = crm.fields(lane.crm), books.fields(lane.books)
        self.referred = Referred(links.system)
        ours = current_organization().currency
        self.across = Across.between(*fields, rate=_rate, currency=ours, counterpart=self.referred)
        known = self.across.crm, self.across.books
        # a field that was retired or that another version does not have any more is simply not synced
        self.pairs = tuple(pair for pair in self.pairs if pair.crm in known[0] and pair.books in known[1])

    @property
    def fetches_only(self) -> bool:
        """Whether nothing is ever written on the CRM side."""
        return self.settings.direction == "fetch"

    # --- deciding and writing ----------------------------------------------------------------------------------

    def bring_into_step(self, pairings: Sequence[Pairing]) -> list[Pairing]:
        """Decide on each, write what is ours to write; gives those for whom the other system must be asked."""
        self.log.count("seen", len(pairings))
        self.referred.read([pair for pair in self.pairs if self.across.refers(pair)], pairings)
        self._lasting = [pair for pair in self.pairs if not self.across.is_once(pair)]
        ready = [pairing for pairing in pairings if self._decide(pairing)]
        if self.run.is_dry:
            for pairing in ready:
                self._say_what_would_be(pairing)
            return []
        for side in ("books", "crm"):
            if self.sides[side].is_local:
                changing = [pairing for pairing in ready if pairing.changes_on(side)]
                self.take_answers(changing, side, self._push(changing, side))
        outgoing = [p for p in ready if self._must_go_out(p)]
        going = {id(pairing) for pairing in outgoing}
        self.settle([pairing for pairing in ready if id(pairing) not in going])
        for pairing in outgoing:
            self._announce(pairing)
            self._note_what_came(pairing)
        return outgoing

    def send(self, outgoing: Sequence[Pairing]) -> list[Answer]:
        """Ask the other system, outside of any transaction."""
        return self._push(outgoing, "crm")

    def take_answers(self, pairings: Sequence[Pairing], side: str, answers: Sequence[Answer]) -> None:
        """What that side says to what it was asked."""
        for pairing, answer in zip(pairings, answers, strict=True):
            pairing.take(side, answer)

    def settle(self, pairings: Sequence[Pairing]) -> None:
        """Write down what became of them: links, rows, questions."""
        crm_ids = [pairing.crm.id for pairing in pairings if pairing.crm]
        conflicts = self.log.open_conflicts(crm_ids) if crm_ids else {}
        well = [pairing for pairing in pairings if pairing.crm and pairing.books and not pairing.reason]
        if well and self.run.cause != "change":
            self.log.settle_failures([p.crm.id for p in well if p.crm], [p.books.id for p in well if p.books])
        look_again(self.lane, [pairing for pairing in well if pairing.link is None])
        joined: list[dict[str, Any]] = []
        for pairing in pairings:
            if pairing.is_stale:
                self._note_what_came(pairing)  # somebody is at it: the next run decides on the rest
            elif pairing.reason:
                self._fail(pairing)
            elif pairing.crm and pairing.books:
                joined += self._settle(pairing, pairing.crm, pairing.books, conflicts.get(pairing.crm.id))
        self.links.add(joined)

    # --- one pair ---------------------------------------------------------------------------------------------

    def _decide(self, pairing: Pairing) -> bool:
        """Whether it is known what is to be done; if not, the reason is written down."""
        try:
            pairing.decision = self._decision(pairing)
        except Refused as refusal:
            pairing.reason = refusal.message
            self._fail(pairing)
            return False
        return True

    def _decision(self, pairing: Pairing) -> Decision:
        crm, books = pairing.crm, pairing.books
        if crm and books:
            base = pairing.link.snapshot if pairing.link else {}
            policy = Policy(self._newest(crm, books), self.fetches_only, "" if base else pairing.first)
            return decide(crm.values, books.values, base, self._lasting, self.across, policy)
        decision = Decision()
        if crm:
            self._say_all(crm.values, "books", decision.to_books, decision.kept)
        elif books:
            self._say_all(books.values, "crm", decision.to_crm, decision.kept)
        return decision

    def _say_all(
        self, values: Mapping[str, Any], to: str, found: dict[str, Any], kept: list[FieldPair]
    ) -> None:
        """Every value of a record for which another one is made; what can't be said there is kept for later."""
        for pair in self.pairs:
            source, target = (pair.crm, pair.books) if to == "books" else (pair.books, pair.crm)
            if pair.way not in ("both", to) or source not in values:
                continue
            try:
                found[target] = self.across(pair, values[source], to)
            except Unsaid:
                kept.append(pair)

    def _newest(self, crm: Record, books: Record) -> Literal["crm", "books", ""]:
        if crm.modified_at is None or books.modified_at is None:
            return ""
        apart = (crm.modified_at - books.modified_at).total_seconds()
        doubt = 0 if self.sides["crm"].is_local else CLOCKS_DIFFER
        if abs(apart) < doubt:
            return ""
        return "crm" if apart >= 0 else "books"

    def _must_go_out(self, pairing: Pairing) -> bool:
        return not self.sides["crm"].is_local and pairing.changes_on("crm")

    def _push(self, pairings: Sequence[Pairing], side: str) -> list[Answer]:
        changes = [self._change(pairing, side) for pairing in pairings]
        return self.sides[side].push(self.links.module(side), changes) if changes else []

    def _change(self, pairing: Pairing, side: str) -> Change:
        record, other = (pairing.books, pairing.crm) if side == "books" else (pairing.crm, pairing.books)
        values = pairing.decision.to_books if side == "books" else pairing.decision.to_crm
        if record is None:
            values = values | dict(self.lane.new_in_books if side == "books" else {})
        return Change(
            key=self._key(pairing),
            values=values,
            id=record.id if record else "",
            version=record.version if record else "",
            title=other.title if other else "",
            parent=pairing.parent if record is None or side == "books" else "",
        )

    def _key(self, pairing: Pairing) -> str:
        """Of a record that is asked to be made: it stands in the link until its id is known."""
        waiting = pairing.link.remote_id if pairing.link and pairing.link.state == "making" else ""
        return waiting or f"new-{secrets.token_hex(16)}"

    def _announce(self, pairing: Pairing) -> None:
        """Before the other system is asked to make a record, the link says under which key."""
        if pairing.crm is not None or pairing.link is not None or pairing.books is None:
            return
        pairing.link = self.links.promise(pairing.books, self._key(pairing))

    def _note_what_came(self, pairing: Pairing) -> None:
        """What the books took over is agreed, even if the CRM never hears the rest: it is no edit of theirs."""
        crm, books, link = pairing.crm, pairing.books, pairing.link
        if crm and books and link and "books" in pairing.changes:
            pairs = [pair for pair in self.pairs if pair.books in pairing.decision.to_books]
            self.links.note_agreed(
                link, {pair.key: [crm.values[pair.crm], books.values[pair.books]] for pair in pairs}
            )

    # --- writing down -----------------------------------------------------------------------------------------

    def _settle(self, pairing: Pairing, crm: Record, books: Record, conflict: Any) -> list[dict[str, Any]]:
        """What both say now is kept in their link; gives the row of a new one."""
        joined = []
        is_new = pairing.link is None or pairing.link.state == "making"
        base = pairing.link.snapshot if pairing.link else {}
        snapshot = agreed(crm.values, books.values, base, self.pairs, pairing.decision)
        if pairing.link is None:
            joined.append(self.links.joined(crm, books, snapshot))
        else:
            self.links.fulfil(pairing.link, crm)
            self.links.write(pairing.link, crm, books, snapshot)
        self._write_rows(pairing, crm, books, is_new)
        if pairing.decision.asked:
            if self.log.ask_which(conflict, crm, books, pairing.decision.asked, base):
                self.log.row("conflicted", crm, books)
        else:
            self.log.settle_by_itself(conflict)
        return joined

    def _write_rows(self, pairing: Pairing, crm: Record, books: Record, is_new: bool) -> None:
        for side, changes in pairing.changes.items():
            if pairing.made == side:
                self.log.row("created", crm, books, direction=side, changes=changes)
            elif changes:
                self.log.row("updated", crm, books, direction=side, changes=changes)
        if is_new and not pairing.made:
            self.log.row("joined", crm, books)

    def _fail(self, pairing: Pairing) -> None:
        """It is tried again with the next run; until then only another change brings it up."""
        self.log.row("failed", pairing.crm, pairing.books, reason=pairing.reason)
        if pairing.link is not None and not self.run.is_dry:
            pairing.link.state = "making" if pairing.link.state == "making" else "failed"
            self.links.note_versions(pairing.link, pairing.crm, pairing.books)

    def _say_what_would_be(self, pairing: Pairing) -> None:
        """A dry run: the same rows, and nothing else."""
        crm, books, decision = pairing.crm, pairing.books, pairing.decision
        for side, record, values in (("books", books, decision.to_books), ("crm", crm, decision.to_crm)):
            before = record.values if record else {}
            changes = [[name, before.get(name), value] for name, value in values.items()]
            if record is None or changes:
                outcome = "updated" if record else "created"
                self.log.row(outcome, crm, books, direction=side, changes=changes)
        if pairing.link is None and crm and books:
            self.log.row("joined", crm, books)
        if decision.asked:
            self.log.row("conflicted", crm, books)


def _rate(source: str, target: str) -> Any:
    assert target == current_organization().currency
    return rate_on(source, current_organization().today)
