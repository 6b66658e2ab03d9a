"""The pages of merging: what would happen first, then what came of it, and back again."""

import pytest
from sqlalchemy import select

from domain import outbox
from domain.books import merging
from domain.books.check import differences
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.merging.merges import Merge
from domain.db import db
from domain.portal import has_portal
from domain.records import delete
from jobs import dispatch
from tests.pages import Page
from tests.world import everything

BULK = "/books/customers/bulk/merge"


@pytest.fixture
def two(factories, cast) -> list[Customer]:
    """Minato and Aoba, each with an issued invoice; Aoba alone has a mail address."""
    made = [factories.customer(cast.admin, display_name=name) for name in ("Minato", "Aoba")]
    made[1].email = "office@aoba.example"
    for each in made:
        factories.invoice(each, issued=True)
    db.session.commit()
    return made


def ids(customers: list[Customer]) -> list[str]:
    """As a form sends them."""
    return [str(each.id) for each in customers]


def filled(answer) -> dict[str, list[str]]:
    """What the form of a preview sends when somebody confirms it."""
    found: dict[str, list[str]] = {"confirm": ["1"]}
    for each in Page(answer).all('//form[@id="form"]//input[@name]'):
        if each.get("type") not in ("radio", "checkbox") or each.get("checked") is not None:
            found.setdefault(each.get("name"), []).append(each.get("value"))
    return found


def confirm(client, customers, **changes):
    """Look at the preview, change something in it, and go ahead."""
    preview = client.post(BULK, data={"ids": ids(customers), "main": str(customers[0].id)})
    assert preview.status_code == 200
    return client.post(BULK, data=filled(preview) | changes)


def test_the_preview_says_what_stays_and_how_much_moves_and_changes_nothing(two, client_of, cast) -> None:
    before = everything()
    answer = client_of(cast.staff).post(BULK, data={"ids": ids(two), "main": str(two[0].id)})
    page = Page(answer)
    assert "office@aoba.example" in answer.text and "Documents" in answer.text
    assert page.all('//input[@name="take_email" and @checked]')[0].get("value") == str(two[1].id)
    assert everything() == before


def test_confirmed_it_is_merged_and_the_page_says_so(two, client_of, cast) -> None:
    client = client_of(cast.staff)
    answer = confirm(client, two)
    assert answer.status_code == 303
    assert "merged into Minato" in client.get(answer.location).text
    db.session.expire_all()
    assert (two[0].email, two[1].is_active) == ("office@aoba.example", False)
    assert "Merged into Minato" in client.get(f"/books/customers/{two[1].id}?itself=1").text
    assert "Undo merge" in client.get(f"/books/customers/{two[0].id}").text


def test_with_another_main_customer_it_is_shown_once_more_before_anything_happens(
    two, client_of, cast
) -> None:
    answer = confirm(client_of(cast.staff), two, main=str(two[1].id))
    assert answer.status_code == 200
    assert "Merge into Aoba" in answer.text
    assert db.session.scalars(select(Merge)).all() == []


def test_what_somebody_changed_since_the_preview_is_looked_at_once_more(two, client_of, cast) -> None:
    client = client_of(cast.staff)
    preview = client.post(BULK, data={"ids": ids(two)})
    two[1].phone = "045-555-0100"
    assert client.post(BULK, data=filled(preview)).status_code == 422
    assert db.session.scalars(select(Merge)).all() == []


def test_a_double_click_merges_once(two, client_of, cast) -> None:
    client = client_of(cast.staff)
    sent = filled(client.post(BULK, data={"ids": ids(two), "main": str(two[0].id)}))
    first = client.post(BULK, data=sent)
    merged = db.session.scalars(select(Merge)).one()
    again = client.post(BULK, data=sent | {"versions": [versions(client, two)]})
    assert first.location == again.location == f"/books/customers/merges/{merged.id}"


def versions(client, customers) -> str:
    """As the page would say them now."""
    return " ".join(f"{each.id}-{each.version}" for each in sorted(customers, key=lambda each: each.id))


def test_undo_says_before_and_after_what_stays(two, client_of, cast, factories) -> None:
    client = client_of(cast.staff)
    merged = confirm(client, two).location
    factories.invoice(two[0], issued=True)
    assert "documents 1" in client.get(f"{merged}/undo").text
    assert client.post(f"{merged}/undo").status_code == 303
    assert "separated from Minato again" in client.get(merged).text
    db.session.expire_all()
    assert two[1].is_active and two[1].receivable_minor == 1000
    assert two[0].receivable_minor == 2000
    assert client.post(f"{merged}/undo").status_code == 422


