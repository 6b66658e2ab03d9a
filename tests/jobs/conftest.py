"""Mails to send, a mail server to send them to, a broker in between."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from delivery.clean_html import body_of
from domain import outbox
from domain.db import db
from domain.emails import Email, send_email
from domain.organizations.organizations import current_organization
from jobs import dispatch
from tests.servers import Broker, MailServer, smtp_server, valkey

HANAKO = "hanako@minato.example"
OFFICE = "office@minato.example"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that accepts everything until it is told otherwise."""
    with smtp_server() as server:
        yield server


@pytest.fixture(scope="module")
def running_broker() -> Iterator[Broker]:
    """One broker for a whole module."""
    with valkey() as broker:
        yield broker


@pytest.fixture
def broker(running_broker: Broker) -> Broker:
    """An empty broker that runs."""
    if running_broker.process is None:
        running_broker.start()
    running_broker.flush()
    return running_broker


@pytest.fixture
def choose(app: Flask) -> Callable[..., None]:
    """`choose(smtp_url=...)`: change settings of the application."""

    def choose(**settings: Any) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], **settings)

    return choose


@pytest.fixture
def at_any_hour(cast: Any) -> None:
    """What goes out by itself goes out from midnight on."""
    current_organization().send_hour = 0
    db.session.commit()


@pytest.fixture
def mail(factories: Any, cast: Any) -> Callable[..., Email]:
    """`mail()`: somebody clicked Send; an issued invoice, committed."""
    current_organization().email = "books@aozora.example"
    customer = factories.customer(display_name="Minato", email=OFFICE)
    factories.contact_person(customer, last_name="Tanaka", email=HANAKO)
    invoice = factories.invoice(customer, issued=True)
    db.session.commit()

    def send(actor: Any = None, **changes: Any) -> Email:
        usual = {"to": [HANAKO], "subject": "Invoice", "body": body_of("Hello"), "attach_pdf": False}
        email = send_email(invoice, actor=actor or cast.staff, form_key=None, **(usual | changes))
        db.session.commit()
        return email

    return send


@pytest.fixture
def work(app: Flask, session: Any) -> Callable[[], int]:
    """`work()`: do everything that is due, here and now, as a worker would; gives the number of rows."""

    def work() -> int:
        db.session.commit()
        rows = outbox.due()
        for row in rows:
            dispatch.perform(row.id)
        db.session.expire_all()
        return len(rows)

    return work
