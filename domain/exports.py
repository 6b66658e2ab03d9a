"""What somebody takes out: which list, as which kind of file, and, if it is long, how far it is."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, false, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.access import can
from domain.db import Id, Keyed, OrganizationScoped, UtcDateTime, db, now
from domain.errors import NotAllowed
from domain.files import StoredFile
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.listing import Listing
from domain.modules.module import Field, Module
from domain.organizations.users import Member
from domain.outbox import publish
from domain.sentences import Sentence
from domain.words import Words

TOPIC = "export.make"


class Export(OrganizationScoped, Keyed, db.Model):
    """A list that is taken out in the background, and the file that came of it: for its maker only.

    State: waiting, running, done or failed.
    """

    __tablename__ = "exports"
    __table_args__ = (Index(None, "organization_id", "member_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    format: Mapped[str] = mapped_column(String(10), nullable=False)
    encoding: Mapped[str] = mapped_column(String(10), nullable=False, default="utf-8")
    is_exact: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    has_all_fields: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="en")
    args: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False, default=dict)
    """The list as it stands in its address."""
    ids: Mapped[list[int]] = mapped_column(JSON, nullable=False, default=list)
    """Only these of it; all when there are none."""
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="waiting")
    rows_done: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    error: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    is_narrow: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    """Whether its maker was kept to assigned customers when the file was made."""
    file_id: Mapped[int | None] = mapped_column(Id, ForeignKey("files.id"), nullable=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())

    file: Mapped[StoredFile | None] = relationship()

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in ("waiting", "running")

    def is_still_theirs(self, member: Member) -> bool:
        """Whether its maker sees today whose records they saw then."""
        return self.is_narrow or not member.is_assigned_only

    def listing(self) -> Listing:
        """The list, as it is asked for now: its fields may have changed since."""
        return Listing.from_args(module_of(self.module), self.args)

    def fields(self, listing: Listing) -> tuple[Field, ...]:
        """The columns that were asked for."""
        return listing.module.fields if self.has_all_fields else listing.shown


def ask_for(export: Export, actor: Member) -> Export:
    """Have a list made into a file in the background."""
    export.member_id = actor.id
    db.session.add(export)
    db.session.flush()
    publish(TOPIC, f"export-{export.id}", {"export": export.id}, queue="slow", actor_id=actor.id)
    return export


def export_of(member: Member, export_id: int) -> Export | None:
    """An export of this person; those of others are not there."""
    return db.session.scalar(select(Export).where(Export.id == export_id, Export.member_id == member.id))


def exports_of(member: Member) -> list[Export]:
    """The latest ones of a person."""
    query = select(Export).where(Export.member_id == member.id).order_by(Export.id.desc())
    return list(db.session.scalars(query.limit(20)))


def require_export(member: Member, module: Module) -> None:
    """Refuse whoever may not take out this module's records, or not even look at them."""
    if not all(can(member, module.permission(verb)) for verb in ("view", "export")):
        raise NotAllowed()


def module_of(key: str) -> Module:
    """The module with the fields that the organization has today."""
    return customized(ALL[key])
