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
from demo import large
from domain.books.invoices import Invoice
from domain.db import db, everywhere, scoped_to, writing
from domain.organizations import founding
from domain.organizations.organizations import Organization
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
    email: str = EMAIL

    def sign_in(self, port: int) -> Browser:
        """A browser with the administrator signed in."""
        return Browser(port).sign_in(self.email, PASSWORD)

    @contextmanager
    def working(self) -> Iterator[Member]:
        """The administrator at work in the organization; what was done is committed at the end."""
        with self.app.app_context(), scoped_to(self.organization_id), writing():
            admin = db.session.scalars(select(Member).order_by(Member.id).limit(1)).one()
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
    with _installed(bench, settings) as (environment, app):
        yield Installation(environment, app, _found(app))


def filled(bench: Bench, invoices: int) -> Installation:
    """One with so many invoices, to a tenth as many customers; rows that want the same share it."""
    return bench.lasting(f"filled with {invoices}", lambda: _filled(bench, invoices))


@contextmanager
def _filled(bench: Bench, invoices: int) -> Iterator[Installation]:
    with _installed(bench, {}) as (environment, app):
        with app.app_context(), writing():
            large.fill(invoices // 10, invoices)
            db.session.commit()
        with app.app_context():
            large.take_stock()
            with everywhere():
                organization_id = db.session.scalars(select(Organization.id)).one()
        yield Installation(environment, app, organization_id, large.EMAIL)


@contextmanager
def _installed(bench: Bench, settings: dict[str, str]) -> Iterator[tuple[dict[str, str], Flask]]:
    data_dir = bench.folder("data")
    with bench.databases.fresh() as url:
        upgrade(url)
        environment = {"DATA_DIR": str(data_dir), "DATABASE_URL": url, **settings}
        app = create_app(Settings.from_environment(environment), WTF_CSRF_ENABLED=False)
        yield environment, app
        with app.app_context():
            db.engine.dispose()


def _found(app: Flask) -> int:
    """The id of a new organization."""
    with app.app_context(), writing():
        founder = ("Aoi Admin", EMAIL, PASSWORD)
        found = founding.found("Aozora Trading", currency="JPY", country="JP", language="en", founder=founder)
        db.session.commit()
        return found.id