def test_currencies_itself_and_one_alone_are_refused(two, client_of, cast, factories) -> None:
    factories.exchange_rate("EUR", "160")
    euro = factories.customer(currency="EUR")
    client = client_of(cast.admin)
    answer = client.post(BULK, data={"ids": ids([*two, euro])})
    assert "different currencies" in answer.text and "confirm" not in filled(answer).get("name", [])
    assert client.post(BULK, data={"ids": ids([two[0], two[0]])}).status_code == 422
    assert client.post(BULK, data={"ids": ids(two[:1])}).status_code == 422
    too_many = [str(n) for n in range(1, 30)]
    assert "At most 10" in client.post(BULK, data={"ids": too_many}).text
    record = f"/books/customers/{two[0].id}/merge"
    assert client.get(f"{record}?other_id={two[0].id}").status_code == 422
    assert client.get(f"{record}?other_id={two[1].id}").status_code == 303
    forced = {"ids": ids([two[0], euro]), "main": str(two[0].id), "shown": str(two[0].id), "confirm": "1"}
    forced |= {"versions": versions(client, [two[0], euro]), "form_key": "k"}
    assert client.post(BULK, data=forced).status_code == 422
    assert db.session.scalars(select(Merge)).all() == []


def test_customers_of_others_are_not_there(two, client_of, cast, factories) -> None:
    two[0].owner_id = cast.assigned.id
    db.session.commit()
    for who in (cast.assigned, cast.stranger):
        client = client_of(who)
        assert client.post(BULK, data={"ids": ids(two)}).status_code == 404
        assert client.get("/books/customers/merge", query_string={"ids": ids(two)}).status_code == 404
    assert client_of(cast.sales).post(BULK, data={"ids": ids(two)}).status_code == 403
    merged = confirm(client_of(cast.admin), two).location
    for address in (merged, f"{merged}/undo"):
        assert client_of(cast.assigned).get(address).status_code == 404
    two[1].owner_id = cast.assigned.id
    assert client_of(cast.assigned).get(merged).status_code == 200


def test_many_documents_are_moved_by_a_worker_all_or_nothing(two, client_of, cast, monkeypatch) -> None:
    monkeypatch.setattr(merging, "IN_REQUEST", 0)
    client = client_of(cast.staff)
    merged = confirm(client, two).location
    assert "Under way" in client.get(merged).text
    papers = sorted(map(repr, db.session.execute(select(Invoice.id, Invoice.party_id))))
    [row] = [each for each in outbox.due() if each.queue == "slow"]
    kill_at(monkeypatch)
    dispatch.perform(row.id)
    assert sorted(map(repr, db.session.execute(select(Invoice.id, Invoice.party_id)))) == papers
    monkeypatch.undo()
    monkeypatch.setattr(merging, "IN_REQUEST", 0)
    again(row.id)
    again(row.id)
    assert "merged into Minato" in client.get(merged).text
    client.post(f"{merged}/undo")
    for each in outbox.due():
        dispatch.perform(each.id)
    assert "separated from Minato" in client.get(merged).text
    assert differences() == []


def kill_at(monkeypatch) -> None:
    """The process dies when all is moved and nothing is written down yet."""

    def die(*_args, **_options):
        raise RuntimeError("killed")

    monkeypatch.setattr(merging, "record_event", die)


def again(row_id: int) -> None:
    """The sweep puts it back, and a worker takes it."""
    db.session.rollback()
    row = db.session.get_one(outbox.OutboxRow, row_id)
    if row.done_at is None:
        row.claimed_at, row.not_before = None, outbox.now()
        db.session.commit()
    dispatch.perform(row_id)
    db.session.expire_all()


def test_a_worker_asks_again_for_the_right(two, client_of, cast, monkeypatch) -> None:
    monkeypatch.setattr(merging, "IN_REQUEST", 0)
    for each in two:
        each.owner_id = cast.assigned.id
    merged = confirm(client_of(cast.assigned), two).location
    two[1].owner_id = cast.staff.id
    db.session.commit()
    for row in outbox.due():
        dispatch.perform(row.id)
    db.session.expire_all()
    assert db.session.scalars(select(Merge)).one().state == "failed"
    assert "Nothing was merged" in client_of(cast.admin).get(merged).text
    assert two[1].is_active


def test_a_page_of_likely_pairs_takes_the_same_statements_however_many_there_are(
    client_of, cast, factories, count_queries
) -> None:
    client = client_of(cast.staff)
    numbers = []
    for _ in range(2):
        for n in range(4):
            factories.customer(phone=f"03-1234-55{n:02}")
        db.session.commit()
        client.get("/books/customers/duplicates")
        with count_queries() as queries:
            answer = client.get("/books/customers/duplicates")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
    assert answer.text.count("Same phone") == 4


