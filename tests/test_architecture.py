"""The walls of the program, read from its source, and the guard that keeps organizations apart."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, exists, func, inspect, literal_column, select, text, union, union_all, update
from sqlalchemy.orm import aliased, joinedload, selectinload

from config import ROOT
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import OrganizationScoped, UnscopedQuery, db, everywhere, scoped_to
from domain.timeline import TimelineEntry
from tests import factories

LONGEST_FUNCTION = 60
LONGEST_FILE = 400

COMMITS = {
    "blueprints/auth.py": "the one place that commits a request; a wrong password is on record although refused",
    "blueprints/bearer.py": "that a token was used is on record whatever comes of it",
    "commands.py": "each command is a transaction",
    "jobs/dispatch.py": "the claim, then the outcome",
    "demo/__init__.py": "loading the demo is a command",
    "demo/loading.py": "loading the demo is a command",
}

TEXT_AND_TABLES = {
    "domain/books/drawn_lines.py": "the lines of a new document, written all at once",
    "domain/sqlite.py": "SQLite's BEGIN and PRAGMA",
    "domain/integrity.py": "asks the tables that refer to a record, each with its organization",
    "domain/books/merging/moving.py": "moves rows of every table that refers to a customer, in its organization",
    "domain/search_index.py": "upserts in a flush, and SQLite's FTS5, which is no table of ours",
    "domain/outbox.py": "an upsert, which the ORM can't say",
    "blueprints/health.py": "SELECT 1",
}
"""Where a statement may go past the ORM; each names its organization or touches none."""


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """The program's files, by path."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


PROGRAM = ("blueprints", "delivery", "domain", "jobs", "sync")


def everything() -> Iterator[tuple[str, ast.Module]]:
    """All that runs, with what puts it together."""
    yield from sources(*PROGRAM, "bin", "demo")
    for name in ("app.py", "commands.py", "config.py", "worker.py"):
        yield name, ast.parse((ROOT / name).read_text())


