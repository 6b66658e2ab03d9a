"""Founding an organization: its first administrator, and what no bookkeeping can do without."""

from decimal import Decimal

from sqlalchemy import select

from domain.books.currencies import Currency
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.db import db, everywhere, scoped_to
from domain.money import Rounding
from domain.numbering import NumberSeries
from domain.organizations.organizations import Organization
from domain.organizations.sign_ins import hasher
from domain.organizations.users import Member, User

SHORTEST_PASSWORD = 10

SERIES = (("invoice", "INV-", 6), ("payment", "PAY-", 5))
"""Document kind, prefix and width of the series an organization starts with."""

TERMS = (
    ("Due on receipt", "net", 0),
    ("Net 15", "net", 15),
    ("Net 30", "net", 30),
    ("Net 45", "net", 45),
    ("Net 60", "net", 60),
    ("End of the month", "end_of_month", 0),
    ("End of the next month", "end_of_next_month", 0),
)

TERMS_IN_JAPANESE = (
    ("即時", "net", 0),
    ("15日以内", "net", 15),
    ("30日以内", "net", 30),
    ("月末締め当月末払い", "end_of_month", 0),
    ("月末締め翌月末払い", "end_of_next_month", 0),
)

TERMS_IN_FRENCH = (
    ("À réception", "net", 0),
    ("30 jours", "net", 30),
    ("45 jours", "net", 45),
    ("60 jours", "net", 60),
    ("Fin de mois", "end_of_month", 0),
    ("Fin du mois suivant", "end_of_next_month", 0),
)

TAXES = {
    "JPY": (("10%", "10", False), ("8%", "8", True)),
    "EUR": (("TVA 20 %", "20", False), ("TVA 10 %", "10", False), ("TVA 5,5 %", "5.5", True)),
}
"""Taxes to start with: name, percentage, whether it is a reduced rate. Others begin with none."""


def nobody_is_here() -> bool:
    """Whether no organization has been founded yet."""
    with everywhere():
        return db.session.scalar(select(Organization.id).limit(1)) is None


def found(name: str, *, currency: str, language: str, founder: tuple[str, str, str]) -> Organization:
    """A new organization with its administrator (name, mail address, password) and its first lists."""
    organization = Organization(
        name=name, currency=currency, language=language, tax_rounding=_rounding(currency).value
    )
    db.session.add(organization)
    db.session.flush()
    with scoped_to(organization.id):
        join(*founder, language=language, role="admin", profile="administrator")
        furnish(organization)
        db.session.flush()
    return organization


def join(
    name: str, email: str, password: str, *, language: str = "", role: str | None, profile: str
) -> Member:
    """A person in the organization in scope."""
    user = User(name=name, email=email.strip().lower(), password_hash=hasher.hash(password), language=language)
    member = Member(user=user, role_key=role, profile_key=profile)
    db.session.add(member)
    db.session.flush()
    return member


def furnish(organization: Organization) -> None:
    """Series, currency, payment terms and taxes to begin with."""
    terms = {"ja": TERMS_IN_JAPANESE, "fr": TERMS_IN_FRENCH}.get(organization.language, TERMS)
    db.session.add(Currency(code=organization.currency))
    db.session.add_all(
        NumberSeries(document_kind=kind, name="", prefix=prefix, width=width, next_number=1, is_default=True)
        for kind, prefix, width in SERIES
    )
    db.session.add_all(PaymentTerms(name=name, kind=kind, days=days) for name, kind, days in terms)
    db.session.add_all(
        Tax(name=name, percent=Decimal(percent), is_reduced=reduced)
        for name, percent, reduced in TAXES.get(organization.currency, ())
    )


def _rounding(currency: str) -> Rounding:
    # Japan's invoices mostly drop the fraction of a yen of tax; elsewhere half up is the custom.
    return Rounding.DOWN if currency == "JPY" else Rounding.HALF_UP