def test_a_clone_has_the_templates_and_if_wanted_the_portal_where_the_original_has_none(
    two, client_of, cast, factories
) -> None:
    factories.pdf_template(cast.admin, name="Own")
    two[1].pdf_template_invoice = "Own"
    factories.contact_person(two[1], last_name="Sato", email="sato@aoba.example")
    db.session.commit()
    client, address = client_of(cast.admin), f"/books/customers/{two[1].id}/clone"
    form = Page(client.get(address)).form(enable_portal="1", customer_type="business")
    assert client.post(address, data=form).status_code == 303
    made = db.session.scalars(select(Customer).where(Customer.display_name == "Aoba (2)")).one()
    assert (made.pdf_template_invoice, has_portal(made), has_portal(two[1])) == ("Own", True, False)
    other = f"/books/customers/{made.id}/clone"
    assert not Page(client.get(other)).has('//input[@name="enable_portal"]')
    alone = f"/books/customers/{two[0].id}/clone"
    form = Page(client.get(alone)).form(enable_portal="1")
    answer = client.post(alone, data=form)
    assert answer.status_code == 422 and "no contact person with a mail address" in answer.text
    assert db.session.scalar(select(Customer.id).where(Customer.display_name == "Minato (2)")) is None


def test_two_who_look_alike_are_told_apart_for_good_and_can_be_offered_again(
    client_of, cast, factories
) -> None:
    one, other = (factories.customer(display_name=name, phone="03-1234-5678") for name in ("Minato", "Aoba"))
    db.session.commit()
    client, address = client_of(cast.staff), "/books/customers/duplicates"
    pair = {"one": str(one.id), "other": str(other.id)}
    assert client.post(f"{address}/different", data=pair).status_code == 303
    page = Page(client.get(address))
    assert not page.has("//tbody//tr") and "1 pair told apart" in page.words("//main")
    answer = client.post(f"{address}/perhaps", data=pair, headers={"HX-Request": "true"})
    assert len(Page(answer).all("//tbody//tr")) == 1
    assert client.post(f"{address}/different", data=pair | {"other": "x"}).status_code == 404
    assert client_of(cast.assigned).post(f"{address}/different", data=pair).status_code in (403, 404)
    assert client.post(f"{address}/different", data=pair).status_code == 303
    delete(other, cast.admin)
    assert not Page(client.get(address)).has("//details//li")


def test_the_address_of_one_who_was_merged_leads_to_whom_it_became(two, client_of, cast, factories) -> None:
    third = factories.customer(cast.admin, display_name="Third")
    old = two[1].id
    merging.merge(two[0], [two[1]], {}, cast.admin)
    merging.merge(third, [two[0]], {}, cast.admin)
    db.session.commit()
    client = client_of(cast.staff)
    answer = client.get(f"/books/customers/{old}")
    assert (answer.status_code, answer.location) == (302, f"/books/customers/{third.id}")
    page = Page(client.get(answer.location))
    assert "Aoba was merged into Third" in page.toast()
    assert "Merged into Minato" in client.get(f"/books/customers/{old}?itself=1").text
    two[1].is_active = True
    db.session.commit()
    assert client.get(f"/books/customers/{old}").status_code == 200


def test_whoever_does_not_see_the_main_customer_is_neither_led_there_nor_told_its_name(
    two, client_of, cast
) -> None:
    two[1].owner_id = cast.assigned.id
    merging.merge(two[0], [two[1]], {}, cast.admin)
    db.session.commit()
    answer = client_of(cast.assigned).get(f"/books/customers/{two[1].id}")
    assert answer.status_code == 200
    notice = Page(answer).words('//*[contains(@class, "notice")]')
    assert "that somebody else looks after" in notice and "Minato" not in notice


def test_each_record_can_be_cloned_without_documents_in_another_currency(
    two, client_of, cast, factories
) -> None:
    factories.exchange_rate("EUR", "160")
    factories.contact_person(two[1], last_name="Sato", email="sato@aoba.example")
    factories.contact_person(two[1], last_name="Tanaka", email="tanaka@aoba.example")
    client = client_of(cast.staff)
    address = f"/books/customers/{two[1].id}/clone"
    form = {
        each.get("name"): each.get("value") or ""
        for each in Page(client.get(address)).all('//form[@id="form"]//input[@name]')
        if each.get("type") not in ("checkbox", "radio")
    }
    assert form["display_name"] == "Aoba (2)" and form["email"] == "office@aoba.example"
    wanted = form | {"currency": "EUR", "customer_type": "business", "is_active": "1"}
    assert client.post(address, data=wanted | {"display_name": "Aoba"}).status_code == 422
    made = [client.post(address, data=wanted) for _click in range(2)]
    assert [each.status_code for each in made] == [303, 303] and made[0].location == made[1].location
    clone = db.session.scalars(select(Customer).where(Customer.display_name == "Aoba (2)")).one()
    assert (clone.currency, clone.receivable_minor, clone.has_documents) == ("EUR", 0, False)
    assert [each.email for each in clone.contact_persons] == ["sato@aoba.example", "tanaka@aoba.example"]
