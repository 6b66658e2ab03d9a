"""Whoever runs or extends the program finds in the documents all that it has, and nothing that it has not."""

import ast
import re
from pathlib import Path

import pytest

from bin.start import _options
from blueprints.auth import PUBLIC
from commands import register
from config import ROOT
from domain.modules import ALL
from jobs import HANDLERS
from jobs.schedule import SCHEDULE

pytestmark = pytest.mark.ground

README = (ROOT / "README.md").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text()
ADDING = (ROOT / "docs/adding-a-module.md").read_text()
DOCS = {path.relative_to(ROOT): path.read_text() for path in (ROOT / "docs").rglob("*.md")}
PAGES = {Path(name): (ROOT / name).read_text() for name in ("README.md", "STYLE.md", "CHANGELOG.md")} | DOCS


OF_THE_SUPERVISOR = {"CATCHER_PORT"}
"""Settings by which `bin/run` tells its processes where another one listens: nobody sets them by hand."""


def settings() -> list[str]:
    """The names that the program reads from its environment, for people to set."""
    tree = ast.parse((ROOT / "config.py").read_text())
    names = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setting"
    ]
    return [name for name in names if name not in OF_THE_SUPERVISOR]


@pytest.mark.parametrize("name", settings())
def test_every_setting_is_in_the_readme(name):
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    assert f"`{name}`" in table


def test_the_readme_names_no_setting_that_is_not_read():
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", table))
    assert named == set(settings())


@pytest.mark.parametrize("option", ["--port", "--host", "--data", "--empty"])
def test_every_option_of_run_is_in_the_readme(option):
    assert f"`{option}" in README
    value = [] if option == "--empty" else ["1"]
    assert vars(_options([option, *value]))[option[2:]]


@pytest.mark.parametrize("key", ALL)
def test_every_module_is_in_the_documents(key):
    assert any(f"`{key}`" in text for text in DOCS.values())


@pytest.mark.parametrize("topic", HANDLERS)
def test_every_job_is_in_the_documents(topic):
    assert f"`{topic}`" in OPERATING


@pytest.mark.parametrize("task", SCHEDULE, ids=lambda task: task.run.__name__)
def test_every_task_of_the_schedule_is_in_the_documents(task):
    verb = task.run.__name__.partition("_")[0]
    assert re.search(rf"\b{verb}s?\b", OPERATING.partition("## Jobs")[2].partition("\n## ")[0])


def test_every_command_is_in_the_documents_and_every_one_there_exists(app):
    with app.app_context():
        commands = {
            f"{name} {sub}" if sub else name
            for name, command in app.cli.commands.items()
            for sub in getattr(command, "commands", {"": None})
        }
    written = set(re.findall(r"`flask --app app ([a-z -]+?)(?: \"\w+\")?`", "\n".join(PAGES.values())))
    assert commands - {"translate"} <= written
    assert written <= commands
    assert register


def test_adding_a_module_takes_less_than_ten_steps_two_of_them_files():
    steps = re.findall(r"^(\d+)\. (.*)", ADDING, re.M)
    assert [int(number) for number, _words in steps] == list(range(1, len(steps) + 1))
    assert len(steps) < 10
    assert len([words for _number, words in steps if words.startswith("**")]) == 2


def test_the_documents_speak_of_files_that_are_there():
    imagined = {
        "domain/crm/projects.py",
        "domain/modules/crm/projects.py",
        "templates/crm/projects/_summary.html",
    }
    for page, text in PAGES.items():
        for path in set(
            re.findall(r"`((?:blueprints|domain|templates|tests|bin|jobs|delivery|docs)/[\w./-]+)", text)
        ):
            assert path in imagined or list(ROOT.glob(path.rstrip(".") + "*")), f"{page}: {path}"


def test_the_links_of_the_documents_lead_somewhere():
    for page, text in PAGES.items():
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_the_decisions_are_numbered_and_say_what_and_why():
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        text = page.read_text()
        assert text.startswith("# "), page
        assert len(text.split()) > 60, page


def test_a_decision_that_the_code_speaks_of_is_there():
    for path in (
        *(ROOT / "domain").rglob("*.py"),
        *(ROOT / "jobs").rglob("*.py"),
        *(ROOT / "delivery").rglob("*.py"),
    ):
        for named in re.findall(r"docs/decisions/[\w-]+\.md", path.read_text()):
            assert (ROOT / named).exists(), f"{path}: {named}"


def test_the_demo_sign_ins_of_the_readme_are_those_of_the_start():
    start = (ROOT / "bin/start.py").read_text()
    assert set(re.findall(r"\w+@example\.com", README)) == set(re.findall(r"\w+@example\.com", start))


def attacks() -> list[tuple[int, list[str]]]:
    """The table of attacks: the number of each, and the tests that make it."""
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", DOCS[Path("docs/security.md")], re.M)
    return [(int(number), re.findall(r"`(test_\w+)`", tests)) for number, tests in rows]


def test_every_attack_has_its_number_and_tests_that_exist():
    numbers = [number for number, _tests in attacks()]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 40
    sources = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)\(", sources, re.M))
    for number, tests in attacks():
        assert tests, number
        assert not set(tests) - there, number


def test_what_is_public_is_public_for_a_reason():
    assert all(len(reason.split()) > 3 for reason in PUBLIC.values())
