"""Sentences before they are in anybody's language."""

from decimal import Decimal
from gettext import NullTranslations

from domain.words import _, _n, _p


class French(NullTranslations):
    """A catalog with one sentence of each sort."""

    def gettext(self, message: str) -> str:
        return {"About %(what)s.": "À propos de %(what)s."}.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "%(n)s jour" if n < 2 else "%(n)s jours"

    def pgettext(self, context: str, message: str) -> str:
        return {("invoice", "Sent"): "Envoyée"}.get((context, message), message)


def test_a_sentence_is_english_until_it_is_translated():
    assert str(_("Line %(n)s has no item.", n=3)) == "Line 3 has no item."


def test_a_percent_sign_stands_for_itself_where_nothing_is_filled_in():
    assert str(_("10 % off")) == "10 % off"


def test_one_is_counted_as_one():
    assert [str(_n("%(n)s day", "%(n)s days", n=n)) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_each_language_counts_in_its_own_way():
    assert [_n("%(n)s day", "%(n)s days", n=n).translated(French()) for n in (0, 2)] == ["0 jour", "2 jours"]


def test_a_word_in_context_has_its_own_translation():
    assert _p("invoice", "Sent").translated(French()) == "Envoyée"
    assert str(_p("invoice", "Sent")) == "Sent"


def test_words_within_words_are_translated_with_them():
    days = _n("%(n)s day", "%(n)s days", n=1)
    assert _("About %(what)s.", what=days).translated(French()) == "À propos de 1 jour."


def test_amounts_and_dates_are_written_as_the_language_writes_them():
    words = _("About %(what)s.", what=Decimal(3))
    assert words.translated(French(), lambda value: f"{value},00") == "À propos de 3,00."


def test_words_are_equal_when_they_say_the_same_in_every_language():
    assert _("Sent") == _("Sent")
    assert _("Sent") != _p("invoice", "Sent")
    assert _n("%(n)s day", "%(n)s days", n=1) != _n("%(n)s day", "%(n)s days", n=2)
