"""Values as pages show them."""

from types import SimpleNamespace

from markupsafe import escape

from blueprints.cells import SHOW, show
from domain.modules.kinds import KINDS
from domain.modules.module import Field

NASTY = '<script>"&'


def test_every_kind_of_value_can_be_shown():
    assert SHOW.keys() == KINDS.keys()


def test_whatever_was_typed_is_shown_as_text(app):
    with app.test_request_context():
        for kind in ("text", "long_text", "email", "phone", "url", "choice", "currency", "country"):
            shown = escape(show(Field("value", "", kind), SimpleNamespace(value=NASTY)))
            assert "<script>" not in shown, kind
            assert "&lt;script&gt;&#34;&amp;" in shown, kind


def test_nothing_is_shown_as_nothing(app):
    with app.test_request_context():
        for kind in SHOW.keys() - {"boolean", "status"}:
            assert show(Field("value", "", kind), SimpleNamespace(value=None)) == "", kind
