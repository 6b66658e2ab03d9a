"""Who is whom: records that were never joined, recognised by name, mail address, telephone and tax number.

A pool holds what can still be joined on one side. Whoever is recognised beyond doubt is joined; where there is
doubt (several of one name, the same telephone under another name) a person is asked before anything is made.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.search_text import fold
from domain.sync.signs import SIGNS

OFFERED = 10
"""So many that may be meant are shown."""

_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|\((?:株|有|同|資|名)\)|"
    r"\b(?:incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|plc|gmbh|ag|kg|bv|nv|sarl|sas|sasu|sa|"
    r"eurl|srl|spa|pty|kk|k\.k)\b\.?"
)
_SEPARATORS = re.compile(r"[\s.,・･·&'’\"\-‐–—_/()]+")


@dataclass(frozen=True)
class Signs:
    """What a record is recognised by, each in its one form; nothing where it has none."""

    name: str = ""
    core: str = ""
    """The name without legal form, spaces and points."""
    email: str = ""
    phone: str = ""
    tax: str = ""

    @classmethod
    def of(cls, name: str, email: str = "", phone: str = "", tax: str = "") -> "Signs":
        """From what the record says."""
        folded = fold(name)
        said = folded, core_of(folded), fold(email), phone_of(phone), core_of(fold(tax))
        return cls(*(sign[:longest] for sign, longest in zip(said, SIGNS.values(), strict=True)))

    def shared(self, other: "Signs") -> int:
        """How many of address, telephone and number both have, and the same."""
        return sum(
            bool(getattr(self, sign)) and getattr(self, sign) == getattr(other, sign)
            for sign in ("email", "phone", "tax")
        )


@dataclass(frozen=True)
class Match:
    """Whom a record may be: beyond doubt one, or some of whom a person says which."""

    sure: str = ""
    maybe: tuple[str, ...] = ()


NOBODY = Match()


class Pool:
    """Records of one side that are joined to nobody yet, found by their signs."""

    def __init__(self, records: Iterable[tuple[str, Signs]] = ()) -> None:
        self._signs: dict[str, Signs] = {}
        self._having: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for record_id, signs in records:
            self.add(record_id, signs)

    def __len__(self) -> int:
        return len(self._signs)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._signs

    def add(self, record_id: str, signs: Signs) -> None:
        """Somebody to be found."""
        self._signs[record_id] = signs
        for key in _keys(signs):
            self._having[key][record_id] = None

    def remove(self, record_id: str) -> None:
        """They were joined."""
        signs = self._signs.pop(record_id, None)
        for key in _keys(signs) if signs else ():
            self._having[key].pop(record_id, None)

    def match(self, signs: Signs, twins: int = 1) -> Match:
        """Whom a record is; `twins` is how many of its own side have its name, itself included."""
        exact = self._with("name", signs.name)
        if exact:
            return self._of_one_name(exact, signs, twins)
        alike = list(
            dict.fromkeys(
                each
                for sign in ("core", "tax", "email", "phone")
                for each in self._with(sign, getattr(signs, sign))
            )
        )
        sure = [each for each in alike if self._is_beyond_doubt(self._signs[each], signs)]
        if len(sure) == 1:
            return Match(sure=sure[0])
        return Match(maybe=tuple(alike[:OFFERED])) if alike else NOBODY

    def _of_one_name(self, exact: list[str], signs: Signs, twins: int) -> Match:
        if len(exact) == 1 and twins <= 1:
            return Match(sure=exact[0])
        shares = [each for each in exact if signs.shared(self._signs[each])]
        return Match(sure=shares[0]) if len(shares) == 1 else Match(maybe=tuple(exact[:OFFERED]))

    @staticmethod
    def _is_beyond_doubt(one: Signs, other: Signs) -> bool:
        """Another writing of the same name, and an address, telephone or number besides."""
        return bool(one.core) and one.core == other.core and bool(one.shared(other))

    def _with(self, sign: str, value: str) -> list[str]:
        return list(self._having.get((sign, value), ())) if value else []


def _keys(signs: Signs) -> Iterator[tuple[str, str]]:
    for sign in SIGNS:
        if value := getattr(signs, sign):
            yield sign, value


def core_of(folded: str) -> str:
    """A folded name without its legal form and what stands between its words."""
    return _SEPARATORS.sub("", _FORMS.sub(" ", folded))


def phone_of(text: str) -> str:
    """The last nine digits of a telephone number: the same with or without the country and the 0 before it."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return digits[-9:] if len(digits) >= 9 else ""
