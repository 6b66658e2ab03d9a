"""What all documents have in common: a party, lines, totals, and what is frozen when they are issued.

All kinds share the tables `documents` and `document_lines`. A kind's statuses and steps live in its own file,
and nothing here asks which kind it is.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    String,
    and_,
    select,
)
from sqlalchemy.orm import Mapped, declared_attr, joinedload, mapped_column, relationship

from domain import records
from domain.books.associated_templates import pdf_template_id
from domain.books.document_columns import INDEXES, REMOTE_DEAL, DocumentHead, DocumentSums
from domain.books.document_numbers import number_of, numbered_again
from domain.books.drafting import COMPUTED, TYPED, check, fill_in, recalculate, typed_again
from domain.books.drawn_lines import DrawnLine, become, lines_from, write_lines
from domain.books.keeping import Standing, books_kept, keep_deleted, keep_new
from domain.books.lines import DocumentLine, LineInput
from domain.books.parties import Party, parties_of
from domain.books.payment_terms import PaymentTerms
from domain.books.pdf_templates import PdfTemplate
from domain.books.progress import TAKEN_BACK, Made, keep_without, let_go, source_kept
from domain.books.taxes import Tax
from domain.conditions import Rules, first_that_holds
from domain.custom_fields import PREFIX, unprinted
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, UtcDateTime, Versioned, db, now
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.locking import lock
from domain.numbering import NumberSeries
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.status import Status, StatusMachine, Transition
from domain.timeline import record_event
from domain.words import Words, _, _n

if TYPE_CHECKING:
    from domain.crm.deals import Deal

DRAFT = "draft"

FREE_AFTER_ISSUE = frozenset(
    {"reference", "notes", "salesperson_id", "deal_id", "expected_payment_on", *REMOTE_DEAL}
)
"""What may still be changed on a document that was issued."""


TOLD = (
    "party_id",
    "date",
    "due_on",
    "expires_on",
    "shipment_on",
    "delivery_on",
    "number",
    "reference",
    "currency",
    "total_minor",
    "salesperson_id",
    "expected_payment_on",
    "notes",
    "terms",
)
"""Of a document that was changed, the timeline keeps these as they were before; lines show in the total."""


class Document(
    Prefilled,
    OrganizationScoped,
    Versioned,
    Timestamped,
    Keyed,
    Searchable,
    DocumentHead,
    DocumentSums,
    Customizable,
    db.Model,
):
    """A paper between the organization and a party; the class says which kind.

    What a kind adds: its module, the class of its parties, its statuses and steps, the statuses in which it is
    open (OPEN), the figure of the party that its balance belongs to (FIGURE; empty where no money is asked
    for), when it takes its number (NUMBERED), and which states its stages really are on a day (RULES).
    """

    MODULE: ClassVar[str]
    PARTY: ClassVar[type[Party]]
    STATUS: ClassVar[StatusMachine]
    STEPS: ClassVar[Mapping[str, Callable[..., None]]]
    OPEN: ClassVar[frozenset[str]]
    FIGURE: ClassVar[str] = ""
    NUMBERED: ClassVar[Literal["creation", "issue", "typed"]] = "creation"
    RULES: ClassVar[Mapping[str, Callable[[Any, datetime.date], Rules]]] = {}
    """By stage, its states in order; a stage that is not here is a state by itself."""
    GROUPS: ClassVar[Mapping[str, str]] = {}
    """What else can be asked for as a state: the stage that it means (`unpaid`)."""
    BECOMES: ClassVar[frozenset[str]] = frozenset()
    """The kinds that can be made from it and use up the quantities of its lines."""
    PAID: ClassVar[bool] = False
    """Whether payments settle it."""
    SEARCHED = ("number", "party_name", "reference")

    __tablename__ = "documents"
    __table_args__ = INDEXES

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False)
    number: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    series_id: Mapped[int | None] = mapped_column(Id, ForeignKey("number_series.id"), nullable=True)
    source_id: Mapped[int | None] = mapped_column(Id, ForeignKey("documents.id"), nullable=True)
    """The document that it was made from."""

    issued_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)
    sent_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)
    viewed_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)
    voided_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)

    party: Mapped[Party] = relationship()
    deal: Mapped["Deal | None"] = relationship()
    series: Mapped[NumberSeries | None] = relationship()
    payment_terms: Mapped[PaymentTerms | None] = relationship()
    salesperson: Mapped[Member | None] = relationship()
    shipping_tax: Mapped[Tax | None] = relationship()
    pdf_template: Mapped[PdfTemplate | None] = relationship()
    lines: Mapped[list[DocumentLine]] = relationship(
        back_populates="document", cascade="all, delete-orphan", order_by=DocumentLine.position
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version, "polymorphic_on": cls.kind}

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"status": self.STATUS.initial, **values})

    # --- making and changing --------------------------------------------------------------------------------

    @classmethod
    def draw_up(cls, values: Mapping[str, Any], typed: Sequence[LineInput]) -> tuple[Self, list[DrawnLine]]:
        """The document that these values would make, added up, and its lines; nothing is saved."""
        document = cls()
        with db.session.no_autoflush:
            fill_in(document, values)
            lines = lines_from(typed)
            recalculate(document, lines)
        return document, lines

    @classmethod
    def create(
        cls,
        values: Mapping[str, Any],
        lines: Sequence[LineInput],
        actor: Member | None,
        form_key: str | None = None,
        source: "Document | None" = None,
    ) -> Self:
        """A new draft, perhaps made from another document; raises Refused at the field that is wrong."""
        document, drawn = cls.draw_up(values, lines)
        check(document, drawn)
        document.form_key = form_key
        document.source_id = source.id if source else None
        if cls.NUMBERED == "creation":
            document.take_its_number()
        db.session.add(document)
        db.session.flush()
        write_lines(document.id, drawn)
        keep_new(document)
        record_event(document, "created", actor)
        return document

    def change(
        self, values: Mapping[str, Any], lines: Sequence[LineInput] | None, actor: Member | None
    ) -> None:
        """Change a draft, or what is still free on an issued document; a refusal leaves it as it was.

        Where nothing is other than before, nothing is written.
        """
        lock(self)
        before = {name: getattr(self, name) for name in TOLD}
        change = self._change_what_is_free if self.is_frozen else self._draw_up_again
        if change(values, lines):
            db.session.flush()
            changes = records.changes_since(before, self)
            record_event(self, "edited", actor, changes=changes, currency=self.currency)

    def delete(self, actor: Member | None) -> None:
        """Delete it, where its kind allows that: what was issued or became others stays."""
        lock(self)
        records.destroy(self, actor)

    def step(self, name: str, actor: Member | None, reason: str = "") -> None:
        """Take the step of that name (mark_as_sent, void, …) with all that belongs to it."""
        step = self.STATUS.transition(name)
        if name not in self.STEPS:
            raise Refused(_("“%(step)s” is done in a form of its own.", step=step.label))
        self.STEPS[name](self, actor, *([reason] if step.asks_why else []))

    def check_kind(self, known_as: int | None) -> None:
        """What else its kind refuses, at the field; `known_as` is the id of the document that is drawn up again."""

    # --- its state ------------------------------------------------------------------------------------------

    def state_on(self, today: datetime.date) -> str:
        """The state on a day, by key."""
        rules = self.RULES.get(self.stage)
        return next(state for holds, state in rules(self, today) if holds) if rules else self.stage

    @property
    def state(self) -> str:
        """The state on the organization's today."""
        return self.state_on(current_organization().today)

    @classmethod
    def in_state(cls, key: str, today: datetime.date | None = None) -> ColumnElement[bool]:
        """The same as a condition that indexes serve."""
        if key in cls.GROUPS:
            return cls.stage == cls.GROUPS[key]
        for stage, rules in cls.RULES.items():
            found = rules(cls, today or current_organization().today)
            if key in {state for _holds, state in found}:
                return and_(cls.stage == stage, first_that_holds(found, key))
        return cls.stage == key

    @classmethod
    def states(cls) -> list[tuple[str, Words]]:
        """All states with their labels, in the order of a document's life."""
        return [(state.key, state.label) for state in cls.STATUS.states]

    @property
    def shown_state(self) -> Status:
        """The state as people see it, in words and colour; money that is overdue says for how long."""
        today = current_organization().today
        state = self.STATUS.state(self.state_on(today))
        if state.key != "overdue" or not self.FIGURE:
            return state
        label = _n("Overdue %(n)s day", "Overdue %(n)s days", n=self.days_overdue(today))
        return Status(state.key, label, state.tone, state.derived)

    def days_overdue(self, today: datetime.date) -> int:
        """For how many days it should have been paid; 0 when nothing is late."""
        return max((today - self.due_on).days, 0) if self.FIGURE and self.open_minor > 0 else 0

    # --- questions ------------------------------------------------------------------------------------------

    @property
    def title(self) -> Words | str:
        """What the record is called: its number, and before it has one, Draft."""
        return self.number or (_("Draft %(id)s", id=self.id) if self.id else _("Draft"))

    @property
    def is_frozen(self) -> bool:
        """Whether it was issued, so that only a few remarks can still be changed."""
        return self.status != DRAFT

    @property
    def is_called_off(self) -> bool:
        """Whether it does not count any more: void or cancelled."""
        return self.status in TAKEN_BACK

    @property
    def standing(self) -> Standing:
        """What it contributes to the figures of its party and its deal."""
        return Standing(self.party_id, self.open_minor, self.deal_id, self.currency)

    @property
    def address_lines(self) -> list[str]:
        """The party's address: as it was when the document was issued, until then as it is."""
        if self.is_frozen:
            return self.party_address.split("\n") if self.party_address else []
        return self.party.address_lines(current_organization()) if self.party else []

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The documents of the customers that somebody looks after, and of all vendors."""
        return cls.party_id.in_(parties_of(member, getattr(cls, "PARTY", Party)))

    def can_be_deleted(self) -> None:
        """Refuse to delete what was issued."""
        if self.is_frozen or (self.number and self.NUMBERED == "issue"):
            raise Refused(_("%(number)s was issued. You can void it instead.", number=self.title))

    def before_delete(self) -> None:
        """What it was made from has its quantities back; its party and its deal have one document less."""
        keep_without(self)
        let_go(self)
        keep_deleted(self)

    def has_become(self, made: Made) -> None:
        """Keep how far it has come, where its kind can become others; called when that may be other than before."""

    def note_transition(self, actor: Member | None, step: Transition, source: str, target: str) -> None:
        """Write a change of status into the timeline."""
        why = {"reason": self.status_reason} if step.asks_why and self.status_reason else {}
        record_event(self, step.name, actor, source, target, **why)

    # --- what the kinds' steps are made of ------------------------------------------------------------------

    def move(self, name: str, actor: Member | None, reason: str = "", **values: Any) -> None:
        """Take a plain step: leaving draft freezes, coming back to it thaws, and the figures follow.

        `values` are set along with it.
        """
        lock(self, joinedload(Document.party, innerjoin=True))
        with books_kept(self), self._source_following(name), db.session.no_autoflush:
            was_frozen = self.is_frozen
            self.status_reason = reason
            self.STATUS.move(self, name, actor)
            self._write(values)
            if self.is_frozen and not was_frozen:
                self.take_its_number()
                self.freeze()
            elif was_frozen and not self.is_frozen:
                self.thaw()

    def _source_following(self, name: str) -> AbstractContextManager[None]:
        # what it was made from cares only whether its quantities are used
        is_taken_back = self.STATUS.transition(name).target in TAKEN_BACK
        return nullcontext() if is_taken_back is self.is_called_off else source_kept(self)

    def take_its_number(self) -> None:
        """The next number of the series, unless it has one from before; a typed one is nobody's to give."""
        if not self.number and self.NUMBERED != "typed":
            self.number = number_of(self)

    def freeze(self) -> None:
        """Keep the party's name and address as they are today, and the template. What lines say are copies already."""
        self.party_name = self.party.display_name
        self.party_address = "\n".join(self.party.address_lines(current_organization()))
        self.pdf_template_id = self.pdf_template_id or pdf_template_id(self.party_id, self.kind)
        self.issued_at = now()

    def thaw(self) -> None:
        """Follow the party's name and address again, and forget what became of it."""
        self.party_name = self.party.display_name
        self.party_address = ""
        self.pdf_template_id = None
        self.balance_minor = self.due_minor
        self.issued_at = self.sent_at = self.viewed_at = self.voided_at = None

    def _change_what_is_free(self, values: Mapping[str, Any], lines: Sequence[LineInput] | None) -> bool:
        changes = {name: value for name, value in values.items() if value != getattr(self, name)}
        if lines is not None or changes.keys() - FREE_AFTER_ISSUE - unprinted(self.MODULE):
            raise Refused(
                _(
                    "%(number)s was issued: only its reference, notes, salesperson, deal and expected "
                    "payment date can be changed.",
                    number=self.title,
                )
            )
        with books_kept(self):
            return self._write(changes)

    def _draw_up_again(self, values: Mapping[str, Any], lines: Sequence[LineInput] | None) -> bool:
        typed = self.typed_lines if lines is None else lines
        draft, drawn = self.draw_up(typed_again(self, values), typed)
        check(draft, drawn, self.id)
        own = {name for name in values if name.startswith(PREFIX)}
        found = {name: getattr(draft, name) for name in TYPED | COMPUTED | own} | numbered_again(self, draft)
        changes = {name: value for name, value in found.items() if value != getattr(self, name)}
        # in one piece: a flush in between would be a version of its own
        with books_kept(self), source_kept(self), db.session.no_autoflush:
            return self._write(changes, become(self.lines, drawn))

    def _write(self, changes: Mapping[str, Any], has_other_lines: bool = False) -> bool:
        """Whether there was anything to write."""
        for name, value in changes.items():
            setattr(self, name, value)
        if changes or has_other_lines:
            self.updated_at = now()
        return bool(changes or has_other_lines)

    @property
    def typed_lines(self) -> list[LineInput]:
        """The lines as they were typed, for the form and for copies."""
        return [line.as_typed for line in self.lines]


def drafts_of(party_id: int) -> Sequence[Document]:
    """The documents of a party that were not issued yet."""
    query = select(Document).where(Document.party_id == party_id, Document.status == DRAFT)
    return db.session.scalars(query).all()
