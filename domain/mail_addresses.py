"""Mail addresses: what one looks like, and which two are the same."""

import re
import unicodedata
from email.utils import parseaddr

# Letters of any script before the @ sign are fine (SMTPUTF8); what has a meaning in a mail's head is not.
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def is_address(text: str) -> bool:
    """Whether mail can be sent there, as far as one can see."""
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    return bool(
        at
        and len(text) <= 254
        and text.isprintable()
        and _LOCAL.fullmatch(local)
        and ".." not in f".{local}."
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) and _is_domain_label(label) for label in labels)
    )


def _is_domain_label(label: str) -> bool:
    try:
        return bool(label.encode("idna"))
    except UnicodeError:
        return False


def parse_address(text: str) -> tuple[str, str] | None:
    """Name and address in `Hanako <hanako@example.com>`, or in an address alone; None if it is no address."""
    name, address = parseaddr(text) if "<" in text else ("", text)
    return (one_line(name), address) if text.isprintable() and is_address(address) else None


def same_address(text: str) -> str:
    """What two spellings of an address have in common."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def sign_in_address(text: str) -> str:
    """An address as people are known by it at the door, however it was typed."""
    return text.strip().lower().replace("\x00", "")[:254]


def one_line(text: str) -> str:
    """The text without line breaks and invisible characters: nothing in it can end a header."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
