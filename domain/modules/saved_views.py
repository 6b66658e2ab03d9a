"""Views that people save: a list's filters, order and columns under a name, theirs alone or for all."""

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db


class SavedView(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A list under a name. It holds an address, never rows: whoever opens it sees what they may see."""

    __tablename__ = "saved_views"
    __table_args__ = (Index(None, "organization_id", "module"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    """Who made it: only they change it."""
    is_shared: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    args: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)


class DefaultView(OrganizationScoped, db.Model):
    """The view with which a person's list opens."""

    __tablename__ = "default_views"
    __table_args__ = (UniqueConstraint("member_id", "module"), Index(None, "view_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    view_id: Mapped[int] = mapped_column(Id, ForeignKey("saved_views.id", ondelete="CASCADE"), nullable=False)
