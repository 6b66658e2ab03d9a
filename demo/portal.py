"""森田 健一, who buys for two customers, comes to the portal: customer@example.com."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from demo.cast import mail_of
from demo.clock import in_tokyo
from demo.companies import ADMIN, STAFF
from demo.trading import Shop, Step
from domain import comments, records
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.estimates import Estimate
from domain.db import db, now
from domain.portal.guests import Access, Guest
from domain.portal.notices import tell

CUSTOMERS = ("株式会社みなと製作所", "株式会社さくら印刷")
NAME = "森田 健一"

BANNER = "年末年始（12月29日〜1月4日）は休業いたします。お急ぎのご注文は12月20日までにお願いいたします。"

ASKED = "納品は月曜日の午前中にお願いできますか。"
ANSWERED = "承知いたしました。月曜日の午前中にお届けします。"


def portal(shop: Shop, today: date) -> Iterator[Step]:
    """He comes in, asks something, and is answered."""
    for place, name in enumerate(CUSTOMERS):
        yield in_tokyo(today - timedelta(days=20), 9, place), partial(_let_in, name, shop)
    yield in_tokyo(today - timedelta(days=20), 10), partial(_set_up, shop)
    yield in_tokyo(today - timedelta(days=2), 14, 10), partial(_ask, CUSTOMERS[0], shop)
    yield in_tokyo(today - timedelta(days=2), 16, 30), partial(_answer, CUSTOMERS[0], shop)


def _set_up(shop: Shop) -> None:
    organization = shop.cast.organization
    organization.portal_banner, organization.portal_allows_edits = BANNER, True


def _let_in(name: str, shop: Shop) -> None:
    """As if he had accepted: nobody is mailed, the demo owes nothing to anybody."""
    email = mail_of("customer")
    person = _person(shop.customers[name], shop)
    records.update(person, {"email": email}, shop.cast.people[STAFF])
    admin = shop.cast.people[ADMIN]
    guest = db.session.scalar(select(Guest).where(Guest.email == email))
    guest = guest or Guest(email=email, password_hash=admin.user.password_hash)
    db.session.add(Access(contact_person_id=person.id, guest=guest, email=email, joined_at=now()))
    db.session.flush()


def _person(customer: Customer, shop: Shop) -> ContactPerson:
    """Whom they know already, or a new one."""
    family, given = NAME.split()
    known = (each for each in customer.contact_persons if each.last_name == family)
    values = {"party_id": customer.id, "last_name": family, "first_name": given}
    person: ContactPerson = next(known, None) or records.create(
        ContactPerson, values | {"email": mail_of("customer")}, shop.cast.people[STAFF]
    )
    return person


def _ask(name: str, shop: Shop) -> None:
    if estimate := _latest_estimate(name, shop):
        comments.say_as_customer(estimate, ASKED, NAME)
        tell(estimate, shop.customers[name], "commented", NAME, ASKED)


def _answer(name: str, shop: Shop) -> None:
    if estimate := _latest_estimate(name, shop):
        comments.say(estimate, ANSWERED, shop.cast.people[STAFF], in_portal=True, form_key=None)


def _latest_estimate(name: str, shop: Shop) -> Estimate | None:
    """What he was offered last and has not answered yet."""
    mine = select(Estimate).where(Estimate.party_id == shop.customers[name].id, Estimate.status == "sent")
    return db.session.scalar(mine.order_by(Estimate.date.desc(), Estimate.id.desc()).limit(1))
