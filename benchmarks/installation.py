"""An installation to measure: data directory, database with tables, an organization and its administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from app import create_app
from benchmarks.bench import Bench
from benchmarks.browser import Browser
from config import Settings
from domain.books.invoices import Invoice
from domain.db import db, scoped_to, writing
from domain.organizations import founding
from domain.organizations.users import Member
from migrations.upgrade import upgrade
from tests import factories

EMAIL, PASSWORD = "admin@example.com", "demo-password"


@dataclass(frozen=True)
class Installation:
    """Where it lies, and the application in it."""

    environment: dict[str, str]
    """What tells its programs where they are."""
    app: Flask
    organization_id: int

    def sign_in(self, port: int) -> Browser:
        """A browser with the administrator signed in."""
        return Browser(port).sign_in(EMAIL, PASSWORD)

    @contextmanager
    def working(self) -> Iterator[Member]:
        """The administrator at work in the organization; what was done is committed at the end."""
        with self.app.app_context(), scoped_to(self.organization_id), writing():
            admin = db.session.scalars(select(Member)).one()
            organization = (
                admin.organization
            )  # held here as by whoever is signed in: else each question asks for it
            yield admin
            db.session.commit()
            del organization

    def invoices(self, count: int, lines: int = 3, issued: bool = False) -> list[int]:
        """New invoices to customers with a mail address, by id."""
        with self.working() as admin:
            customers = [factories.customer(email=f"customer{n}@example.com") for n in range(min(count, 20))]
            tax = factories.tax(10)
            drawn_up = [factories.line(1000 + n, tax_id=tax.id) for n in range(lines)]
            made: list[Invoice] = [
                factories.invoice(customers[n % len(customers)], drawn_up, admin, issued)
                for n in range(count)
            ]
            return [invoice.id for invoice in made]


@contextmanager
def installation(bench: Bench, **settings: str) -> Iterator[Installation]:
    """A new one on this database, with nothing in its books."""
    data_dir = bench.folder("data")
    with bench.databases.fresh() as url:
        upgrade(url)
        environment = {"DATA_DIR": str(data_dir), "DATABASE_URL": url, **settings}
        app = create_app(Settings.from_environment(environment), WTF_CSRF_ENABLED=False)
        yield Installation(environment, app, _found(app))
        with app.app_context():
            db.engine.dispose()


def _found(app: Flask) -> int:
    """The id of a new organization."""
    with app.app_context(), writing():
        founder = ("Aoi Admin", EMAIL, PASSWORD)
        found = founding.found("Aozora Trading", currency="JPY", country="JP", language="en", founder=founder)
        db.session.commit()
        return found.id
