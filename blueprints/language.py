"""In whose language the page speaks, and how its dates, numbers and money are written."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations
from flask_login import current_user

from delivery import formats
from domain.words import LANGUAGES, Words


def register(app: Flask) -> None:
    """Let the application translate. Flask-Babel keeps catalogs by its own instance: each application has one."""
    Babel(app, locale_selector=choose)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _translation()[0].gettext(text),
        lambda one, many, n: _translation()[0].ngettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, text: _translation()[0].pgettext(context, text),
    )


def choose() -> str:
    """The person's own language, else the browser's, else English."""
    if "reader" in g:  # at the portal, where nobody asks who else is signed in
        return g.reader or _of_browser()
    if current_user and current_user.is_authenticated and current_user.member.user.language:
        return current_user.member.user.language
    return _of_browser()


def _of_browser() -> str:
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((language for language in wanted if language in LANGUAGES), "en")


def language() -> str:
    """The language of this answer: en, ja or fr."""
    found: str | None = g.get("language")
    if found is None:
        locale = get_locale()
        found = g.language = locale.language if locale else "en"
    return found


def t(words: Words | str | None) -> str:
    """A sentence of the business in the person's language; plain text stays as it is."""
    if isinstance(words, Words):
        return words.translated(*_translation())
    return "" if words is None else str(words)


def _translation() -> tuple[Any, Any]:
    """The catalog of this answer, looked up once: a page asks for it some hundred times."""
    found: tuple[Any, Any] | None = g.get("translation")
    if found is None:
        found = g.translation = get_translations(), partial(formats.written, language=language())
    return found


def money(amount_minor: int, currency: str) -> str:
    """An amount with its currency: ¥1,284,800."""
    return formats.money(amount_minor, currency, language())


def number(value: Any) -> str:
    """A number that is not money."""
    return formats.number(value, language())


def percent(value: Any) -> str:
    """A percentage."""
    return formats.percent(value, language())


def date(value: Any) -> str:
    """A date as tables show it."""
    return formats.short_date(value, language())


def moment(value: Any) -> str:
    """A moment in the organization's time zone."""
    return formats.moment(value, language(), zone())


def in_local_order(names: Sequence[str]) -> list[str]:
    """The fields of a section, as the reader writes names and addresses."""
    return formats.in_local_order(names, language())


def file_size(size: int) -> str:
    """How large a file is: 28 kB, 1.4 MB."""
    return formats.file_size(size, language())


def zone() -> str:
    """The organization's time zone."""
    if "zone" in g:
        return str(g.zone)
    return current_user.member.organization.time_zone if current_user.is_authenticated else "UTC"
