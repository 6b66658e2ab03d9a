"""What every template may use: `ui`, words in the person's language, money and dates, and what is allowed."""

import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask, current_app, url_for
from flask_login import current_user
from jinja2 import BaseLoader, Environment, TemplateNotFound
from markupsafe import Markup

from blueprints import (
    auth,
    cells,
    chips,
    conversions,
    filters,
    forms,
    language,
    references,
    talk,
)
from blueprints.addresses import AREAS, list_url, modules_in, record_url
from blueprints.assets import asset, icon
from blueprints.loading import may, sees, sees_customer_of
from blueprints.related import panels_of
from blueprints.settings_menu import settings_menu
from domain.books.adding import WAYS
from domain.books.associated_templates import SLOTS, names_for
from domain.email_drafts import EmailDraft
from domain.mail_kinds import MAILED, STATEMENT
from domain.modules import ALL
from domain.modules.bulk_action import BulkAction
from domain.modules.bulk_actions import actions_of
from domain.modules.custom_fields import customized
from domain.modules.listing import Listing
from domain.modules.module import Field, Module
from domain.modules.values import currency_codes, owners
from domain.timeline import sentence


class Ui:
    """The macros of `_ui/macros.html` and of the kinds of value, found when they are asked for.

    A Jinja global instead of an import: a block that is rendered alone does not see what its file imports.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(_module("_ui/macros.html"), name)

    icon = staticmethod(icon)
    show = staticmethod(cells.show)
    state = staticmethod(cells.state)
    status = staticmethod(cells.status)

    def edit(self, field: Field, form: Any, attributes: str) -> str:
        """The input for a value."""
        return _module(f"_kinds/{field.kind}.html").edit(field, form, attributes)


def register(app: Flask) -> None:
    """Give the templates their vocabulary."""
    if app.jinja_env.loader is not None:
        app.jinja_env.loader = Remembering(app.jinja_env.loader)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"t": language.t}
    app.jinja_env.globals |= VOCABULARY


def may_mail(module: Module) -> bool:
    """Whether the person may mail this module's records, if they are mailed at all: bills are not."""
    return module.key in MAILED and may(module.permission("email"))


def draft_url(draft: EmailDraft) -> str:
    """Where a draft of a mail is opened again."""
    if draft.kind == STATEMENT:
        return url_for("emails.new_statement", record_id=draft.party_id, draft=draft.id)
    about = draft.about
    return url_for("emails.new", module=about.MODULE, record_id=about.id, draft=draft.id)


class Area(NamedTuple):
    """A part of the menu: its name, its icon, and what this person may see of it, in groups."""

    key: str
    icon: str
    groups: list[list[Module]]


TABS = ("books.estimates", "books.invoices", "books.sales-orders", "books.purchase-orders")
"""What stands first in its area, apart from the rest below."""


def menu() -> list[Area]:
    """The areas that this person may see anything of."""
    areas = [Area(area, icon, _groups(modules_in(area))) for area, icon in AREAS.items()]
    return [area for area in areas if area.groups]


def _groups(modules: list[Module]) -> list[list[Module]]:
    tabs = [module for module in modules if module.key in TABS]
    return [group for group in (tabs, [module for module in modules if module not in tabs]) if group]


def _module(name: str) -> Any:
    environment = current_app.jinja_env
    return (
        _macros(environment, name) if not environment.auto_reload else _macros.__wrapped__(environment, name)
    )


def ends_of(module: Module) -> Any:
    """What its rows end with: the macros `head` and `row` of its family's `_ends.html`; None where there is none."""
    try:
        return _module(f"{module.family}/_ends.html")
    except TemplateNotFound:
        return None


@lru_cache(256)
def _macros(environment: Environment, name: str) -> Any:
    return environment.get_template(name).module


