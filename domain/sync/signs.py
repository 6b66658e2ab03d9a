"""What records are recognised by that are joined to nobody, each sign in its one form, where an index finds it.

`sync.recognising` writes them, for as many records as a run has to do with; the version says whether they still hold.
"""

from sqlalchemy import Index, Integer, String, UniqueConstraint, delete
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, OrganizationScoped, db

SIGNS: dict[str, int] = {"name": 400, "core": 400, "email": 254, "phone": 20, "tax": 80}
"""Each with how much of it is kept."""


class KeptSigns(OrganizationScoped, db.Model):
    """The signs of one record of ours; empty where it has none."""

    __tablename__ = "sync_signs"
    __table_args__ = (
        UniqueConstraint("organization_id", "module", "record_id"),
        *(Index(f"ix_sync_signs_{sign}", "organization_id", "module", sign) for sign in SIGNS),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    record_id: Mapped[int] = mapped_column(Id, nullable=False)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    """The version that the record had when they were taken from it."""
    name: Mapped[str] = mapped_column(String(SIGNS["name"]), nullable=False)
    core: Mapped[str] = mapped_column(String(SIGNS["core"]), nullable=False)
    email: Mapped[str] = mapped_column(String(SIGNS["email"]), nullable=False)
    phone: Mapped[str] = mapped_column(String(SIGNS["phone"]), nullable=False)
    tax: Mapped[str] = mapped_column(String(SIGNS["tax"]), nullable=False)


def forget_signs(module: str, record_id: int) -> None:
    """The record is no more, and another one may get its number."""
    db.session.execute(
        delete(KeptSigns).where(KeptSigns.module == module, KeptSigns.record_id == record_id),
        execution_options={"synchronize_session": False},
    )
