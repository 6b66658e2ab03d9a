"""What a Bigin offers, which of its records are wanted, and with whom the books can't be joined."""

import pytest
from sqlalchemy import select

from domain import records
from domain.books.customers import Customer
from domain.db import db, everywhere
from domain.modules.saved_views import SavedView, save_view
from domain.organizations.access_tokens import make_token
from domain.organizations.organizations import Organization
from sync.connectors.bigin_joining import connection_in_force
from sync.setting_up import records_choices
from tests import factories
from tests.pages import see, send
from tests.sync.conftest import rows_of
from tests.sync.remote import ADDRESS
from tests.sync.test_bigin import CONNECT, connection, remote, sync, there, work

__all__ = ["connection", "remote", "sync", "there"]


# --- which of theirs, and who may not be joined ---------------------------------------------------------------------


@pytest.fixture
def settings_there(connection):
    """Fixture: `settings_there(key)`: how one module is synced."""
    return lambda key="customers": next(each for each in connection.modules if each.key == key)


def view_there(cast, **args):
    """A view that somebody saved in the other installation."""
    made = save_view(SavedView(module="crm.accounts", member_id=cast.stranger.id), "Ships", True, args)
    db.session.commit()
    return made.id


def test_the_views_of_theirs_are_offered_and_one_that_is_new_after_the_next_sync(
    sync, settings_there, there, cast
):
    def offered() -> dict[str, str]:
        return {each.key: str(each.label) for each in records_choices(settings_there(), cast.admin)}

    with there():
        view = view_there(cast, industry="Ships")
    assert f"there-Accounts-{view}" not in offered()
    sync()
    work()
    label = offered()[f"there-Accounts-{view}"]
    assert "Ships" in label and "Elsewhere Ltd" in label


def test_a_view_of_theirs_narrows_what_comes(sync, settings_there, there, cast):
    with there():
        view = view_there(cast, industry="Ships")
        ship = factories.account(name="Minato", industry="Ships")
        train = factories.account(name="Sagami", industry="Trains")
        db.session.commit()
    settings_there().records = f"there-Accounts-{view}"
    db.session.commit()
    sync()
    assert names(Customer) == ["Minato"]
    with there():
        records.update(ship, {"industry": "Trains", "phone": "1"}, None)
        records.update(train, {"industry": "Ships"}, None)
        db.session.commit()
    sync()
    assert names(Customer) == ["Minato", "Sagami"]
    assert db.session.scalar(select(Customer.phone).where(Customer.display_name == "Minato")) == "1"
    assert not rows_of(sync())


def test_a_view_that_was_deleted_there_brings_over_nobody_and_says_so(sync, settings_there, there):
    with there():
        factories.account(name="Minato")
        db.session.commit()
    settings_there().records = "there-Accounts-999"
    db.session.commit()
    run = sync()
    assert (run.state, names(Customer)) == ("stopped", [])
    assert "is no more" in str(settings_there().connection.trouble)


def refusal(client_of, cast, token):
    """Why somebody is told that they can't connect with this token."""
    send(client_of(cast.admin), CONNECT, {"way": "token", "address": ADDRESS, "token": token})
    work()
    return see(client_of(cast.admin), "/integrations/bigin/connecting").words('//*[@role="alert"]')


def test_who_can_not_be_joined_is_said_in_a_sentence(remote, client_of, cast):
    assert connection_in_force() is None
    own = make_token(cast.admin, "Own", ["crm.read", "crm.write"], None).secret
    db.session.commit()
    assert "your own organization" in refusal(client_of, cast, own)
    assert "does not know us" in refusal(client_of, cast, "nobody-knows-it")
    assert "Please connect again" in refusal(client_of, cast, remote.token("read"))
    cast.stranger.organization.currency = "EUR"
    db.session.commit()
    assert "EUR" in refusal(client_of, cast, remote.token())
    assert connection_in_force() is None


def test_one_organization_is_joined_to_one_book(connection, remote, client_of, cast):
    with everywhere():
        other = Organization(
            name="Third", country="JP", currency="JPY", time_zone="Asia/Tokyo", language="ja"
        )
        db.session.add(other)
        db.session.flush()
        connection.organization_id = other.id
        db.session.flush()
    db.session.commit()
    assert "joined to other books already" in refusal(client_of, cast, remote.token())


@pytest.mark.parametrize(
    ("once", "said"),
    [
        ({"organization": "999"}, "Elsewhere Ltd answers at this address now"),
        ({"currency": "EUR"}, "in JPY now"),
    ],
)
def test_when_somebody_else_answers_nothing_is_synced(sync, connection, there, once, said):
    with there():
        factories.account(name="Minato")
        db.session.commit()
    connection.settings = connection.settings | once
    db.session.commit()
    run = sync()
    assert (run.state, names(Customer)) == ("stopped", [])
    assert said in str(connection.trouble)


def names(model):
    return sorted(each.title for each in db.session.scalars(select(model)))
