"""Tokens: handed out once, in a link or a cookie; of each only the digest is kept, so that no backup opens a door."""

import hashlib
import secrets


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token; whatever a browser sends has one."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