def calls(tree: ast.Module) -> Iterator[str]:
    """The names of what is called: `commit` of `db.session.commit()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", "") or getattr(node.func, "id", "")


# --- imports --------------------------------------------------------------------------------------------------


def test_nobody_imports_against_the_direction():
    program = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def test_there_are_no_drawers_for_whatever():
    names = {part for path, _tree in sources(*PROGRAM) for part in Path(path).with_suffix("").parts}
    assert not names & {"utils", "util", "helpers", "helper", "common", "services", "service", "core", "misc"}


def test_only_blueprints_know_who_is_signed_in():
    for path, tree in sources("domain", "delivery", "jobs", "sync"):
        names = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(tree)}
        assert not names & {"current_user", "request", "session_transaction"}, path


def test_only_respond_knows_the_headers_of_htmx():
    for path in sorted((ROOT / "blueprints").rglob("*.py")):
        if path.name not in ("respond.py", "auth.py"):
            assert not re.search(r'"HX-(?!Request")', path.read_text()), path


# --- money, status, transactions ------------------------------------------------------------------------------


def test_nothing_in_the_business_is_a_float():
    for path, tree in sources("domain"):
        found = [
            node.lineno
            for node in ast.walk(tree)
            if (isinstance(node, ast.Name) and node.id == "float")
            or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        ]
        assert not found, f"{path}: {found}"


def test_only_the_machine_writes_a_status():
    for path, tree in sources(*PROGRAM):
        if path == "domain/status.py":
            continue
        assert not list(_status_writes(tree)), path


def _status_writes(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            elements = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (
                node.lineno for each in elements if isinstance(each, ast.Attribute) and each.attr == "status"
            )
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "values":
            yield from (node.lineno for keyword in node.keywords if keyword.arg == "status")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr" and len(node.args) > 1:
            name = node.args[1]
            yield from [node.lineno] if isinstance(name, ast.Constant) and name.value == "status" else []


def test_only_few_places_commit():
    for path, tree in everything():
        if path not in COMMITS:
            assert "commit" not in set(calls(tree)), path


def test_only_few_files_go_past_the_orm():
    for path, tree in sources(*PROGRAM):
        if path in TEXT_AND_TABLES:
            continue
        names = set(calls(tree)) & {"exec_driver_sql", "raw_connection", "insert"}
        names |= {"__table__" for node in ast.walk(tree) if getattr(node, "attr", "") == "__table__"}
        names |= {"text" for node in ast.walk(tree) if _executes_text(node)}
        assert not names - {"insert"} or path in TEXT_AND_TABLES, f"{path}: {names}"


def _executes_text(node: ast.AST) -> bool:
    """Whether a call runs SQL that is written out."""
    if not (
        isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("execute", "scalar", "scalars")
    ):
        return False
    return any(isinstance(each, ast.Call) and getattr(each.func, "id", "") == "text" for each in node.args)


def test_nobody_reads_the_clock_but_through_the_one_that_tests_can_set():
    for path, tree in sources("domain", "blueprints", "delivery", "sync"):
        if path == "domain/db.py":
            continue
        found = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") in ("now", "utcnow", "today")
            and getattr(getattr(node.func, "value", None), "id", "") in ("datetime", "date")
        ]
        assert not found, f"{path}: {found}"


def test_a_job_leaves_retrying_to_the_outbox():
    for path, tree in sources("jobs"):
        imported = {
            each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rq")
            for each in node.names
        }
        assert "Retry" not in imported, path


# --- templates ------------------------------------------------------------------------------------------------

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=[\"']|hx-on|\bjs:|javascript:")


def test_no_template_holds_code_or_style():
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if path.relative_to(ROOT / "templates").parts[0] not in ("pdf", "email"):
            assert not INLINE.search(path.read_text()), path


def test_no_template_marks_as_safe_what_somebody_typed():
    allowed = {"attrs | safe", "attributes | safe"}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        found = set(re.findall(r"[\w.()\[\]'\"]+ ?\| ?safe", path.read_text()))
        assert found <= allowed, path


def test_nothing_of_a_page_comes_from_elsewhere():
    for path in sorted((ROOT / "templates").rglob("*.html")):
        assert not re.search(r"(src|href)=[\"']https?://", path.read_text()), path


# --- sizes ----------------------------------------------------------------------------------------------------


def test_functions_and_files_stay_small():
    long = [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path, tree in sources(*PROGRAM)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    for path, _tree in sources(*PROGRAM):
        lines = len((ROOT / path).read_text().splitlines())
        if lines > LONGEST_FILE:
            long.append(f"{path}: {lines} lines")
    assert not long, "\n".join(long)


def test_every_file_function_and_class_says_what_it_is_for():
    silent = [
        f"{path}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', '')}"
        for path, tree in sources(*PROGRAM)
        for node in [tree, *tree.body]
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent, "\n".join(silent)


# --- what keeps organizations apart ---------------------------------------------------------------------------


@pytest.fixture
def theirs(cast):
    """Fixture: an account, a contact and an invoice of another organization, known to the session."""
    with scoped_to(cast.stranger.organization_id):
        account = factories.account(name="Theirs")
        factories.contact(account_id=account.id)
        factories.invoice(issued=True)
        db.session.flush()
    factories.account(name="Ours")
    db.session.flush()
    return account


OURS = aliased(Account)

READS = {
    "a plain select": select(Account.name),
    "an alias": select(OURS.name),
    "an outer join": select(Account.name).outerjoin(Contact, Contact.account_id == Account.id),
    "a union": union(select(Account.name), select(Account.name)),
    "a union of all": union_all(select(Account.name), select(OURS.name)),
    "a select from a union": select(union_all(select(Account.name)).subquery().c.name),
    "a subquery": select(select(Account.name).subquery().c.name),
    "a common table": select(select(Account.name).cte().c.name),
    "a scalar subquery": select(select(func.max(Account.name)).scalar_subquery()),
    "an in": select(Account.name).where(Account.id.in_(select(Contact.account_id))),
    "a left side without an entity": select(literal_column("accounts.name")).select_from(Account),
    "a window": select(func.first_value(Account.name).over(order_by=Account.name.desc())),
    "a union of the other first": union(select(literal_column("'Ours'")), select(Account.name)),
}


@pytest.mark.parametrize("query", READS.values(), ids=READS)
def test_no_way_of_asking_shows_the_rows_of_another_organization(theirs, query):
    try:
        found = set(db.session.scalars(query))
    except UnscopedQuery:
        return
    assert "Theirs" not in found


COUNTS = {
    "a count": select(func.count(Account.id)),
    "a count of a table": select(func.count()).select_from(Account),
    "a count over a subquery": select(func.count()).select_from(select(Account.id).subquery()),
    "a count over a union": select(func.count()).select_from(
        union_all(select(Account.id), select(Contact.id)).subquery()
    ),
    "a sum": select(func.sum(Account.id - Account.id + 1)),
}


@pytest.mark.parametrize("query", COUNTS.values(), ids=COUNTS)
def test_no_way_of_counting_counts_the_rows_of_another_organization(theirs, query):
    try:
        assert db.session.scalar(query) == 1
    except UnscopedQuery:
        return


def test_a_record_that_is_read_again_carries_the_condition_once(theirs):
    """Else a worker's statements would grow for as long as it holds a record, each compiled anew."""
    account = db.session.scalars(select(Account)).one()
    for _turn in range(3):
        db.session.expire(account)
        assert account.name
    assert len(inspect(account).load_options) == 1


