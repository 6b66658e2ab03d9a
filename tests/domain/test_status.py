"""What a machine lets a record do, on a small table of its own."""

from dataclasses import FrozenInstanceError, dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from domain.errors import Refused
from domain.status import Status, StatusMachine, Transition
from domain.words import _

DRAFT = Status("draft", _("Draft"))
SENT = Status("sent", _("Sent"), tone="live")
VOID = Status("void", _("Void"), tone="bad")
OVERDUE = Status("overdue", _("Overdue"), tone="wait", derived=True)

SEND = Transition("send", ("draft",), "sent", _("Mark as Sent"), "email", primary=True)
CANCEL = Transition(
    "void",
    ("draft", "sent"),
    "void",
    _("Void"),
    "void",
    tone="bad",
    unless=lambda letter: _("A letter that was answered cannot be voided.") if letter.answered else None,
)
REOPEN = Transition("reopen", ("void",), "draft", _("Back to draft"))
CONVERT = Transition("convert", ("sent",), "void", _("Convert"), by_hand=False)

MACHINE = StatusMachine((DRAFT, SENT, VOID, OVERDUE), (SEND, CANCEL, REOPEN, CONVERT))


@dataclass
class Letter:
    status: str = MACHINE.initial
    answered: bool = False
    timeline: list[tuple[Any, ...]] = field(default_factory=list)

    def note_transition(self, actor: Any, transition: Transition, source: str, target: str) -> None:
        assert self.status == target
        self.timeline.append((actor, transition.name, source, target))


def everything(permission: str) -> bool:
    return True


def names(transitions):
    return [transition.name for transition in transitions]


# Moving


def test_a_record_begins_in_the_first_state():
    assert Letter().status == "draft"


def test_a_move_sets_the_status_and_returns_the_step():
    letter = Letter()
    assert MACHINE.move(letter, "send", "yuki") is SEND
    assert letter.status == "sent"


def test_a_move_writes_who_did_what_from_where_to_where():
    letter = Letter()
    MACHINE.move(letter, "send", "yuki")
    MACHINE.move(letter, "void", "admin")
    assert letter.timeline == [("yuki", "send", "draft", "sent"), ("admin", "void", "sent", "void")]


def test_a_step_can_start_from_several_states():
    for status in ("draft", "sent"):
        letter = Letter(status)
        MACHINE.move(letter, "void", "admin")
        assert letter.status == "void"


def test_a_step_from_the_wrong_state_is_refused_in_words():
    with pytest.raises(Refused) as refusal:
        MACHINE.move(Letter("void"), "send", "yuki")
    assert str(refusal.value.message) == "“Mark as Sent” is not possible while the status is “Void”."


def test_the_refusal_is_translated_with_the_words_in_it():
    french = {"Mark as Sent": "Marquer comme envoyé", "Void": "Annulé"}
    catalog = SimpleNamespace(gettext=lambda text: french.get(text, text))
    with pytest.raises(Refused) as refusal:
        MACHINE.move(Letter("void"), "send", "yuki")
    said = refusal.value.message.translated(catalog)
    assert "Marquer comme envoyé" in said and "Annulé" in said


def test_a_step_cannot_be_taken_twice():
    letter = Letter()
    MACHINE.move(letter, "send", "yuki")
    with pytest.raises(Refused):
        MACHINE.move(letter, "send", "yuki")
    assert len(letter.timeline) == 1


def test_an_unknown_step_is_refused():
    with pytest.raises(Refused, match="“explode”"):
        MACHINE.move(Letter(), "explode", "yuki")
    with pytest.raises(Refused):
        MACHINE.transition("")


def test_a_record_with_an_obstacle_is_refused_with_its_reason():
    with pytest.raises(Refused, match=r"A letter that was answered cannot be voided\."):
        MACHINE.move(Letter("sent", answered=True), "void", "admin")


def test_a_refused_move_changes_and_writes_nothing():
    letter = Letter("sent", answered=True)
    for name in ("send", "void", "reopen", "explode"):
        with pytest.raises(Refused):
            MACHINE.move(letter, name, "yuki")
    assert (letter.status, letter.timeline) == ("sent", [])


@pytest.mark.parametrize("status", ["draft", "sent", "void"])
@pytest.mark.parametrize("step", MACHINE.transitions, ids=lambda step: step.name)
def test_a_step_is_possible_exactly_from_its_sources(status, step):
    letter = Letter(status)
    if status in step.sources:
        MACHINE.move(letter, step.name, "admin")
        assert letter.status == step.target
    else:
        with pytest.raises(Refused):
            MACHINE.move(letter, step.name, "admin")


# What is offered


def test_the_steps_possible_from_here_are_offered_in_the_order_of_the_table():
    assert names(MACHINE.available(Letter("draft"), everything)) == ["send", "void"]
    assert names(MACHINE.available(Letter("void"), everything)) == ["reopen"]


def test_a_step_is_offered_only_to_those_with_its_permission():
    assert names(MACHINE.available(Letter(), {"email"}.__contains__)) == ["send"]
    assert MACHINE.available(Letter(), {"view"}.__contains__) == []


def test_a_step_needs_the_right_to_edit_unless_it_says_otherwise():
    assert REOPEN.permission == "edit"


def test_a_step_with_an_obstacle_is_not_offered():
    assert names(MACHINE.available(Letter("sent", answered=True), everything)) == []


def test_a_step_that_another_verb_takes_is_not_offered_but_can_be_taken():
    letter = Letter("sent")
    assert "convert" not in names(MACHINE.available(letter, everything))
    MACHINE.move(letter, "convert", "admin")
    assert letter.status == "void"


@pytest.mark.parametrize("status", ["draft", "sent", "void"])
@pytest.mark.parametrize("answered", [True, False])
def test_whatever_is_offered_can_be_done(status, answered):
    for step in MACHINE.available(Letter(status, answered), everything):
        MACHINE.move(Letter(status, answered), step.name, "admin")


# The table


def test_a_state_has_a_label_and_a_tone():
    assert str(MACHINE.label("sent")) == "Sent"
    assert MACHINE.state("void").tone == "bad"


def test_a_derived_state_has_a_label_too():
    assert str(MACHINE.label("overdue")) == "Overdue"


@pytest.mark.parametrize(
    ("states", "transitions", "fault"),
    [
        ((DRAFT, DRAFT), (), "draft: written twice"),
        ((DRAFT, SENT), (SEND, SEND), "send: written twice"),
        ((DRAFT,), (SEND,), "sent: not a state that is stored"),
        ((DRAFT, OVERDUE), (Transition("wait", ("draft",), "overdue", _("Wait")),), "overdue: not a state"),
        ((DRAFT, OVERDUE), (Transition("wake", ("overdue",), "draft", _("Wake")),), "overdue: not a state"),
        ((Status("draft", _("Draft"), tone="loud"),), (), "loud: not a tone"),
        ((DRAFT,), (Transition("stay", ("draft",), "draft", _("Stay"), tone="red"),), "red: not a tone"),
    ],
)
def test_a_table_with_a_slip_of_the_pen_is_not_accepted(states, transitions, fault):
    with pytest.raises(ValueError, match=fault):
        StatusMachine(states, transitions)


def test_a_machine_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        MACHINE.states = ()
    with pytest.raises(FrozenInstanceError):
        SEND.target = "void"
