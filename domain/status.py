"""The states of a record, the steps between them, and the only writer of `status`.

A record file begins with its table: `STATUS = StatusMachine(states=(...), transitions=(...))`. The table says
what may follow what; what else happens at a step (a number, a mail) is told by the record's verb, in order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from domain.errors import Refused
from domain.words import Words, _

TONES = frozenset({"", "good", "bad", "wait", "live"})


class HasStatus(Protocol):
    """A record that a machine can move: it has a status and writes its own timeline."""

    status: str

    def note_transition(self, actor: Any, transition: "Transition", source: str, target: str) -> None:
        """Write the timeline row: who moved it, by which step, from where to where."""


@dataclass(frozen=True)
class Status:
    """One state as people see it. A derived state (overdue) is computed from others and never stored."""

    key: str
    label: Words
    tone: str = ""
    derived: bool = False


@dataclass(frozen=True)
class Transition:
    """One step, known to people by its label: from any of the sources to the target.

    `unless` gives the reason why this record cannot take the step now, or None. A step that is not `by_hand`
    has no button of its own: another verb takes it (converting an estimate makes it invoiced).
    """

    name: str
    sources: tuple[str, ...]
    target: str
    label: Words
    permission: str = "edit"
    tone: str = ""
    primary: bool = False
    by_hand: bool = True
    asks_why: bool = False
    """Whether people are asked for a reason, which they may leave out."""
    unless: Callable[[Any], Words | None] | None = None

    def obstacle(self, record: HasStatus) -> Words | None:
        """Why the record cannot take this step, apart from its status; None when nothing is in the way."""
        return self.unless(record) if self.unless else None


@dataclass(frozen=True)
class StatusMachine:
    """All states of a record type, the first one being where it begins, and all steps between them."""

    states: tuple[Status, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        _check(self)

    @property
    def initial(self) -> str:
        """The key of the state in which a record begins."""
        return self.states[0].key

    def state(self, key: str) -> Status:
        """The state with its label and tone; KeyError for one that does not exist."""
        return self._by_key[key]

    def label(self, key: str) -> Words:
        """The state in words."""
        return self.state(key).label

    def transition(self, name: str) -> Transition:
        """The step of that name; refused when there is none, as names come from outside."""
        if name not in self._by_name:
            raise Refused(_("There is no such step as “%(name)s”.", name=name))
        return self._by_name[name]

    def available(self, record: HasStatus, may: Callable[[str], bool]) -> list[Transition]:
        """The steps to offer as buttons: possible from here, allowed to this person, nothing in the way."""
        return [
            step
            for step in self.transitions
            if step.by_hand
            and record.status in step.sources
            and may(step.permission)
            and not step.obstacle(record)
        ]

    def move(self, record: HasStatus, name: str, actor: Any) -> Transition:
        """Take a step: set the status and write the timeline, or refuse in words when it is not possible."""
        step = self.transition(name)
        self.allow(record, name)
        source, record.status = record.status, step.target
        record.note_transition(actor, step, source, step.target)
        return step

    def why_not(self, record: HasStatus, name: str) -> Words | None:
        """Why a record can't take this step; None when it can."""
        step = self.transition(name)
        if record.status not in step.sources:
            state = self.label(record.status)
            return _(
                "“%(step)s” is not possible while the status is “%(state)s”.", step=step.label, state=state
            )
        return step.obstacle(record)

    def allow(self, record: HasStatus, name: str) -> None:
        """Refuse in words where the step is not possible; for steps that move no status."""
        if reason := self.why_not(record, name):
            raise Refused(reason)

    @cached_property
    def _by_key(self) -> dict[str, Status]:
        return {state.key: state for state in self.states}

    @cached_property
    def _by_name(self) -> dict[str, Transition]:
        return {step.name: step for step in self.transitions}


def _check(machine: StatusMachine) -> None:
    """A slip of the pen in a table stops the program when it starts, not somebody's click."""
    keys = [state.key for state in machine.states]
    names = [step.name for step in machine.transitions]
    stored = {state.key for state in machine.states if not state.derived}
    used = {key for step in machine.transitions for key in (*step.sources, step.target)}
    tones = {state.tone for state in machine.states} | {step.tone for step in machine.transitions}
    _expect_none(_twice(keys) | _twice(names), "written twice")
    _expect_none(used - stored, "not a state that is stored")
    _expect_none(tones - TONES, "not a tone")


def _twice(words: list[str]) -> set[str]:
    return {word for word in words if words.count(word) > 1}


def _expect_none(words: set[str], fault: str) -> None:
    if words:
        raise ValueError(f"{', '.join(sorted(words))}: {fault}")
