"""The printer who buys from the demo company and prints for it: one company on both sides of the books."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from demo.clock import in_tokyo
from demo.companies import STAFF, Company
from demo.joining import enter
from demo.trading import Shop, Step
from domain.books.bills import Bill
from domain.books.lines import LineInput
from domain.books.vendors import Vendor

PRINTER = "株式会社さくら印刷"
PRINTED = "秋冬カタログ印刷 A4中綴じ24頁 500部"
PRICE = Decimal(186_000)


def both_sides(shop: Shop, companies: Mapping[str, Company], known_on: Mapping[str, date]) -> Iterator[Step]:
    """The customer becomes a vendor, too, and has sent a bill."""
    on = max(known_on[PRINTER] + timedelta(days=1), shop.today - timedelta(days=12))
    yield in_tokyo(on, 15, 10), partial(_become_a_vendor, companies[PRINTER], shop)
    yield in_tokyo(on, 15, 20), partial(_bill, on, shop)


def _become_a_vendor(company: Company, shop: Shop) -> None:
    shop.vendors[PRINTER] = enter(company, shop.cast, Vendor)
    shop.customers[PRINTER].vendor_id = shop.vendors[PRINTER].id


def _bill(on: date, shop: Shop) -> None:
    line = LineInput(
        description=PRINTED, quantity=Decimal(1), rate=PRICE, tax_id=shop.cast.taxes[Decimal(10)].id
    )
    values = {"party_id": shop.vendors[PRINTER].id, "number": f"SP-{on:%y%m}18", "date": on}
    actor = shop.cast.people[STAFF]
    Bill.create(values, [line], actor).open(actor)
