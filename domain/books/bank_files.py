"""Rates of exchange as central banks publish them: the ECB's CSV and XML, and a plain file of date, currency, rate.

The ECB says how many units one euro is worth. What the books need is what one unit is worth in the organization's
own currency, so its rates are crossed. A plain file says just that.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from xml.parsers import expat

from domain.db import PICO
from domain.errors import Refused
from domain.money import EXACT, is_currency
from domain.words import _

LARGEST = 8_000_000
"""Bytes. The ECB's whole history since 1999 is a third of that."""

SIGNIFICANT = Context(prec=8)
"""Central banks give five or six digits; a crossed rate does not know more than they do."""

EURO = "EUR"
_MOST_WORTH = Decimal(9_000_000)


@dataclass(frozen=True)
class Quote:
    """What one unit of a currency was worth in our own on a day."""

    on_date: date
    code: str
    rate: Decimal


PerEuro = tuple[date, str, Decimal]


def read_bank_file(content: bytes, base: str, codes: Collection[str]) -> list[Quote]:
    """The rates in a file, of these currencies in the base currency, by date; raises Refused when there are none."""
    if len(content) > LARGEST:
        raise Refused(_("This file is too large."))
    is_xml = content.lstrip().startswith(b"<")
    quotes = _crossed(_ecb_xml(content), base) if is_xml else _of_table(_rows(content), base)
    wanted = {(each.on_date, each.code): each for each in quotes if each.code in codes and each.code != base}
    if not wanted:
        raise Refused(_("This file has no rates of your currencies."))
    return sorted(wanted.values(), key=lambda each: (each.on_date, each.code))


def as_plain_file(quotes: Iterable[Quote]) -> str:
    """The rates as a plain file, which `read_bank_file` reads back."""
    lines = (f"{each.on_date.isoformat()},{each.code},{each.rate:f}" for each in quotes)
    return "\n".join(["date,currency,rate", *lines])


# --- the ECB's XML ------------------------------------------------------------------------------------------


def _ecb_xml(content: bytes) -> list[PerEuro]:
    """Nested <Cube time=…><Cube currency=… rate=…/></Cube>; a document type or an entity is refused unread."""
    found: list[PerEuro] = []
    days: list[date] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] != "Cube":
            return
        if "time" in attributes:
            days.append(_date(attributes["time"]))
        rate = _number(attributes.get("rate", ""))
        if days and rate is not None:
            found.append((days[-1], attributes.get("currency", ""), rate))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_xml
    parser.EntityDeclHandler = _refuse_xml
    parser.ExternalEntityRefHandler = _refuse_xml
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused(_("This file can't be read.")) from error
    return found


def _refuse_xml(*_arguments: object) -> int:
    raise Refused(_("A file of rates has no document type and no entities. This one is not read."))


# --- tables -------------------------------------------------------------------------------------------------


def _rows(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_("This file can't be read.")) from error
    first = text.lstrip().partition("\n")[0]
    delimiter = next((each for each in (";", "\t") if each in first), ",")
    try:
        for row in csv.reader(text.replace("\x00", "").splitlines(), delimiter=delimiter):
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield cells
    except csv.Error as error:
        raise Refused(_("This file can't be read.")) from error


def _of_table(rows: Iterator[list[str]], base: str) -> list[Quote]:
    heading = next(rows, [])
    if heading and heading[0].lower() == "date" and any(_is_code(cell) for cell in heading[1:]):
        return _crossed(_ecb_table(heading, rows), base)
    is_heading = len(heading) > 2 and _number(heading[2]) is None
    return [_quote(row) for row in ([] if is_heading else [heading]) + list(rows)]


def _ecb_table(heading: list[str], rows: Iterable[list[str]]) -> list[PerEuro]:
    """A column a currency, a row a day; N/A where a currency was not quoted."""
    return [
        (_date(row[0]), code, rate)
        for row in rows
        for code, cell in zip(heading[1:], row[1:], strict=False)
        if _is_code(code) and (rate := _number(cell)) is not None
    ]


def _quote(row: list[str]) -> Quote:
    rate = _number(row[2]) if len(row) > 2 else None
    if rate is None or not _is_code(row[1]):
        raise Refused(_("“%(row)s” is not a date, a currency and a rate.", row=", ".join(row)[:80]))
    return Quote(_date(row[0]), row[1].upper(), _kept(rate))


def _is_code(text: str) -> bool:
    return is_currency(text.upper())


def _date(text: str) -> date:
    for read in _DATES:
        try:
            return read(text)
        except ValueError:
            continue
    raise Refused(_("“%(text)s” is not a date.", text=text[:40]))


_DATES: tuple[Callable[[str], date], ...] = (
    date.fromisoformat,
    lambda text: datetime.strptime(text, "%d %B %Y").date(),
    lambda text: datetime.strptime(text, "%Y/%m/%d").date(),
    lambda text: datetime.strptime(text, "%d/%m/%Y").date(),
)


def _number(text: str) -> Decimal | None:
    """A positive number with a point or a comma before its decimals; None where there is none."""
    text = text.strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", text) or not Decimal(text):
        return None
    return Decimal(text)


# --- crossing -----------------------------------------------------------------------------------------------


def _crossed(per_euro: list[PerEuro], base: str) -> list[Quote]:
    """What one unit is worth in the base currency: how many of it a euro is worth, by how many of the other."""
    ours = {on: rate for on, code, rate in per_euro if code == base}
    if base != EURO and per_euro and not ours:
        raise Refused(_("This file has no rate for %(code)s, your own currency.", code=base))
    if base == EURO:
        return [Quote(on, code, _kept(EXACT.divide(Decimal(1), rate))) for on, code, rate in per_euro]
    crossed = [
        Quote(on, code, _kept(EXACT.divide(ours[on], rate)))
        for on, code, rate in per_euro
        if on in ours and code != base
    ]
    return crossed + [Quote(on, EURO, _kept(rate)) for on, rate in ours.items()]


def _kept(rate: Decimal) -> Decimal:
    """As many digits as are known, and no more decimals than are kept."""
    kept = round(SIGNIFICANT.plus(rate), PICO)
    if not 0 < kept <= _MOST_WORTH:
        raise Refused(_("“%(rate)s” is no rate of exchange that can be kept.", rate=f"{rate:f}"))
    return kept
