"""A process of its own that does all syncing that waits, as a job worker would: prints its memory, as JSON."""

import json
import os
from pathlib import Path

from sqlalchemy import select

from app import create_app
from config import Settings
from domain.db import db, everywhere
from domain.outbox import OutboxRow
from jobs import dispatch


def main() -> None:
    """Slice after slice, until none waits."""
    app = create_app(Settings.from_environment(dict(os.environ)))
    with app.app_context():
        while ids := _waiting():
            for each in ids:
                dispatch.perform(each)
    # not getrusage: what it says begins with the size of the process that started us
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps({"memory": int(status["VmHWM"].split()[0]) / 1024}))


def _waiting() -> list[int]:
    with everywhere():
        waiting = select(OutboxRow.id).where(
            OutboxRow.topic.like("sync.%"), OutboxRow.done_at.is_(None), OutboxRow.claimed_at.is_(None)
        )
        ids = list(db.session.scalars(waiting))
    db.session.rollback()
    return ids


if __name__ == "__main__":
    main()
