"""How often a program calls, and from where: kept for what it carries, so that nobody asks too often."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, case, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import UtcDateTime, db, everywhere, now

WINDOW = timedelta(minutes=1)


class Calling:
    """Something with which a program comes: a token, or what somebody allowed it."""

    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    last_used_from: Mapped[str] = mapped_column(String(45), nullable=False, default="")
    calls: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    window_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    used_in_window: Mapped[int] = mapped_column(Integer, nullable=False, default=0)


class Use(NamedTuple):
    """How often something was used within this minute, and when the next minute begins."""

    times: int
    ends_at: datetime


def count_use(model: Any, carrier_id: int, address: str) -> Use:
    """Note that a program calls from there with this."""
    moment = now()
    fresh = or_(model.window_at.is_(None), model.window_at <= moment - WINDOW)
    with everywhere():
        used = db.session.execute(
            update(model)
            .where(model.id == carrier_id)
            .values(
                last_used_at=moment,
                last_used_from=address[:45],
                calls=model.calls + 1,
                window_at=case((fresh, moment), else_=model.window_at),
                used_in_window=case((fresh, 1), else_=model.used_in_window + 1),
            )
            .returning(model.used_in_window, model.window_at),
            execution_options={"synchronize_session": False},
        ).one_or_none()
    return Use(used.used_in_window, used.window_at + WINDOW) if used else Use(0, moment + WINDOW)
