"""A second installation as a process of its own: its database, its port, and tokens that open it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpcore
from flask import Flask
from sqlalchemy import select

from bin.broker import free_port
from bin.lifeline import die_with
from config import ROOT
from domain.db import db, everywhere, scoped_to
from domain.organizations.access_tokens import make_token
from domain.organizations.users import Member, User
from tests.ground.running import SETTINGS
from tests.servers import wait_until


@dataclass
class Second:
    """The other installation, seen from here; it can be killed and started again at the same address."""

    environment: dict[str, str]
    port: int
    tokens: list[str]
    printed: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """It answers when this comes back."""
        command = ["-m", "gunicorn", "--config", "bin/gunicorn.conf.py", "app:create_app()"]
        with self.printed.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                preexec_fn=partial(die_with, os.getpid()),
            )
        wait_until(lambda: self._answers() or self._is_gone(), 60, every=0.1)
        assert not self._is_gone(), self.printed.read_text()

    def kill(self) -> None:
        """It is gone from one moment to the next."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _is_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _answers(self) -> bool:
        try:
            return httpcore.request("GET", f"{self.address}/healthz").status == 200
        except httpcore.ConnectError:
            return False


@contextmanager
def second(url: str, directory: Path, tokens: list[str]) -> Iterator[Second]:
    """Everything running on the database at that address, in which the cast is."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(directory / "data"),
        "PORT": str(port),
        "WEB_WORKERS": "1",
    }
    found = Second(inherited | settings, port, tokens, directory / "printed.txt")
    found.start()
    try:
        yield found
    finally:
        found.kill()


def tokens_for(app: Flask, how_many: int) -> list[str]:
    """What the stranger makes by hand for whoever wants to read and write."""
    with app.app_context():
        with everywhere():
            owner = db.session.scalars(
                select(Member).join(User).where(User.email.startswith("stranger"))
            ).one()
        with scoped_to(owner.organization_id):
            made = [
                make_token(owner, "Books", ["crm.read", "crm.write"], None).secret for _ in range(how_many)
            ]
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return made
