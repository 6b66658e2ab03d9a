"""Postal addresses: the same six columns under a prefix, and how an address is written in its country."""

from dataclasses import astuple, dataclass

from babel import Locale
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

_STATE_THEN_CODE = frozenset({"US", "CA", "AU", "IN"})
_CODE_LAST = frozenset({"GB", "IE", "SG"})


@dataclass(frozen=True)
class Address:
    """Where something is sent."""

    attention: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    """ISO 3166, two letters."""

    def __bool__(self) -> bool:
        return any(astuple(self))

    def lines(self, home_country: str) -> list[str]:
        """The address as its country writes it, without the country's name; one that names none is at home."""
        country = self.country or home_country
        lines = self._japanese() if country == "JP" else self._western(country)
        return [line for line in lines if line]

    def written(self, language: str, home_country: str) -> list[str]:
        """The address for an envelope: abroad with the country's name, in the reader's language."""
        lines = self.lines(home_country)
        if not self.country or self.country == home_country:
            return lines
        return [*lines, Locale.parse(language).territories.get(self.country, self.country)]

    def _japanese(self) -> list[str]:
        code = f"〒{self.postal_code}" if self.postal_code else ""
        street = self.street.split("\n")
        return [code, f"{self.state}{self.city}{street[0]}", *street[1:], self.attention]

    def _western(self, country: str) -> list[str]:
        return [self.attention, *self.street.split("\n"), *self._place(country)]

    def _place(self, country: str) -> list[str]:
        if country in _STATE_THEN_CODE:
            return [_joined(", ", self.city, _joined(" ", self.state, self.postal_code))]
        if country in _CODE_LAST:
            return [self.city, self.state, self.postal_code]
        return [_joined(" ", self.postal_code, self.city), self.state]


def _joined(between: str, *parts: str) -> str:
    return between.join(part for part in parts if part)


class BillingAddress:
    """A record with a billing address."""

    billing_attention: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    billing_street: Mapped[str] = mapped_column(Text, nullable=False, default="")
    billing_city: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    billing_state: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    billing_postal_code: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    billing_country: Mapped[str] = mapped_column(String(2), nullable=False, default="")

    @property
    def billing_address(self) -> Address:
        """The billing address as one thing."""
        return Address(
            self.billing_attention,
            self.billing_street,
            self.billing_city,
            self.billing_state,
            self.billing_postal_code,
            self.billing_country,
        )

    @billing_address.setter
    def billing_address(self, address: Address) -> None:
        self.billing_attention = address.attention
        self.billing_street = address.street
        self.billing_city = address.city
        self.billing_state = address.state
        self.billing_postal_code = address.postal_code
        self.billing_country = address.country


class ShippingAddress:
    """A record with a shipping address."""

    shipping_attention: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    shipping_street: Mapped[str] = mapped_column(Text, nullable=False, default="")
    shipping_city: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    shipping_state: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    shipping_postal_code: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    shipping_country: Mapped[str] = mapped_column(String(2), nullable=False, default="")

    @property
    def shipping_address(self) -> Address:
        """The shipping address as one thing."""
        return Address(
            self.shipping_attention,
            self.shipping_street,
            self.shipping_city,
            self.shipping_state,
            self.shipping_postal_code,
            self.shipping_country,
        )

    @shipping_address.setter
    def shipping_address(self, address: Address) -> None:
        self.shipping_attention = address.attention
        self.shipping_street = address.street
        self.shipping_city = address.city
        self.shipping_state = address.state
        self.shipping_postal_code = address.postal_code
        self.shipping_country = address.country


class OtherAddress:
    """A record with a second address for letters."""

    other_attention: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    other_street: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default="")
    other_city: Mapped[str] = mapped_column(String(100), nullable=False, default="", server_default="")
    other_state: Mapped[str] = mapped_column(String(100), nullable=False, default="", server_default="")
    other_postal_code: Mapped[str] = mapped_column(String(20), nullable=False, default="", server_default="")
    other_country: Mapped[str] = mapped_column(String(2), nullable=False, default="", server_default="")

    @property
    def other_address(self) -> Address:
        """The other address as one thing."""
        return Address(
            self.other_attention,
            self.other_street,
            self.other_city,
            self.other_state,
            self.other_postal_code,
            self.other_country,
        )


class MailingAddress:
    """A record with one address for letters."""

    mailing_attention: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    mailing_street: Mapped[str] = mapped_column(Text, nullable=False, default="")
    mailing_city: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    mailing_state: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    mailing_postal_code: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    mailing_country: Mapped[str] = mapped_column(String(2), nullable=False, default="")

    @property
    def mailing_address(self) -> Address:
        """The mailing address as one thing."""
        return Address(
            self.mailing_attention,
            self.mailing_street,
            self.mailing_city,
            self.mailing_state,
            self.mailing_postal_code,
            self.mailing_country,
        )
