"""Finding people in a text by their names: `@Sora Staff`, `@高橋さん`, `@Sora` where there is only one."""

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.organizations.users import Member
from domain.search_text import fold

SUGGESTED = 6

_AT = "[@＠]"
_ENDS = r"(?![A-Za-z0-9_])"
"""After a name in Latin letters another letter would make another name; after 高橋 may follow さん."""

_TYPING = re.compile(rf"{_AT}([^@＠\n]{{0,40}})\Z")


def named_in(text: str, members: Sequence[Member]) -> dict[Member, str]:
    """Who is called in a text, each with the words that call them; whole names go before first names."""
    called: dict[Member, str] = {}
    rest = text
    for name, people in _names(members):
        found = re.search(_pattern(name), rest, re.IGNORECASE)
        if found:
            rest = re.sub(_pattern(name), "\n", rest, flags=re.IGNORECASE)
            called |= {member: found[0] for member in people if member not in called}
    return called


def being_typed(text: str) -> str | None:
    """The unfinished name at the end of a text, without its @; None when none is being typed."""
    found = _TYPING.search(text)
    return found[1] if found and not _follows_a_letter(text, found.start()) else None


def completed(text: str, name: str) -> str:
    """The text with the unfinished name at its end replaced by the whole one."""
    return _TYPING.sub(lambda _found: f"@{name} ", text)


def suggested(typed: str, members: Iterable[Member]) -> list[Member]:
    """Those whose name holds what was typed so far, the ones that begin with it first."""
    wanted = fold(typed)
    matching = [member for member in members if wanted in fold(member.name)]
    return sorted(matching, key=lambda member: not fold(member.name).startswith(wanted))[:SUGGESTED]


def _names(members: Sequence[Member]) -> list[tuple[str, list[Member]]]:
    """Every name that calls somebody, the longest first: a first word calls only the one who has it."""
    whole = _by_name((member.name, member) for member in members)
    first = _by_name((member.name.split()[0], member) for member in members if member.name.split()[1:])
    single = {name: people for name, people in first.items() if len(people) == 1}
    return sorted((single | dict(whole)).items(), key=lambda pair: -len(pair[0]))


def _by_name(pairs: Iterable[tuple[str, Member]]) -> Mapping[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for name, member in pairs:
        found.setdefault(name, []).append(member)
    return found


def _pattern(name: str) -> str:
    """The name behind an @ that begins a word; 高橋 誠 may also be written without the space."""
    parts = [re.escape(part) for part in name.split()]
    between = r"\s+" if name.isascii() else r"\s*"
    return rf"(?<![A-Za-z0-9_.]){_AT}{between.join(parts)}{_ENDS}"


def _follows_a_letter(text: str, at: int) -> bool:
    """A mail address is no mention."""
    return at > 0 and bool(re.match(r"[A-Za-z0-9_.]", text[at - 1]))
