"""An organization's own mail templates: one of them, by kind and language, is what new mails begin with."""

import pytest

from domain import records
from domain.db import db
from domain.errors import Refused
from domain.mail_templates import default_for, templates_for


def test_of_each_kind_and_language_at_most_one_is_in_use(factories, cast):
    first, second = factories.mail_template(), factories.mail_template()
    elsewhere = factories.mail_template(language="ja")
    for each in (elsewhere, first, second, second):
        each.make_default(cast.admin)
    db.session.expire_all()
    assert [each.is_default for each in (first, second, elsewhere)] == [False, True, True]
    assert default_for("invoice", "en") is second
    assert templates_for("invoice", "en")[0] is second
    second.be_default_no_more(cast.admin)
    assert default_for("invoice", "en") is None


def test_a_name_is_taken_once_for_a_kind_and_language(factories):
    factories.mail_template(name="Ours")
    factories.mail_template(name="Ours", language="fr")
    with pytest.raises(Refused) as caught:
        factories.mail_template(name="Ours")
    assert list(caught.value.fields) == ["name"]


@pytest.mark.parametrize(("field", "text"), [("subject", "x" * 301), ("body", "x" * 10_001)])
def test_a_template_leaves_room_for_what_fills_it(factories, field, text):
    with pytest.raises(Refused) as caught:
        factories.mail_template(**{field: text})
    assert list(caught.value.fields) == [field]


def test_a_template_that_is_deleted_is_in_use_no_more(factories, cast):
    template = factories.mail_template()
    template.make_default(cast.admin)
    records.destroy(template, cast.admin)
    assert default_for("invoice", "en") is None
