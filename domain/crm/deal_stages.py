"""The stages of the pipeline: an organization's own short list, in the order in which a deal goes through them."""

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import Boolean, Index, Integer, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Scaled, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, is_used
from domain.words import Words, _, _p

OPEN, WON, LOST = "open", "won", "lost"

TONES = {OPEN: "live", WON: "good", LOST: "bad"}

CERTAIN = {WON: Decimal(100), LOST: Decimal(0)}
"""How likely a deal is that has ended."""

USUAL: tuple[tuple[Words, int, str], ...] = (
    (_("Qualification"), 10, OPEN),
    (_("Needs analysis"), 20, OPEN),
    (_("Value proposition"), 40, OPEN),
    (_("Identify decision makers"), 60, OPEN),
    (_("Proposal or price quote"), 75, OPEN),
    (_("Negotiation or review"), 90, OPEN),
    (_p("stage", "Closed won"), 100, WON),
    (_p("stage", "Closed lost"), 0, LOST),
    (_p("stage", "Closed lost to competition"), 0, LOST),
)
"""What a new organization begins with: name, probability, whether a deal is still open there."""


class DealStage(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Customizable, db.Model):
    """How far a deal has come, and how likely that makes it."""

    MODULE = "settings.deal-stages"

    __tablename__ = "deal_stages"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        Index(None, "organization_id", "position", "id"),
        Index(None, "organization_id", "probability", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    kind: Mapped[str] = mapped_column(String(10), nullable=False, default=OPEN)
    probability: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    @property
    def tone(self) -> str:
        """The colour in which it is shown: open, won or lost."""
        return TONES[self.kind]

    def check(self) -> None:
        """Refuse a second stage of that name, and to be left without one where deals can begin."""
        if has_twin(self, DealStage.name):
            raise Refused(name=_("There is already a stage called %(name)s.", name=self.name))
        self.probability = CERTAIN.get(self.kind, self.probability)
        if not (self.kind == OPEN and self.is_active) and self._is_last_open():
            raise Refused(is_active=_("Deals need a stage to begin with: this is the last open one."))

    def can_be_deleted(self) -> None:
        """Refuse to delete a stage with deals in it, and the last open one."""
        if is_used(self):
            raise Refused(
                _("There are deals in %(name)s. You can mark it as inactive instead.", name=self.name)
            )
        if self._is_last_open():
            raise Refused(_("Deals need a stage to begin with: this is the last open one."))

    def _is_last_open(self) -> bool:
        """Whether no other stage is open; a first stage of any kind may be made."""
        others = select(DealStage.id).where(
            DealStage.kind == OPEN, DealStage.is_active, DealStage.id != (self.id or 0)
        )
        return self.id is not None and db.session.scalar(others.limit(1)) is None


def stages() -> list[DealStage]:
    """All of them, in their order."""
    return list(db.session.scalars(select(DealStage).order_by(DealStage.position, DealStage.id)))


def first_stage_id() -> int | None:
    """Where a new deal begins."""
    is_open = (DealStage.kind == OPEN) & DealStage.is_active
    query = select(DealStage.id).where(is_open).order_by(DealStage.position, DealStage.id)
    return db.session.scalar(query.limit(1))


def next_position() -> int:
    """The place behind the last stage."""
    return (db.session.scalar(select(func.max(DealStage.position))) or 0) + 1


def set_up_stages(say: Callable[[Words], str] = str) -> None:
    """The usual stages for a new organization, which must be in scope; `say` chooses the language."""
    for position, (name, probability, kind) in enumerate(USUAL, 1):
        db.session.add(
            DealStage(name=say(name), probability=Decimal(probability), kind=kind, position=position)
        )
    db.session.flush()
