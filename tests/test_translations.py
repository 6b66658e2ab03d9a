"""Japanese and French: that nothing is left out, that it reads well, and that pages and papers speak it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from bin import catalogs
from config import ROOT
from delivery import language as letters
from domain.modules import ALL
from domain.words import _, _n, _p

VOCABULARY = [
    # from the product's own help in these languages
    ("Accounts", "取引先", "Comptes"),
    ("Contacts", "連絡先", "Contacts"),
    ("Vendors", "仕入先", "Fournisseurs"),
    ("Customers", "顧客", "Clients"),
    ("Items", "商品", "Articles"),
    ("Invoices", "請求書", "Factures"),
    ("New invoice", "請求書を作成", "Nouvelle facture"),
    ("Overdue invoices", "期限超過の請求書", "Factures en retard"),
    ("Owner", "担当者", "Responsable"),
    ("Business", "法人", "Entreprise"),
    ("Individual", "個人", "Particulier"),
    ("Refresh", "更新", "Actualiser"),
    ("Send", "送信", "Envoyer"),
    ("Save", "保存", "Enregistrer"),
    ("Mark as Sent", "送信済みにする", "Marquer comme envoyé"),
    ("Attach invoice PDF", "請求書のPDFを添付", "Joindre la facture au format PDF"),
]

PAGE = '# {language}\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def translations(language: str) -> Iterator[tuple[Message, str]]:
    """Each translation with what it translates."""
    for message in catalogs.catalog_of(language):
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        yield from ((message, text) for text in texts if message.id)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogs as programs read them, made from what stands in the tree now."""
    folder = tmp_path_factory.mktemp("translations")
    for language in catalogs.LANGUAGES:
        path = folder / language / "LC_MESSAGES" / "messages.mo"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_mo(file, catalogs.catalog_of(language))
    return folder


# What is collected


def test_sentences_are_found_in_code_and_templates_whatever_their_folder_is_called():
    source = catalogs.sentences()
    places = {place.split("/")[0] for message in source for place, _line in message.locations}
    assert {"blueprints", "delivery", "domain", "templates"} <= places
    assert any(place.startswith("templates/_ui/") for message in source for place, _ in message.locations)


def test_counting_sentences_and_words_in_context_are_found():
    source = catalogs.sentences()
    assert source.get("%(n)s day").id == ("%(n)s day", "%(n)s days")
    assert source.get("Void", context="invoice") is not source.get("Void")


