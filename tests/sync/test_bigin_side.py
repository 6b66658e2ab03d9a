"""The side over the wire: it reads what changed, writes what it is told, and says why where it can't."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, now, scoped_to
from domain.outbox import Failure
from sync import calling
from sync.calling import Said
from sync.connectors.base import Change, Wait
from sync.connectors.bigin import Bigin
from sync.connectors.bigin_api import Access, Api
from sync.connectors.bigin_fields import LOOSE
from tests import factories
from tests.sync.remote import ADDRESS, Remote


@pytest.fixture
def remote(client, cast, monkeypatch):
    """Fixture: the other installation."""
    found = Remote(client, cast.stranger)
    monkeypatch.setattr(calling, "_answer", found.answer)
    return found


@pytest.fixture
def side(remote):
    """Fixture: the side that the engine sees of it."""
    side = Bigin(Api(Access(ADDRESS, access_token=remote.token())), {})
    return Bigin(side.api, {"fields": side.described(), "currency": "EUR"})


@pytest.fixture
def there(cast):
    """Fixture: `with there():` one works in the other installation."""
    return lambda: scoped_to(cast.stranger.organization_id)


def every(side, module, cursor="", limit=2):
    """All records of a pass, and the cursor behind it."""
    found, more = [], True
    while more:
        batch = side.changed(module, cursor, limit)
        found, cursor, more = [*found, *batch.records], batch.cursor, batch.has_more
    return found, cursor


def test_it_reads_everything_once_and_then_what_changed(side, there):
    with there():
        accounts = [
            factories.account(name=f"Company {n}", billing_city="Lyon", billing_country="FR")
            for n in range(5)
        ]
        for n, each in enumerate(accounts):
            old = update(Account).where(Account.id == each.id)
            db.session.execute(old.values(updated_at=now() - timedelta(days=9 - n)))
        db.session.commit()
        ids = [str(each.id) for each in accounts]
    found, cursor = every(side, "Accounts")
    assert [each.id for each in found] == ids
    assert found[0].values["Account_Name"] == found[0].title == "Company 0"
    assert (
        found[0].values["Billing_Address"]["city"] == "Lyon"
        and found[0].values["Billing_Address"]["country"] == "FR"
    )
    with there():
        db.session.get(Account, int(ids[2])).phone = "1"
        db.session.commit()
    changed, cursor = every(side, "Accounts", cursor)
    assert ids[2] in [each.id for each in changed] and len(changed) == 2
    again, _cursor = every(side, "Accounts", cursor)
    assert {each.id: each.version for each in again}.items() <= {
        each.id: each.version for each in changed
    }.items()


def test_what_is_deleted_there_is_told(side, there, remote):
    with there():
        account = factories.account(name="Gone")
        factories.account(name="Stays")
        db.session.commit()
        account_id = str(account.id)
    _found, cursor = every(side, "Accounts")
    headers = {"Authorization": f"Bearer {remote.token()}"}
    assert remote.client.delete(f"/bigin/v2/Accounts/{account_id}", headers=headers).status_code == 200
    changed, _cursor = every(side, "Accounts", cursor)
    assert account_id in [each.id for each in changed if each.is_gone]


def test_contacts_say_whose_they_are_and_only_those_of_nobody_are_found_as_customers(side, there):
    with there():
        account = factories.account()
        factories.contact(last_name="With", account_id=account.id)
        factories.contact(last_name="Without", first_name="One")
        db.session.commit()
        company = str(account.id)
    (person, loose), _cursor = every(side, "Contacts")
    assert every(side, LOOSE)[0] == [person, loose], (
        "whoever gains or loses a company is heard of in both lanes"
    )
    assert side.search(LOOSE, "With") == [loose]
    assert (person.values["Last_Name"], person.parent) == ("With", company)
    assert (loose.values["Full_Name"], loose.parent) == ("Without One", "")


def test_it_writes_and_gives_back_what_became_of_it(side, there):
    address = {"street": "1 rue A", "city": "Paris", "state": "", "postal_code": "75001", "country": "FR"}
    values = {"Account_Name": "New", "Billing_Address": address, "Website": "new.example"}
    [made] = side.push("Accounts", [Change("k1", values)])
    assert made.record.values["Website"] == "https://new.example", "as the other side writes it"
    assert made.record.values["Billing_Address"] == {"attention": "", **address}
    person = Change("k2", {"Last_Name": "Sato", "Email": "sato@example.com"}, parent=made.record.id)
    [contact] = side.push("Contacts", [person])
    assert contact.record.parent == made.record.id
    change = Change("k3", {"Phone": "3"}, id=made.record.id, version=made.record.version)
    [changed] = side.push("Accounts", [change])
    assert changed.record.values["Phone"] == "3" and changed.record.version != made.record.version
    with there():
        assert db.session.get(Account, int(made.record.id)).billing_city == "Paris"


def test_a_push_that_is_repeated_makes_nothing_twice(side, there):
    changes = [Change("k1", {"Account_Name": "One"}), Change("k2", {}, title="Only a title")]
    first = [answer.record.id for answer in side.push("Accounts", changes)]
    again = [answer.record.id for answer in side.push("Accounts", [changes[1], changes[0]])]
    assert first == again[::-1]
    with there():
        assert {each.name for each in db.session.query(Account)} == {"One", "Only a title"}


def test_an_edit_made_meanwhile_is_not_written_over(side, there):
    [made] = side.push("Accounts", [Change("k1", {"Account_Name": "One"})])
    with there():
        db.session.get(Account, int(made.record.id)).name = "Edited there"
        db.session.commit()
    change = Change("k2", {"Account_Name": "Ours"}, id=made.record.id, version=made.record.version)
    assert side.push("Accounts", [change])[0].is_stale
    with there():
        assert db.session.get(Account, int(made.record.id)).name == "Edited there"


def test_a_record_that_is_refused_takes_no_other_with_it(side):
    changes = [
        Change("a", {"Last_Name": "x", "Email": "nobody"}),
        Change("b", {"Last_Name": "Sato"}),
        Change("c", {}, id="999"),
    ]
    wrong, good, gone = side.push("Contacts", changes)
    assert "Email" in str(wrong.reason) and good.record.values["Last_Name"] == "Sato"
    assert gone.reason and gone.record is None


def test_products_carry_their_price_with_its_currency_and_their_type(side, there):
    with there():
        factories.product(name="Work", product_type="service", unit_price=Decimal("12.5"), currency="EUR")
        db.session.commit()
    [product], _cursor = every(side, "Products")
    assert product.values["Unit_Price"] == {"amount": "12.5", "currency": "EUR"}
    assert (product.values["Product_Type"], product.values["Product_Active"]) == ("service", True)
    price = {"amount": "0.1", "currency": "EUR"}
    [answer] = side.push(
        "Products", [Change("k", {"Unit_Price": price}, id=product.id, version=product.version)]
    )
    assert answer.record.values["Unit_Price"] == price


def test_it_finds_by_a_text_and_shows_deals(side, there):
    with there():
        account = factories.account(name="Minato Works")
        factories.deal(name="Big", account_id=account.id)
        factories.deal(name="Of others")
        db.session.commit()
        company = str(account.id)
    assert [each.id for each in side.search("Accounts", "minato")] == [company]
    assert [each["Deal_Name"] for each in side.deals_of(company)] == ["Big"]
    assert side.address_of("Accounts", company) == f"{ADDRESS}/crm/accounts/{company}"


WAIT = {"retry-after": "7"}

WRONG = [
    (Said(429, WAIT, None), "transient"),
    (Said(503, {}, None), "transient"),
    (Said(500, {}, None), "transient"),
    (Said(401, {}, {"code": "INVALID_TOKEN"}), "configuration"),
    (Said(401, {}, {"code": "OAUTH_SCOPE_MISMATCH"}), "configuration"),
    (Said(403, {}, {"code": "NO_PERMISSION"}), "configuration"),
    (Said(404, {}, None), "configuration"),
    (Said(400, {}, {"code": "INVALID_DATA", "message": "no"}), "permanent"),
    (Said(200, {}, {"nonsense": []}), "configuration"),
    (Said(200, {}, {"data": ["nonsense"]}), "configuration"),
    (Said(200, {}, {"data": [], "info": {"more_records": True}}), "permanent"),
]


def test_whatever_goes_wrong_is_told_as_a_failure_of_its_kind(side, remote, subtests):
    for said, kind in WRONG:
        with subtests.test(said=said):
            remote.moods = [said]
            with pytest.raises(Failure) as failed:
                side.changed("Accounts", "")
            assert failed.value.kind == kind and str(failed.value.reason)


def test_it_says_for_how_long_to_wait(side, remote):
    remote.moods = [Said(429, WAIT, None)]
    with pytest.raises(Wait) as failed:
        side.push("Accounts", [Change("k", {"Account_Name": "One"})])
    assert failed.value.seconds == 7
    remote.moods = [Said(429, {"retry-after": "99999999"}, None)]
    with pytest.raises(Wait) as failed:
        side.check()
    assert failed.value.seconds <= 3600


def test_a_page_cut_short_leaves_nothing_out(side, remote, there):
    with there():
        for n in range(5):
            factories.account(name=f"Company {n}")
        db.session.commit()
    first = side.changed("Accounts", "", 2)
    remote.moods = [Failure("transient", "cut")]
    with pytest.raises(Failure):
        side.changed("Accounts", first.cursor, 2)
    rest, _cursor = every(side, "Accounts", first.cursor)
    assert len(first.records) + len(rest) == 5


def test_rows_that_move_while_pages_are_read_are_read(side, there):
    with there():
        for n in range(4):
            factories.account(name=f"Company {n}")
        db.session.commit()
    first = side.changed("Accounts", "", 2)
    with there():
        db.session.get(Account, int(first.records[0].id)).name = "Moved"
        db.session.get(Account, int(first.records[0].id) + 2).name = "Moved, too"
        db.session.commit()
    rest, _cursor = every(side, "Accounts", first.cursor)
    assert {"Moved", "Moved, too", "Company 3"} <= {each.title for each in rest}


def test_what_the_other_side_says_of_itself(side, remote):
    assert side.organization()["company_name"] == "Elsewhere Ltd"
    names = {each.name: each for each in side.fields("Accounts")}
    assert names["Account_Name"].is_required and names["Billing_Address"].kind == "address"
    assert "Billing_Street" not in names and names["Owner"].is_writable is False
    assert "Account_Name" not in {each.name for each in side.fields("Contacts")}
    before = len(remote.calls)
    side.fields("Products")
    assert len(remote.calls) == before, "nothing is asked for"


def test_a_contact_moves_to_another_company(side, there):
    [one, other] = [
        side.push("Accounts", [Change(key, {"Account_Name": key})])[0].record for key in ("One", "Other")
    ]
    [person] = side.push("Contacts", [Change("p", {"Last_Name": "Sato"}, parent=one.id)])
    change = Change("m", {}, id=person.record.id, version=person.record.version, parent=other.id)
    assert side.push("Contacts", [change])[0].record.parent == other.id
    with there():
        assert db.session.get(Contact, int(person.record.id)).account_id == int(other.id)
