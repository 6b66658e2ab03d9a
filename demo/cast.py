"""The demo company itself, who works there, and the short lists of its books."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select, update

from delivery.files import files
from demo.companies import ADMIN, AT_ONCE, MONTH_END, NET_15, NET_30, NET_45, NET_60, NEXT_MONTH_END
from demo.goods import Good
from domain import records
from domain.books.currencies import Currency, ExchangeRate
from domain.books.customers import Customer
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.crm.deal_stages import stages
from domain.db import db, scoped_to
from domain.numbering import NumberSeries
from domain.organizations import founding
from domain.organizations.custom_roles import CustomRole
from domain.organizations.organizations import Organization
from domain.organizations.users import Member, User

LOGO = Path(__file__).with_name("logo.svg")
PASSWORD = "demo-password"
FIRST_NUMBER = 151
"""The earlier books ended with the invoice before this one."""

# key: name, finance role, CRM profile
PEOPLE = {
    "admin": ("高橋 誠", "admin", "administrator"),
    "staff": ("中村 さくら", "staff", "standard"),
    "assigned": ("Camille Laurent", "assigned", "standard"),
    "sales": ("Oliver Bennett", None, "crm_only"),
}

COMPANY = {
    "street": "日本橋人形町2-9-6\n人形町青空ビル3階",
    "city": "中央区",
    "state": "東京都",
    "postal_code": "103-0013",
    "phone": "03-5550-0100",
    "email": "info@aozora-shoji.example",
    "website": "https://www.aozora-shoji.example",
    "tax_registration": "T8010099014207",
    "fiscal_year_start": 4,
    "payment_details": (
        "東都中央銀行 人形町支店（店番 214）\n"
        "普通 3021475 アオゾラシヨウジ（カ\n"
        "SWIFT: TCBKJPJT · Account 214-3021475 · Aozora Shoji K.K."
    ),
}

SISTER = {
    "name": "Aozora Europe SAS",
    "street": "27 rue des Archives",
    "city": "Paris",
    "postal_code": "75004",
    "email": "bonjour@aozora-europe.example",
}

SHOPS = {"Épicerie du Marais": "Paris", "Comptoir des Îles": "Nantes", "Maison Kobori": "Lyon"}
"""Whom the second company sells to."""

TERMS = {
    AT_ONCE: "お受け取り時払い",
    NET_15: "15日以内",
    NET_30: "30日以内",
    NET_45: "45日以内",
    NET_60: "60日以内",
    MONTH_END: "当月末払い",
    NEXT_MONTH_END: "月末締め翌月末払い",
}

# those beside Japan's own
TAXES = {"TVA 20 %": Decimal(20), "TVA 5,5 %": Decimal("5.5"), "輸出免税 0%": Decimal(0)}

# on most goods, and on food
TAXED = {
    "domestic": (Decimal(10), Decimal(8)),
    "france": (Decimal(20), Decimal("5.5")),
    "export": (Decimal(0), Decimal(0)),
}

STAGES = (
    "見込み確認",
    "ニーズ分析",
    "価値提案",
    "意思決定者の特定",
    "提案・見積もり",
    "交渉・検討",
    "受注",
    "失注",
    "競合により失注",
)
"""What the stages of deals are called here, in their order."""

# how many days ago: yen for one unit
RATES = {
    "EUR": {450: "163.42", 360: "161.08", 270: "164.75", 180: "168.20", 90: "170.35", 20: "172.60"},
    "USD": {450: "149.15", 360: "151.80", 270: "147.32", 180: "145.60", 90: "148.95", 20: "150.70"},
    "TND": {450: "48.10", 360: "48.65", 270: "47.95", 180: "49.30", 90: "50.15", 20: "50.80"},
}


@dataclass(frozen=True)
class Cast:
    """Who and what the rest of the demo refers to; held here, so that each is read once."""

    organization: Organization
    people: dict[str, Member]
    terms: dict[tuple[str, int], PaymentTerms]
    taxes: dict[Decimal, Tax]

    def tax_on(self, good: Good, tax: str) -> Tax:
        """What a good bears that is sold at home, from the stock in France, or abroad."""
        full, food = TAXED[tax]
        return self.taxes[food if good.is_food else full]


def found() -> Organization:
    """青空商事株式会社 with its administrator, address, bank and logo."""
    organization = founding.found(
        "青空商事株式会社",
        currency="JPY",
        country="JP",
        language="ja",
        founder=(PEOPLE[ADMIN][0], mail_of(ADMIN), PASSWORD),
    )
    for column, value in COMPANY.items():
        setattr(organization, column, value)
    organization.logo_digest = files().save(LOGO.read_bytes())
    return organization


def found_sister(admin: Member) -> Organization:
    """A second company of the same administrator, so that there is something to switch to."""
    sister = founding.found(
        SISTER["name"],
        currency="EUR",
        country="FR",
        language="fr",
        founder=(admin.user.name, admin.user.email, PASSWORD),
    )
    sister.street, sister.city, sister.postal_code = SISTER["street"], SISTER["city"], SISTER["postal_code"]
    sister.email = SISTER["email"]
    with scoped_to(sister.id):
        for name, city in SHOPS.items():
            values = {"display_name": name, "company_name": name, "currency": "EUR", "billing_city": city}
            records.create(Customer, values, None)
        db.session.flush()
    return sister


def make_role() -> None:
    """A role of the company's own, for whoever shall send invoices and delete nothing."""
    verbs = ("view", "create", "edit", "email", "export")
    modules = ("customers", "contact-persons", "invoices")
    permissions = [f"books.{module}.{verb}" for module in modules for verb in verbs]
    values = {"kind": "role", "name": "請求担当", "permissions": [*permissions, "books.items.view"]}
    records.create(CustomRole, values, None)


