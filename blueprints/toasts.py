"""Toasts: one mechanism with and without JavaScript."""

from flask import flash, render_template

from blueprints.language import t
from domain.words import Words


def toast(message: Words, tone: str = "good") -> None:
    """Say something in passing, on this answer or the page that follows."""
    flash(t(message), tone)


def toasts_fragment() -> str:
    """The waiting toasts, to be put into the page out of band."""
    return render_template("_ui/toasts.html", oob=True)