def test_an_update_keeps_what_is_translated_and_drops_what_is_gone():
    catalog = Catalog("fr")
    catalog.add("Save", "Enregistrer")
    catalog.add("Nobody says this", "Personne")
    source = Catalog()
    source.add("Save", locations=[("a.py", 1)])
    source.add("Send", locations=[("a.py", 2)])
    text = catalogs.updated(source, catalog).decode()
    assert 'msgid "Save"\nmsgstr "Enregistrer"' in text
    assert 'msgid "Send"\nmsgstr ""' in text
    assert "Nobody" not in text


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_an_update_without_news_changes_nothing(language: str):
    path, source = catalogs.path_of(language), catalogs.sentences()
    once = catalogs.updated(source, catalogs.catalog_of(language))
    again = catalogs.updated(source, catalogs.catalog_of(language))
    assert once == again
    assert path.read_bytes().count(b"#~") == 0


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("", "missing"),
        ('msgid "Line %(n)s"\nmsgstr ""\n', "missing"),
        ('#, fuzzy\nmsgid "Line %(n)s"\nmsgstr "Ligne %(n)s"\n', "fuzzy"),
        ('#, python-format\nmsgid "Line %(n)s"\nmsgstr "Ligne %(m)s"\n', "placeholder"),
        ('msgid "Line %(n)s"\nmsgstr "Ligne"\n', "not the same placeholders"),
        ('msgid "Line %(n)s"\nmsgstr "Ligne %(n)s"\n\nmsgid "Old"\nmsgstr "Vieux"\n', "nowhere any more"),
    ],
)
def test_what_a_reader_would_stumble_over_is_listed(
    entry: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for language in catalogs.LANGUAGES:
        path = tmp_path / "translations" / language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        path.write_text(PAGE + entry, "utf-8")
    source = Catalog()
    source.add("Line %(n)s", locations=[("a.py", 1)])
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    monkeypatch.setattr(catalogs, "sentences", lambda: source)
    found = list(catalogs.problems())
    assert len(found) == 2
    assert all(problem in line for line in found)


# How it reads


@pytest.mark.parametrize(("english", "japanese", "french"), VOCABULARY)
def test_the_words_of_the_product_are_those_its_users_know(english: str, japanese: str, french: str):
    assert catalogs.catalog_of("ja").get(english).string == japanese
    assert catalogs.catalog_of("fr").get(english).string == french


def test_french_sets_off_its_punctuation_with_spaces_that_do_not_break():
    loose = re.compile(r"(?<![\u00a0\u202f])[:;?!»](?!\S)|«(?![\u00a0\u202f])|'")
    assert not [text for _message, text in translations("fr") if loose.search(text)]


def test_japanese_uses_its_own_punctuation():
    foreign = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff][,.:;!?(\"]|[,.:;!?)\"][\u3040-\u30ff\u4e00-\u9fff]")
    assert not [text for _message, text in translations("ja") if foreign.search(text)]


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_sentence_stays_a_sentence(language: str):
    ends = {"ja": ("。", "）", "？"), "fr": (".", "?")}[language]
    sentences = [
        (message.id, text) for message, text in translations(language) if str(message.id).endswith(".")
    ]
    assert not [pair for pair in sentences if not pair[1].endswith(ends) and len(pair[0].split()) > 3]


def test_new_is_a_phrase_of_each_module():
    assert {str(m.new) for m in ALL.values()} == {f"New {str(m.label_one).lower()}" for m in ALL.values()}


# Who speaks it


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "サインイン"), ("fr", "Se connecter"), ("de", "Sign in")]
)
def test_a_page_speaks_the_browsers_language_or_else_english(
    make_app, database_url: str, compiled: Path, language: str, words: str
):
    client = make_app(database_url, BABEL_TRANSLATION_DIRECTORIES=str(compiled)).test_client()
    page = client.get("/login", headers={"Accept-Language": f"{language}-XX,{language};q=0.9"}).text
    assert f"<h1>{words}</h1>" in page


def test_the_first_page_offers_the_browsers_language(make_app, empty_database_url: str):
    page = make_app(empty_database_url).test_client().get("/first", headers={"Accept-Language": "ja-JP"}).text
    assert '<option value="ja" selected>' in page


def test_counts_are_right_for_one_and_for_many_in_every_language(
    compiled: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(letters, "FOLDER", compiled)
    letters._catalog.cache_clear()
    say = {language: letters.translator(language) for language in ("en", "ja", "fr")}
    letters._catalog.cache_clear()
    days = [_n("%(n)s day", "%(n)s days", n=n) for n in (0, 1, 2)]
    assert [say["en"](words) for words in days] == ["0 days", "1 day", "2 days"]
    assert [say["ja"](words) for words in days] == ["0日", "1日", "2日"]
    assert [say["fr"](words) for words in days] == ["0\u00a0jour", "1\u00a0jour", "2\u00a0jours"]
    assert [say["fr"](words) for words in (_("Void"), _p("invoice", "Void"))] == ["Annuler", "Annulée"]


@pytest.mark.ground
def test_the_commands_compile_what_is_newer_than_its_catalog(tmp_path: Path):
    for language in catalogs.LANGUAGES:
        folder = tmp_path / "translations" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_bytes(catalogs.path_of(language).read_bytes())
    tool = tmp_path / ".venv" / "bin" / "pybabel"
    tool.parent.mkdir(parents=True)
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m babel.messages.frontend "$@"\n')
    tool.chmod(0o755)
    script = f'. "{ROOT}/bin/venv.sh"; compile_translations'
    subprocess.run(["bash", "-euc", script], cwd=tmp_path, check=True, timeout=60)
    made = sorted(path.parent.parent.name for path in tmp_path.glob("translations/*/LC_MESSAGES/messages.mo"))
    assert made == ["fr", "ja"]
