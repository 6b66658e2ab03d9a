"""Two installations, joined and parted from either side, as people do it: nothing is registered, nothing copied."""

import pytest
from sqlalchemy import select

from domain.books.customers import Customer
from domain.db import db, everywhere
from domain.organizations.grants import Grant
from domain.outbox import Failure
from domain.sync.connections import SyncConnection
from domain.sync.credentials import SyncCredentials
from domain.sync.runs import SyncRun
from sync.connectors.bigin_joining import connection_in_force
from tests import factories
from tests.pages import Page, compiled_once, see, send
from tests.sync.bigin import CONNECT, remote, synced, there, work
from tests.sync.conftest import work_off
from tests.sync.remote import ADDRESS

__all__ = ["compiled_once", "remote", "there"]


@pytest.fixture
def joined_by_consent(remote, client_of, cast):
    """Fixture: `joined_by_consent()`: connect with the other installation as people do, nothing registered before."""

    def join() -> SyncConnection:
        admin, stranger = client_of(cast.admin), client_of(cast.stranger)
        page = Page(send(admin, CONNECT, {"way": "installation", "address": f"{ADDRESS}/crm/accounts"}, 200))
        target = page.one('//*[@id="go"]//a[contains(@href, "/oauth/v2/auth")]').get("href")
        consent = see(stranger, target.removeprefix(ADDRESS)).form(do="allow")
        back = send(stranger, "/oauth/v2/auth", consent).location
        assert admin.get(back.removeprefix("http://127.0.0.1:8000")).status_code == 303
        work()
        return connection_in_force()

    return join


def test_another_installation_lets_us_in_without_a_program_of_its_own(joined_by_consent, client_of, cast):
    assert joined_by_consent().title == "Elsewhere Ltd"
    assert not db.session.scalar(select(SyncCredentials)).client_secret
    there = see(client_of(cast.stranger), "/integrations/books-elsewhere")
    assert "127.0.0.1:8000" in there.words("//section//h2") and cast.stranger.name in there.words("//dd")
    assert "127.0.0.1:8000" in see(client_of(cast.stranger), "/integrations").words()


def test_the_called_side_begins_the_connection_too(client_of, cast):
    stranger = client_of(cast.stranger)
    form = see(stranger, "/integrations/books-elsewhere").form(address="https://books.example/login")
    page = Page(send(stranger, "/integrations/books-elsewhere", form, 200))
    target = page.one('//*[@id="go"]//a[@rel="noreferrer"]').get("href")
    assert target == f"https://books.example{CONNECT}?address=http%3A%2F%2F127.0.0.1%3A8000"
    form = see(client_of(cast.admin), target.removeprefix("https://books.example")).form()
    assert form.get("address") == "http://127.0.0.1:8000"
    assert Page(send(stranger, "/integrations/books-elsewhere", {"address": "ftp://x y"}, 422)).error(
        "address"
    )


def test_who_ends_it_on_the_called_side_ends_it_on_both_and_connecting_again_makes_no_duplicate(
    joined_by_consent, client_of, cast, there
):
    connection = joined_by_consent()
    connection.modules[0].is_on = True
    with there():
        factories.account(name="Minato")
        db.session.commit()
    synced(connection)
    stranger, admin = client_of(cast.stranger), client_of(cast.admin)
    page = see(stranger, "/integrations/books-elsewhere")
    where = page.one('//a[contains(@href, "/grants/")]').get("href")
    gone = send(stranger, where.partition("?")[0], see(stranger, where).form())
    assert gone.location == "/integrations/books-elsewhere"
    assert synced(connection).state == "stopped"
    page = see(admin, "/integrations/bigin")
    assert "ended on the other side" in page.words('//*[@role="alert"]')
    assert page.has(f'//*[@role="alert"]//a[@href="{CONNECT}"]'), "the next step is at hand"
    assert "ended on the other side" in see(admin, "/").words("//main"), "also where one begins"
    assert see(admin, CONNECT).one('//*[@id="installation_address"]').get("value") == ADDRESS
    assert db.session.scalar(select(Customer)).display_name == "Minato", "everything stays"
    assert joined_by_consent().id == connection.id
    assert synced(connection).state == "done" and not connection.trouble
    assert len(db.session.scalars(select(Customer)).all()) == 1


def test_who_connects_again_gives_the_older_access_back(joined_by_consent, cast):
    joined_by_consent()
    joined_by_consent()
    work()
    with everywhere():
        assert len(db.session.scalars(select(Grant)).all()) == 1
    assert len(db.session.scalars(select(SyncCredentials)).all()) == 1


def test_who_does_not_want_to_wait_for_the_next_attempt_syncs_now(joined_by_consent, remote, client_of, cast):
    connection = joined_by_consent()
    connection.modules[0].is_on = True
    remote.moods = [Failure("transient", "The other system does not answer.")]
    assert synced(connection).state == "running"
    admin = client_of(cast.admin)
    page = see(admin, "/integrations/bigin")
    assert "does not answer. It goes on at" in page.words('//*[@class="notice"]')
    send(admin, "/integrations/bigin/customers/runs", {})
    work_off()
    assert "does not answer" not in see(admin, "/integrations/bigin").words()
    assert [run.state for run in db.session.scalars(select(SyncRun))] == ["done"], "it is the same run"
