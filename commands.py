"""Commands for whoever runs an installation: `flask --app app …`."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from domain.db import db, everywhere, scoped_to, writing
from domain.organizations.organizations import Organization

database = AppGroup("db", help="The database's tables.")
user = AppGroup("user", help="The people who may sign in.")
search = AppGroup("search", help="The index of what can be searched.")


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(database)
    app.cli.add_command(user)
    app.cli.add_command(search)
    app.cli.add_command(demo)
    app.cli.add_command(check_books)
    app.cli.add_command(outbox_rows)
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables to the newest version."""
    from migrations.upgrade import upgrade as to_head  # noqa: PLC0415  Alembic is needed here only

    to_head(current_app.config["SQLALCHEMY_DATABASE_URI"])


@database.command("revision")
@click.argument("words")
def revision(words: str) -> None:
    """Write a migration for what changed in the models."""
    from alembic import command  # noqa: PLC0415

    from migrations.upgrade import configuration  # noqa: PLC0415

    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    command.revision(configuration(url), message=words, autogenerate=True)


@search.command("rebuild")
def rebuild_search() -> None:
    """Write the index of what can be searched anew."""
    from domain.search_index import rebuild  # noqa: PLC0415

    done = 0
    with writing():
        for so_far in rebuild():
            done = so_far
            db.session.commit()
        db.session.commit()
    click.echo(f"{done} records can be searched.")


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def backup(folder: Path) -> None:
    """Write the database and all files into a new FOLDER, while people work."""
    from backups import BackupError, back_up  # noqa: PLC0415  pages need none of it
    from delivery.files import files  # noqa: PLC0415

    try:
        made = back_up(folder, current_app.config["SQLALCHEMY_DATABASE_URI"], files())
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The database and {made.files} files are in {folder}.")


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is in the database.")
@with_appcontext
def restore(folder: Path, force: bool) -> None:
    """Put the backup in FOLDER in the place of an empty database."""
    from backups import BackupError  # noqa: PLC0415  pages need none of it
    from backups import restore as put_back  # noqa: PLC0415
    from delivery.files import files  # noqa: PLC0415

    db.session.remove()
    db.engine.dispose()
    try:
        made = put_back(folder, current_app.config["SQLALCHEMY_DATABASE_URI"], files(), force)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The backup of {made.made_at[:16].replace('T', ' ')} UTC is back, with {made.files} files.")


@user.command("create")
@click.option("--organization", required=True, help="The organization's name.")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(["admin", "staff", "assigned"]), default="staff")
@click.password_option()
def create_user(organization: str, email: str, name: str, role: str, password: str) -> None:
    """Let a person in."""
    from domain.organizations import founding  # noqa: PLC0415

    with writing(), everywhere():
        found = db.session.scalar(select(Organization).where(Organization.name == organization))
        if found is None:
            raise click.ClickException(f"There is no organization called {organization}.")
        with scoped_to(found.id):
            profile = "administrator" if role == "admin" else "standard"
            founding.join(name, email, password, role=role, profile=profile)
        db.session.commit()
    click.echo(f"{email} may sign in now.")


@click.command("demo")
@click.option("--customers", type=click.IntRange(1), help="Fill a large organization: so many customers.")
@click.option("--invoices", type=click.IntRange(1), help="And so many invoices.")
def demo(customers: int | None, invoices: int | None) -> None:
    """Load the demo company; with numbers, an organization of that size to measure with."""
    if customers or invoices:
        _fill(customers or 1, invoices or 1)
        return
    from demo import load  # noqa: PLC0415  only a first start needs it

    with writing():
        loaded = load()
        db.session.commit()
    click.echo(
        "The demo company is there." if loaded else "There is an organization already; nothing was loaded."
    )


def _fill(customers: int, invoices: int) -> None:
    from demo import large  # noqa: PLC0415  few ever need it

    with writing():
        filled = large.fill(customers, invoices)
        db.session.commit()
    if filled:
        large.take_stock()
    click.echo(
        f"{large.EMAIL} may sign in now, to {customers} customers with {invoices} invoices."
        if filled
        else "The large organization is there already; nothing was added."
    )


@click.command("check-books")
def check_books() -> None:
    """Recompute every kept figure, and say where it differs."""
    from domain.books.check import differences  # noqa: PLC0415

    with everywhere():
        organizations = list(db.session.scalars(select(Organization.id)))
    found = [difference for each in organizations for difference in _differences_in(each, differences)]
    for difference in found:
        click.echo(str(difference))
    if found:
        raise SystemExit(1)
    click.echo("All kept figures are right.")


def _differences_in(organization_id: int, differences):  # type: ignore[no-untyped-def]
    with scoped_to(organization_id):
        return differences()


@click.command("outbox")
def outbox_rows() -> None:
    """What waits to leave the building, and what has stopped."""
    from domain.outbox import OutboxRow  # noqa: PLC0415

    with everywhere():
        rows = db.session.scalars(
            select(OutboxRow)
            .where(OutboxRow.done_at.is_(None) | OutboxRow.failure.is_not(None))
            .order_by(OutboxRow.id)
        )
        for row in rows:
            state = row.failure or ("running" if row.claimed_at else "waiting")
            click.echo(f"{row.id}\t{row.topic}\t{row.key}\t{state}\t{row.attempts}\t{row.error}")
