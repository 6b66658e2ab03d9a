"""A forgotten password, at the staff's door and at the portal's: ask for a link by mail. Nothing tells who is known."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response, redirect, request, url_for

from blueprints import forms
from blueprints.auth import address
from blueprints.respond import respond
from domain.db import scoped_to
from domain.errors import Refused
from domain.words import _


class Door(NamedTuple):
    """A sign-in page whose people can forget their password."""

    template: str
    endpoint: str
    ask: Callable[[str, str], Any]
    """Whom to mail a link, if anybody, by mail address and the browser's network address."""
    mail: Callable[[Any], None]


def form(door: Door) -> Response:
    """Ask for a link; the same page says afterwards what happens next."""
    return respond(door.template, form=forms.Form({"email": ""}), is_asked="asked" in request.args)


def ask(door: Door) -> Response:
    """Mail a link to whoever is known by that address, and say the same to everybody."""
    email = request.form.get("email", "")
    try:
        if not email.strip():
            raise Refused(email=_("Please fill this in."))
        known = door.ask(email, address())
    except Refused as refusal:
        return respond(door.template, status=422, form=forms.refused(refusal))
    if known is not None:
        with scoped_to(known.organization_id):
            door.mail(known)
    return redirect(url_for(door.endpoint, asked="yes"), 303)
