"""What the tables of the demo are made of: companies with their people, and how they buy and pay."""

from dataclasses import dataclass

from domain.addresses import Address

# Who looks after them: the demo's sign-ins by the part before the @.
ADMIN, STAFF, ASSIGNED, SALES = "admin", "staff", "assigned", "sales"

# Terms of payment: kind and days, as in `domain.books.terms_of_payment`.
AT_ONCE = ("net", 0)
NET_15 = ("net", 15)
NET_30 = ("net", 30)
NET_45 = ("net", 45)
NET_60 = ("net", 60)
MONTH_END = ("end_of_month", 0)
NEXT_MONTH_END = ("end_of_next_month", 0)

# How often they buy, in the last fourteen months.
MONTHLY, OFTEN, SOMETIMES, NEW, NEVER = "monthly", "often", "sometimes", "new", "never"


@dataclass(frozen=True)
class Person:
    """Somebody at a company; the first one is who receives the invoices."""

    last: str
    first: str
    mailbox: str
    """The part before the @, or a whole address where the person has one of their own."""
    position: str = ""
    department: str = ""
    salutation: str = ""


@dataclass(frozen=True)
class Company:
    """A company, or a private person, that buys or may buy."""

    name: str
    domain: str
    industry: str
    employees: int
    phone: str
    address: Address
    people: tuple[Person, ...]
    owner: str
    terms: tuple[str, int] = NET_30
    buys: str = "office"
    pace: str = NEVER
    currency: str = "JPY"
    language: str = ""
    """Empty is the organization's own, Japanese."""
    tax: str = "domestic"
    """domestic, france (from the stock in Lyon) or export."""
    prices_include_tax: bool = False
    pays_late: bool = False
    remarks: str = ""
    registration: str = ""
    """Its number as an issuer of qualified invoices; asked of vendors."""

    @property
    def clerk(self) -> str:
        """Who does its paperwork: its owner, or the office where that is somebody without the right to."""
        return STAFF if self.owner == SALES else self.owner

    @property
    def email(self) -> str:
        """The address of the house."""
        return f"info@{self.domain}.example"

    @property
    def website(self) -> str:
        """Where its pages are."""
        return f"https://www.{self.domain}.example"

    def mail_of(self, person: Person) -> str:
        """Where mail reaches somebody there."""
        return person.mailbox if "@" in person.mailbox else f"{person.mailbox}@{self.domain}.example"


def japan(postal_code: str, prefecture: str, city: str, street: str) -> Address:
    """An address in Japan; a second line of the street is the building."""
    return Address("", street, city, prefecture, postal_code, "JP")


def france(street: str, postal_code: str, city: str) -> Address:
    """An address in France."""
    return Address("", street, city, "", postal_code, "FR")


def abroad(street: str, city: str, state: str, postal_code: str, country: str) -> Address:
    """An address anywhere else."""
    return Address("", street, city, state, postal_code, country)
