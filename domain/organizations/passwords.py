"""Passwords: what one must be like, and how it is kept."""

from argon2 import PasswordHasher

from domain.errors import Refused
from domain.words import _

hasher = PasswordHasher()  # Argon2id with the library's defaults (RFC 9106, low memory)

SHORTEST = 10
LONGEST = 200


def check(password: str, email: str = "", field: str = "password") -> None:
    """Refuse, at the field, a password that is too easy to guess."""
    if len(password) < SHORTEST:
        raise Refused(**{field: _("A password has at least %(n)d characters.", n=SHORTEST)})
    if len(password) > LONGEST:
        raise Refused(**{field: _("A password has at most %(n)d characters.", n=LONGEST)})
    if password.casefold() == email.casefold() or len(set(password)) < 4:
        raise Refused(**{field: _("This password is too easy to guess.")})
