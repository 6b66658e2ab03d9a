"""The organization of the large demo: who works there, what it sells, and its short lists, by id."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from demo.companies import Company
from demo.goods import GOODS, VENDORS, Good, price
from domain import records
from domain.books.currencies import Currency, ExchangeRate
from domain.books.items import Item
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.books.vendors import Vendor
from domain.db import db
from domain.numbering import NumberSeries
from domain.organizations import founding
from domain.organizations.organizations import Organization
from domain.organizations.users import Member

PASSWORD = "demo-password"
FOUNDER = ("黒田 仁", "large@example.com", PASSWORD)
COLLEAGUES = (
    ("小野 瞳", "large-staff@example.com", "staff"),
    ("Lucie Arnaud", "large-assigned@example.com", "assigned"),
)
ASSIGNED = 2
"""The place of the colleague who sees assigned customers only."""

YEARS = 3
RATES = {"EUR": Decimal(160), "USD": Decimal(148)}
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A good as it stands on a line: by language its name and unit, by currency its price in minor units."""

    item_id: int
    tax: int
    names: dict[str, str]
    units: dict[str, str]
    prices: dict[str, int]


@dataclass(frozen=True)
class Ground:
    """What the rows of the large demo refer to."""

    organization: Organization
    today: date
    people: tuple[Member, ...]
    terms: tuple[tuple[int, int], ...]
    """Id and days of the terms that count days."""
    taxes: tuple[Tax, ...]
    """Full and reduced."""
    offers: tuple[Offer, ...]
    vendors: tuple[Vendor, ...]


def found() -> Organization:
    """大東通商株式会社 with its administrator."""
    return founding.found("大東通商株式会社", currency="JPY", country="JP", language="ja", founder=FOUNDER)


def lay(organization: Organization) -> Ground:
    """Everything that companies and papers stand on; the organization must be in scope."""
    today = organization.today
    for code, rate in RATES.items():
        records.create(Currency, {"code": code}, None)
        on = today - timedelta(days=366 * YEARS)
        records.create(ExchangeRate, {"currency_code": code, "on_date": on, "rate": rate}, None)
    founder = db.session.scalars(select(Member)).one()
    colleagues = [
        founding.join(name, email, PASSWORD, role=role, profile="standard")
        for name, email, role in COLLEAGUES
    ]
    taxes = tuple(db.session.scalars(select(Tax).order_by(Tax.is_reduced)))
    terms = db.session.scalars(
        select(PaymentTerms).where(PaymentTerms.kind == "net").order_by(PaymentTerms.days)
    )
    db.session.execute(update(NumberSeries).values(width=7))
    return Ground(
        organization,
        today,
        (founder, *colleagues),
        tuple((each.id, each.days) for each in terms),
        taxes,
        tuple(_offer(good, taxes) for good in GOODS),
        tuple(_vendor(company) for company in VENDORS),
    )


def _vendor(company: Company) -> Vendor:
    values = {"display_name": company.name, "currency": company.currency, "language": company.language}
    return records.create(Vendor, values | {"email": company.email}, None)


def _offer(good: Good, taxes: tuple[Tax, ...]) -> Offer:
    item = Item(
        name=good.name,
        sku=good.sku,
        item_type="service" if good.is_service else "goods",
        unit=good.unit,
        rate=Decimal(good.rate),
        purchase_rate=Decimal(good.cost),
        description=good.description,
        tax_id=taxes[good.is_food].id,
    )
    db.session.add(item)
    db.session.flush()
    languages = ("", "fr", "en")
    return Offer(
        item.id,
        int(good.is_food),
        {language: good.called(language) for language in languages},
        {language: good.unit_in(language) for language in languages},
        {"JPY": good.rate, **{code: int(price(good, code) * 100) for code in RATES}},
    )