class Remembering(BaseLoader):
    """Templates, and which ones there are none of: a list asks for each of its rows whether it has one of its own."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader
        self._missing: set[str] = set()

    def get_source(self, environment: Environment, template: str) -> Any:
        """Where it is and what it says, or TemplateNotFound."""
        if template in self._missing and not environment.auto_reload:
            raise TemplateNotFound(template)
        try:
            return self._loader.get_source(environment, template)
        except TemplateNotFound:
            self._missing.add(template)
            raise

    def list_templates(self) -> list[str]:
        """All of them."""
        return self._loader.list_templates()


def new_menu() -> list[list[Module]]:
    """What the New menu of the bar offers, area by area."""
    areas = [[m for m in modules_in(area) if may(m.permission("create"))] for area in ("crm", "books")]
    return [modules for modules in areas if modules]


def initials(name: str) -> str:
    """What the avatar shows: the first letters of first and last word, of a Japanese name the first character."""
    words = name.split()
    if unicodedata.east_asian_width(name[:1] or " ") == "W":
        return name[:1]
    return (words[0][0] + words[-1][0] if len(words) > 1 else name[:2]).upper()


def bulk_actions(module: Module) -> list[BulkAction]:
    """What this person may do to many records of a list at once."""
    return [action for action in actions_of(module) if action.is_open_to(module, may)]


def full_label(module: Module, field: Field) -> str:
    """What a field is called where its heading is not beside it: two addresses have a street each."""
    if sum(each.label == field.label for each in module.fields) < 2:
        return language.t(field.label)
    section = next((each for each in module.sections if field.name in each.fields), None)
    return f"{language.t(section.label)} · {language.t(field.label)}" if section else language.t(field.label)


def query_of(listing: Listing) -> str:
    """A listing as the query of an address."""
    return urlencode(listing.at().to_args())


def field_label(module_key: str, column: str) -> str:
    """What a stored value is called, for the timeline: by its attribute."""
    fields = customized(ALL[module_key]).fields if module_key in ALL else ()
    return next((language.t(f.label) for f in fields if column in (f.column, f.name)), column)


def panel_link(url: str, args: dict[str, str], label: str, **attributes: str) -> Markup:
    """A link within a related list: the panel under HTMX, its page without."""
    address = f"{url}?{urlencode(args)}"
    extra = xmlattr_of(
        attributes | {"hx-get": address, "hx-target": "closest section", "hx-swap": "outerHTML"}
    )
    return Markup('<a href="{}"{}>{}</a>').format(address, extra, label)


def xmlattr_of(attributes: dict[str, str]) -> Markup:
    """Attributes, escaped."""
    return Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes.items())


VOCABULARY: dict[str, Any] = {
    "ui": Ui(),
    "asset": asset,
    "t": language.t,
    "money": language.money,
    "number": language.number,
    "percent": language.percent,
    "date": language.date,
    "moment": language.moment,
    "file_size": language.file_size,
    "in_local_order": language.in_local_order,
    "language": language.language,
    "may": may,
    "sees": lambda record: sees(type(record), record.id),
    "sees_customer_of": sees_customer_of,
    "may_mail": may_mail,
    "draft_url": draft_url,
    "may_of": lambda module: lambda verb: may(module.permission(verb)),
    "record_url": record_url,
    "list_url": list_url,
    "cells_of": cells.cells_of,
    "ends_of": ends_of,
    "row_module": lambda record: ALL[record.MODULE],
    "panels_of": panels_of,
    "conversions_offered": conversions.offered,
    "chain_shown": conversions.chain_shown,
    "menu": menu,
    "settings_menu": settings_menu,
    "offered": references.offered,
    "members": owners,
    "countries": forms.countries,
    "currencies": currency_codes,
    "template_names": lambda field: names_for(SLOTS[field.name]),
    "shown": forms.shown,
    "sentence": sentence,
    "comment_html": talk.comment_html,
    "may_change_comment": talk.may_change,
    "may_delete_comment": talk.may_delete,
    "unread_mentions": talk.unread_mentions,
    "chip": chips.chip,
    "person": current_user,
    "modules": ALL,
    "new_filter": filters.new_filter,
    "bulk_actions": bulk_actions,
    "full_label": full_label,
    "new_key": forms.new_key,
    "ways": WAYS,
    "new_menu": new_menu,
    "other_organizations": auth.other_organizations,
    "initials": initials,
    "query_of": query_of,
    "field_label": field_label,
    "panel_link": panel_link,
}
"""What every template can say, by its name there."""
