"""The organization's own settings are one record on several pages: each saves its part in the same way."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response

from blueprints import forms
from blueprints.loading import actor
from blueprints.records import version
from domain.errors import Refused
from domain.modules.module import Field
from domain.organizations.organizations import Organization, current_organization
from domain.organizations.users import Member

Change = Callable[[Organization, dict[str, Any], Member], object]
Show = Callable[[forms.Form, int], Response]


def save(fields: Iterable[Field], change: Change, show: Show) -> Response | None:
    """Save what was typed; where that can't be, the page once more with the reason, and what was typed is kept."""
    organization = current_organization()
    if version() != organization.version:
        return show(forms.conflicting(fields, organization), 409)
    try:
        change(organization, forms.read(fields, Organization), actor())
    except Refused as refusal:
        return show(forms.refused(refusal), 422)
    return None