EXISTS = {
    "exists": select(exists().where(Account.name == "Theirs")),
    "exists of a select": select(select(Account.id).where(Account.name == "Theirs").exists()),
    "exists beside ours": select(Account.id).where(
        select(OURS.id).where(OURS.name == "Theirs").exists(), Account.name == "Ours"
    ),
    "a relationship's any": select(Contact.id).where(Contact.account.has(Account.name == "Theirs")),
}


@pytest.mark.parametrize("query", EXISTS.values(), ids=EXISTS)
def test_no_way_of_asking_whether_there_is_one_finds_another_organizations(theirs, query):
    try:
        assert not db.session.scalar(query)
    except UnscopedQuery:
        return


CHANGES = {
    "an update": update(Account).values(name="Changed"),
    "an update by name": update(Account).where(Account.name == "Theirs").values(name="Changed"),
    "an update by another table": update(Account)
    .where(Account.id.in_(select(Contact.account_id)))
    .values(name="Changed"),
    "an update of the table": Account.__table__.update().values(name="Changed"),
    "a delete": delete(TimelineEntry),
    "a delete of the table": TimelineEntry.__table__.delete(),
    "an update of a parent class": update(Party).values(display_name="Changed"),
    "an update of a child class": update(Invoice).values(reference="Changed"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_way_of_changing_many_rows_changes_those_of_another_organization(theirs, cast, change):
    before = _rows_of(cast.stranger.organization_id)
    try:
        db.session.execute(change.execution_options(synchronize_session=False))
    except UnscopedQuery:
        return
    assert _rows_of(cast.stranger.organization_id) == before


def _rows_of(organization_id: int) -> list[str]:
    db.session.expire_all()
    with everywhere():
        return [
            repr(row)
            for model in (Account, TimelineEntry, Party, Invoice)
            for row in db.session.execute(
                select(model.__table__).where(model.__table__.c.organization_id == organization_id)
            )
        ]


def test_a_record_is_not_taken_from_memory_into_another_organization(theirs):
    assert theirs in db.session
    assert db.session.get(Account, theirs.id) is None
    with pytest.raises(Exception, match="No row was found"):
        db.session.get_one(Account, theirs.id)


def test_a_relationship_does_not_lead_into_another_organization(theirs, cast):
    with scoped_to(cast.stranger.organization_id):
        [contact] = db.session.scalars(select(Contact))
    contact_id = contact.id
    mine = factories.contact()
    with everywhere():
        db.session.execute(update(Contact).where(Contact.id == mine.id).values(account_id=theirs.id))
    db.session.expunge_all()
    for option in (None, joinedload(Contact.account), selectinload(Contact.account)):
        query = select(Contact).execution_options(populate_existing=True)
        found = list(db.session.scalars(query.options(option) if option else query))
        assert [each.id for each in found] == [mine.id]
        assert found[0].account is None
        assert contact_id not in {each.id for each in found}
        db.session.expunge_all()


def test_without_an_organization_nothing_can_be_asked(theirs):
    with scoped_to(None):  # type: ignore[arg-type]
        with pytest.raises(UnscopedQuery):
            db.session.scalars(select(Account)).all()
        with pytest.raises(UnscopedQuery):
            db.session.execute(update(Account).values(name="x"))


def test_a_new_row_can_not_be_given_to_another_organization(cast):
    db.session.add(Customer(display_name="x", currency="JPY", organization_id=cast.stranger.organization_id))
    with pytest.raises(UnscopedQuery):
        db.session.flush()
    db.session.rollback()


def test_a_row_can_not_be_moved_to_another_organization(cast):
    account = factories.account()
    account.organization_id = cast.stranger.organization_id
    with pytest.raises(UnscopedQuery):
        db.session.flush()
    db.session.rollback()


def test_every_table_belongs_to_an_organization_or_is_named_here():
    shared = {"organizations", "users", "failed_sign_ins", "password_resets", "portal_guests"}
    scoped = {
        mapper.local_table.name
        for mapper in db.Model.registry.mappers
        if issubclass(mapper.class_, OrganizationScoped)
    }
    assert set(db.metadata.tables) - scoped == shared


def test_written_sql_is_for_those_who_name_it(session):
    """SQL as text passes the session's hook unseen: that is why only few files may use it."""
    assert db.session.execute(text("SELECT 1")).scalar() == 1
