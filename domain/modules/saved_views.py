"""Views that people save: a list's filters, order and columns under a name, theirs alone or for all."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.errors import Missing, NotAllowed
from domain.organizations.users import Member


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


@dataclass(frozen=True)
class Tab:
    """A saved view above a list, and whether this person's list opens with it."""

    view: SavedView
    is_default: bool


def tabs_for(member: Member, module: str) -> list[Tab]:
    """The views of a list that somebody sees: their own and the shared ones; one statement."""
    is_theirs = (DefaultView.view_id == SavedView.id) & (DefaultView.member_id == member.id)
    query = (
        select(SavedView, DefaultView.id)
        .outerjoin(DefaultView, is_theirs)
        .where(SavedView.module == module, _seen_by(member))
        .order_by(SavedView.name, SavedView.id)
    )
    return [Tab(view, default is not None) for view, default in db.session.execute(query)]


def view_for(member: Member, module: str, view_id: int) -> SavedView:
    """One view, if this person sees it."""
    query = select(SavedView).where(SavedView.id == view_id, SavedView.module == module, _seen_by(member))
    view = db.session.scalar(query)
    if view is None:
        raise Missing()
    return view


def own_view(member: Member, module: str, view_id: int) -> SavedView:
    """One view to change: only who made it may."""
    view = view_for(member, module, view_id)
    if view.member_id != member.id:
        raise NotAllowed()
    return view


def save_view(view: SavedView, name: str, is_shared: bool, args: dict[str, str]) -> SavedView:
    """Keep a view under a name; `args` is the list as it stands in an address."""
    view.name, view.is_shared, view.args = name, is_shared, args
    db.session.add(view)
    db.session.flush()
    return view


def open_with(member: Member, view: SavedView, yes: bool) -> None:
    """Let somebody's list open with this view, or not any more."""
    mine = DefaultView.member_id == member.id, DefaultView.module == view.module
    if yes:
        db.session.execute(delete(DefaultView).where(*mine))
        db.session.add(DefaultView(member_id=member.id, module=view.module, view_id=view.id))
    else:
        db.session.execute(delete(DefaultView).where(*mine, DefaultView.view_id == view.id))
    db.session.flush()


def is_default(member: Member, view: SavedView) -> bool:
    """Whether somebody's list opens with this view."""
    mine = select(DefaultView.id).where(DefaultView.member_id == member.id, DefaultView.view_id == view.id)
    return db.session.scalar(mine) is not None


def delete_view(view: SavedView) -> None:
    """Delete a view; lists that opened with it open as usual."""
    db.session.execute(delete(DefaultView).where(DefaultView.view_id == view.id))
    db.session.delete(view)
    db.session.flush()


def _seen_by(member: Member) -> Any:
    return or_(SavedView.member_id == member.id, SavedView.is_shared)