def gather(organization: Organization, today: date) -> Cast:
    """Everybody who works there, and the short lists; the organization must be in scope."""
    return Cast(organization, _people(), _terms(), _taxes(today))


def mail_of(person: str) -> str:
    """The address with which somebody signs in."""
    return f"{person}@example.com"


def _people() -> dict[str, Member]:
    founder = db.session.scalars(select(Member)).one()
    founder.user.language = ""  # the browser decides
    people = {ADMIN: founder} | {key: _colleague(key, founder) for key in PEOPLE if key != ADMIN}
    db.session.flush()
    return people


def _colleague(key: str, founder: Member) -> Member:
    """Somebody with the founder's password, which takes a while to hash and so is hashed once."""
    name, role, profile = PEOPLE[key]
    user = User(name=name, email=mail_of(key), password_hash=founder.user.password_hash)
    colleague = Member(user=user, role_key=role, profile_key=profile)
    db.session.add(colleague)
    return colleague


def _terms() -> dict[tuple[str, int], PaymentTerms]:
    terms = {(each.kind, each.days): each for each in db.session.scalars(select(PaymentTerms))}
    for key, name in TERMS.items():
        terms[key].name = name
    return terms


def _taxes(today: date) -> dict[Decimal, Tax]:
    """The taxes by percentage; with them the other lists of the settings."""
    for name, percent in TAXES.items():
        records.create(Tax, {"name": name, "percent": percent}, None)
    for code, rates in RATES.items():
        records.create(Currency, {"code": code}, None)
        for days, rate in rates.items():
            on = today - timedelta(days=days)
            records.create(ExchangeRate, {"currency_code": code, "on_date": on, "rate": Decimal(rate)}, None)
    _number_on()
    name_stages()
    return {tax.percent: tax for tax in db.session.scalars(select(Tax))}


def name_stages() -> None:
    """The usual stages of deals, called as people here call them."""
    for stage, name in zip(stages(), STAGES, strict=True):
        stage.name = name
    db.session.flush()


def _number_on() -> None:
    db.session.execute(update(NumberSeries).values(name="標準"))
    invoices = select(NumberSeries).where(NumberSeries.document_kind == "invoice")
    db.session.scalars(invoices).one().next_number = FIRST_NUMBER
