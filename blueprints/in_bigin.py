"""Somebody in Bigin who is to be the customer of a document: looked for by a worker, brought over by a run.

Such a choice is `bigin.companies:4150`: the lane by which they come, and their id there. The form keeps it, with
what was typed meanwhile, until they are here; then they are chosen like anybody else.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from blueprints.forms import Form
from blueprints.loading import actor, load, may
from blueprints.references import find, find_all
from domain.books.adding import WAYS, Way
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Field
from domain.outbox import OutboxRow
from domain.sync.connections import SyncConnection
from domain.sync.questions import Question
from domain.sync.runs import SyncRun
from domain.words import Words, _
from sync import asking
from sync.answers import answer
from sync.connectors.bigin_joining import connection_in_force

BIGIN = "bigin"

ASKED, NAMED = "bigin_asked", "bigin_name"
"""Hidden fields: what was looked for, and under which name somebody was chosen."""


class Choice(NamedTuple):
    """Somebody in Bigin."""

    lane: str
    remote_id: str

    @property
    def key(self) -> str:
        """What a form keeps of them."""
        return f"{BIGIN}.{self.lane}:{self.remote_id}"


@dataclass(frozen=True)
class Tab:
    """What the tab In Bigin shows: what a search has found, or how it stands with whom was chosen."""

    connection: SyncConnection
    form: Form
    field: Field

    @property
    def title(self) -> str:
        """What the other side calls itself."""
        return self.connection.title or "Bigin"

    @property
    def choice(self) -> Choice | None:
        """Who is to be brought over, as long as nobody typed over their name."""
        return chosen_there(self.form.text("party_id"), self.form.text("party"), self.form.text(NAMED))

    @cached_property
    def row(self) -> OutboxRow | None:
        """What was looked for, with what came of it so far."""
        return asking.asked(actor(), "customers", as_id(self.form.text(ASKED)) or 0)

    @property
    def found(self) -> list[dict[str, str]]:
        """Whom the search has found."""
        return (self.row.result or {}).get("found", []) if self.row else []

    @cached_property
    def known(self) -> dict[tuple[str, str], int]:
        """The customers that they are here already, by lane and id there."""
        return asking.customers_linked_to(
            self.connection, [(each["lane"], each["id"]) for each in self.found]
        )

    @cached_property
    def is_here(self) -> bool:
        """Whether whom was chosen is here by now."""
        choice = self.choice
        return choice is not None and bool(asking.customers_linked_to(self.connection, [choice]))

    @cached_property
    def run(self) -> SyncRun | None:
        """The run that brings them over."""
        return asking.latest_run_for(self.connection, *self.choice) if self.choice else None

    @property
    def waits(self) -> bool:
        """Whether there will be more to show in a moment."""
        if self.choice:
            is_going = self.run is not None and self.run.is_working
            return is_going and not self.is_here and self.question is None
        return self.row is not None and not self.row.done_at

    @cached_property
    def question(self) -> Question | None:
        """What is to be said first: which of those in the books whom was chosen is."""
        if self.choice is None or self.is_here:
            return None
        return asking.question_about(self.connection, *self.choice)

    @property
    def candidates(self) -> list[Any]:
        """Those in the books who may be meant."""
        ids = self.question.detail.get("candidates", []) if self.question else []
        return list(find_all(self.field, {int(each) for each in ids}).values())

    @property
    def way(self) -> Way:
        """In which words it is asked."""
        of_company = self.choice is not None and self.choice.lane == "companies"
        return WAYS["crm.accounts" if of_company else "crm.contacts"]

    @property
    def why_not(self) -> Words | str:
        """Why whom was chosen is not here although their run is over."""
        return asking.why_not(self.run) if self.run else _("Please search again.")


def joined_for(field: Field) -> SyncConnection | None:
    """The Bigin from which somebody may be brought over to be this party, for whom this person may do so."""
    if field.to != "books.customers" or actor().is_assigned_only or not may("books.customers.create"):
        return None
    return connection_in_force()


def chosen_there(chosen: str, typed: str, name: str) -> Choice | None:
    """Who was chosen in Bigin; nobody once another name was typed over theirs."""
    system, _dot, rest = chosen.partition(".")
    lane, _colon, remote_id = rest.partition(":")
    if (
        system != BIGIN
        or lane not in asking.LANES
        or not remote_id
        or typed.strip() not in ("", name.strip())
    ):
        return None
    return Choice(lane, remote_id[:100])


def arrived(field: Field, choice: Choice, name: str) -> Any:
    """The customer that somebody of Bigin has become; Refused as long as they are on their way."""
    connection = joined_for(field)
    if connection is None:
        raise Missing()
    customer_id = asking.customers_linked_to(connection, [choice]).get(choice)
    if customer_id is None:
        raise Refused(party=_("%(name)s is not here yet. Please try again in a moment.", name=name))
    return find(field, customer_id)


def look_for(draft: Any) -> None:
    """Let a worker look for the name that was typed; whoever was chosen before is not any more."""
    text = " ".join(draft.form.text("party").split())[:100]
    if not text:
        raise Refused(in_bigin=_("Please type a name."))
    row_id = asking.ask(actor(), "customers", text=text)
    draft.form.typed |= {"party_in": BIGIN, "party_id": "", ASKED: str(row_id)}


def bring(draft: Any, choice: Choice) -> None:
    """Bring somebody over whom the search has found, and keep in the form that it is for them."""
    tab = draft.in_bigin
    title = {(each["lane"], each["id"]): each["title"] for each in tab.found}.get(choice, "")
    if not title:
        raise Missing()
    question, said = asking.question_about(tab.connection, *choice), draft.form.text("counterpart")
    if question is None:
        asking.bring(tab.connection, *choice, actor())
    elif said:
        _say_who(tab.connection, question, said)
    draft.form.typed |= {"party_in": BIGIN, "party_id": choice.key, "party": title, NAMED: title}


def _say_who(connection: SyncConnection, question: Question, said: str) -> None:
    """They are one of these, whom this person may change, or somebody new."""
    if said != "new":
        load(ALL["books.customers"], as_id(said) or 0, "edit")
    answer(connection, question, said, actor())
