"""`/integrations/books-elsewhere`: the books of other installations that are in step with the CRM here.

They are connected from either side, and can be looked at and ended from either side: here is the called one.
"""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from blueprints import forms
from blueprints.addresses import installation_at, reached_from_outside
from blueprints.loading import require
from blueprints.respond import respond
from domain.modules.module import Field
from domain.organizations.grants import Grant, grants
from domain.organizations.scopes import opens
from domain.words import _

bp = Blueprint("books_elsewhere", __name__)

ADDRESS = Field(
    "address",
    _("Address of the books"),
    "url",
    required=True,
    longest=400,
    hint=_("Where the people who keep the books open their installation, such as https://books.example.com."),
)

THEIR_FORM = "/integrations/bigin/connect"
"""Where the other installation connects; it has the same pages as this one."""


@bp.get("/integrations/books-elsewhere")
def index() -> Response:
    """Which books come here, when they last did, and a form for others."""
    require("settings.api-access.view")
    return _page(forms.blank((ADDRESS,), {}))


@bp.post("/integrations/books-elsewhere")
def connect() -> Response:
    """The way to the books: there it is decided whether they connect, and then here whether they may."""
    require("settings.api-access.create")
    values, errors = forms.parse((ADDRESS,), request.form)
    if errors:
        return _page(forms.as_posted(request.form, errors), status=422)
    there = installation_at(values["address"])
    target = f"{there}{THEIR_FORM}?{urlencode({'address': reached_from_outside('')})}"
    return respond("integrations/books_go.html", "go", address=there, target=target)


@bp.app_template_global("books_elsewhere")
def callers() -> list[Grant]:
    """The programs that may read the companies here."""
    return [grant for grant in grants() if opens(grant.scopes, "modules", "READ", "accounts")]


def _page(form: forms.Form, status: int = 200) -> Response:
    return respond(
        "integrations/books_elsewhere.html",
        "form",
        status=status,
        callers=callers(),
        fields=(ADDRESS,),
        form=form,
        theirs="/integrations/bigin",
    )
