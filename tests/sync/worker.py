"""A worker as a process of its own: does all that is due to be synced, and may be killed at any moment."""

from sqlalchemy import update

from app import create_app
from domain.db import db, everywhere, now
from domain.outbox import OutboxRow
from tests.sync.working import work_off


def main() -> None:
    """What a killed worker had claimed is free again; then all is done."""
    with create_app().app_context(), everywhere():
        waiting = update(OutboxRow).where(OutboxRow.done_at.is_(None))
        db.session.execute(waiting.values(claimed_at=None, not_before=now()))
        db.session.commit()
        work_off()


if __name__ == "__main__":
    main()
