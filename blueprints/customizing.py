"""A view gets its module as the organization has it: with the fields that it added."""

from flask import Flask, request
from flask_login import current_user

from domain.modules.custom_fields import customized
from domain.modules.module import Module


def register(app: Flask) -> None:
    """After the guard at the door: by then the organization is known."""
    app.before_request(_customize)


def _customize() -> None:
    given = request.view_args or {}
    if isinstance(given.get("module"), Module) and current_user.is_authenticated:
        given["module"] = customized(given["module"])
