"""How the demo's companies come in: as an account with its contacts, as a customer, or as both and linked."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from demo.cast import Cast
from demo.companies import ADMIN, NEW, SOMETIMES, STAFF, Company, Person
from demo.goods import VENDORS, Good
from domain.books.adding import add_account
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.parties import Party
from domain.books.price_lists import PriceList
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db
from domain.links import BOOKS, link
from domain.organizations.users import Member
from domain.timeline import record_event


def join(company: Company, cast: Cast) -> Customer:
    """A company known to sales and to the books; whoever buys now and then was added from the CRM."""
    account = meet(company, cast, "customer")
    actor = cast.people[company.clerk]
    if company.pace not in (SOMETIMES, NEW):
        return add_account(account, actor, enter(company, cast))
    customer = add_account(account, actor)
    for column, value in _trade(company, cast).items():
        setattr(customer, column, value)
    return customer


def join_alone(company: Company, cast: Cast) -> Customer:
    """A private person, whose contact has no account and is linked itself."""
    customer = enter(company, cast)
    owner = cast.people[company.owner]
    contact = _contact(company, company.people[0], owner)
    _write([contact], owner)
    link(BOOKS, contact, customer, {"name": customer.display_name, "email": contact.email})
    return customer


def meet(company: Company, cast: Cast, account_type: str) -> Account:
    """The account and its contacts."""
    owner = cast.people[company.owner]
    account = Account(
        name=company.name,
        account_type=account_type,
        industry=company.industry,
        employees=company.employees,
        phone=company.phone,
        website=company.website,
        billing_address=company.address,
        shipping_address=company.address,
        description=company.remarks if account_type == "prospect" else "",
        owner_id=owner.id,
    )
    contacts = [_contact(company, person, owner) for person in company.people]
    for contact in contacts:
        contact.account = account
    _write([account, *contacts], owner)
    return account


def enter(company: Company, cast: Cast, model: type[Party] = Customer) -> Any:
    """The customer or vendor with its contact persons; the first one is primary."""
    is_private = not company.domain
    party = model(
        display_name=company.name,
        company_name="" if is_private else company.name,
        customer_type="individual" if is_private else "business",
        phone=company.phone,
        website="" if is_private else company.website,
        billing_address=company.address,
        shipping_address=company.address,
        owner_id=cast.people[company.owner].id if company.owner else None,
        **_trade(company, cast),
    )
    party.contact_persons = [
        ContactPerson(
            **_names(company, person), designation=person.position, is_primary=person is company.people[0]
        )
        for person in company.people
    ]
    _write([party, *party.contact_persons], cast.people[STAFF])
    return party


def shelve(good: Good, cast: Cast) -> Item:
    """The item, with the tax that it usually bears."""
    item = Item(
        name=good.name,
        sku=good.sku,
        item_type="service" if good.is_service else "goods",
        unit=good.unit,
        rate=Decimal(good.rate),
        purchase_rate=Decimal(good.cost),
        description=good.description,
        tax_id=cast.tax_on(good, good.sold).id,
        stock_on_hand=None if good.is_service else Decimal(good.on_shelf),
        reorder_level=None if good.is_service else Decimal(10),
    )
    _write([item], cast.people[ADMIN])
    return item


def _contact(company: Company, person: Person, owner: Member) -> Contact:
    return Contact(**_names(company, person), job_title=person.position, owner_id=owner.id)


def _write(made: Sequence[Any], actor: Member) -> None:
    """Write new records down together: one by one, each would be checked against all others."""
    db.session.add_all(made)
    db.session.flush()
    for record in made:
        record_event(record, "created", actor)


def _names(company: Company, person: Person) -> dict[str, str]:
    return {
        "salutation": person.salutation,
        "last_name": person.last,
        "first_name": person.first,
        "email": company.mail_of(person),
        "phone": company.phone,
        "department": person.department,
    }


def _trade(company: Company, cast: Cast) -> dict[str, Any]:
    """What only the books know of a company."""
    return {
        "email": company.email if company.domain else company.people[0].mailbox,
        "currency": company.currency,
        "language": company.language,
        "payment_terms_id": cast.terms[company.terms].id,
        **_prices(company),
        "tax_registration": company.registration,
        "notes": company.remarks,
    }


def _prices(company: Company) -> dict[str, Any]:
    """Whoever buys to sell it on pays less; abroad there are lists of our own; some have a limit."""
    if company in VENDORS or not company.domain:
        return {}
    name = "卸売価格（15%引き）" if "卸" in company.industry else f"輸出価格表 {company.currency}"
    price_list = db.session.scalar(select(PriceList.id).where(PriceList.name == name))
    return {"price_list_id": price_list, "credit_limit_minor": LIMITS.get(company.name)}


LIMITS = {"株式会社みなと製作所": 1_000_000, "旅館松風荘": 2_000_000, "Maison Hoshino SARL": 1_500_000}
"""How much may be open, in minor units."""
