"""What holds for every module, whatever it declares."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import html
from sqlalchemy import select

from domain.db import db, everywhere
from domain.modules import ALL
from domain.modules.kinds import KINDS
from domain.modules.listing import Listing
from domain.modules.module import Module, Related
from domain.organizations.roles import PROFILES, Profile
from tests import factories
from tests.modules import samples
from tests.pages import HTMX, Page, led_to, see, send

every_module = pytest.mark.parametrize("module", ALL.values(), ids=ALL)

LISTS = [(module, related) for module in ALL.values() for related in module.related]
every_related_list = pytest.mark.parametrize(
    ("module", "related"), LISTS, ids=[f"{module.key}-{related.module}" for module, related in LISTS]
)

TEXTS = ("text", "long_text", "email", "phone", "url")


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def url(module: Module, *rest: object) -> str:
    return "/".join(["", module.path, *map(str, rest)])


def ids(module: Module) -> set[int]:
    return set(db.session.scalars(select(module.model.id)))


def made_from_form(admin: Any, module: Module) -> Any:
    """A record with something in every field of its form."""
    page = see(admin, url(module, f"new?{module.parent}=0" if module.parent else "new"))
    form = page.form(**samples.form_of(module))
    before = ids(module)
    send(admin, url(module, "new"), form)
    [made] = ids(module) - before
    return db.session.get(module.model, made)


# --- lists --------------------------------------------------------------------------------------------------
@every_module
def test_a_list_without_records_says_what_to_do_next(module, admin):
    with everywhere():
        db.session.execute(module.model.__table__.delete())
    page = see(admin, url(module))
    assert page.has('//*[@class="empty"]')


@every_module
def test_a_list_names_each_record_and_leads_to_it(module, admin):
    records = [samples.record_of(module) for _ in range(3)]
    page = see(admin, url(module))
    for record in records:
        assert page.has(f'//th[@scope="row"]/a[@href="{url(module, record.id)}"][normalize-space()]')


@every_module
def test_every_operator_of_every_field_finds_what_it_should(module, admin, cast, subtests):
    record = made_from_form(admin, module)
    for field in module.fields:
        for operator in KINDS[field.kind].operators:
            value, found = _asked(module, record, field, operator)
            with subtests.test(field=field.name, operator=operator):
                name = field.name if operator == "is" else f"{field.name}__{operator}"
                listing = Listing.from_args(module, {name: value})
                assert (record in listing.page(cast.admin).rows) is found
                assert listing.count(cast.admin) == len(listing.page(cast.admin).rows)


@every_module
def test_a_condition_on_any_field_stands_on_the_page(module, admin, cast, subtests):
    record = made_from_form(admin, module)
    for field in module.fields:
        operator = KINDS[field.kind].operators[0]
        value, found = _asked(module, record, field, operator)
        with subtests.test(field=field.name):
            name = field.name if operator == "is" else f"{field.name}__{operator}"
            page = see(admin, url(module), query_string={name: value}, headers=HTMX)
            assert page.has(f'//th/a[@href="{url(module, record.id)}"]') is found
            assert page.has('//*[@class="chip"]')


def _asked(module: Module, record: Any, field: Any, operator: str) -> tuple[str, bool]:
    """A value to ask for, and whether the record answers to it."""
    value = getattr(record, field.column)
    is_empty = value is None or value == ""
    if operator in ("empty", "none"):
        return "", is_empty
    if operator in ("filled", "some"):
        return "", not is_empty
    if operator == "mine":
        return "", value is not None  # whoever makes a record owns it
    if operator in ("period", "last", "next"):
        return ("last_year", False) if operator == "period" else ("1", value == factories.today())
    if field.kind == "money":
        value = samples.major(value, getattr(record, field.currency))
    if field.kind == "boolean":
        return ("1" if value else "0"), True
    if operator == "between":
        typed = str(samples.typed(field) if is_empty else value)
        return f"{typed}..{typed}", not is_empty
    if is_empty:
        return samples.typed(field) or "1", operator in ("not", "lacks")
    if field.kind in TEXTS and operator not in ("is", "not"):
        part = str(value).split("\n")[0]
        return (part[-4:] if operator == "ends" else part[:4]).upper(), operator != "lacks"
    return str(value), operator not in ("not", "gt", "lt", "after", "before")


@every_module
def test_a_filter_that_makes_no_sense_is_refused(module, admin, subtests):
    for args in (
        {"nonsense": "1"},
        {"id": "1"},
        {"organization_id": "2"},
        {"search_text__contains": "a"},
        {f"{module.fields[0].name}__nonsense": "1"},
        {f"{module.fields[0].name}__": "1"},
        {"sort": "nonsense"},
        {"sort": "search_text"},
        {"after": "nonsense"},
        {"before": "bnVsbA"},
    ):
        with subtests.test(**args):
            see(admin, url(module), 422, query_string=args)


@every_module
def test_sortable_columns_are_never_null(module, subtests):
    for field in (field for field in module.fields if field.sortable):
        with subtests.test(field=field.name):
            assert field.sql is None, "a derived value has no index to page by"
            assert module.model.__table__.columns[field.column].nullable is False
    assert module.sort, "a list has an order of its own"
    assert module.by_name[module.sort.removeprefix("-")].sortable


@every_module
def test_paging_shows_every_row_once_forwards_and_backwards_in_every_order(module, cast, subtests):
    records = [samples.record_of(module) for _ in range(11)]
    for field in (field for field in module.fields if field.sortable):
        for record, value in zip(records, samples.values_for(module, field, 11), strict=True):
            _write(record, field.column, value)
        for sort in (field.name, f"-{field.name}"):
            with subtests.test(sort=sort):
                _check_paging(Listing.from_args(module, {"sort": sort}, size=3), cast.admin)


def _write(record: Any, column: str, value: Any) -> None:
    """As it may stand in the database, past all rules."""
    table = record.__table__
    with everywhere():
        db.session.execute(table.update().where(table.c.id == record.id).values({column: value}))
    db.session.expire(record)


def _check_paging(listing: Listing, member: Any) -> None:
    pages = _pages(listing, member, "after")
    forwards = [row.id for page in pages for row in page.rows]
    backwards = [
        row.id for page in _pages(listing.at(before=pages[-1].before), member, "before") for row in page.rows
    ]
    whole = [row.id for row in Listing(listing.module, sort=listing.sort, size=1000).page(member).rows]
    assert forwards == whole
    assert len(forwards) == listing.count(member)
    assert sorted(backwards + [row.id for row in pages[-1].rows]) == sorted(whole)
    assert pages[0].before is None
    assert pages[-1].after is None
    column = listing.module.by_name[listing.sort.removeprefix("-")].column
    values = [getattr(row, column) for page in pages for row in page.rows]
    if not isinstance(values[0], str):  # text is in the order of the database's collation
        assert values == sorted(values, reverse=listing.sort.startswith("-"))


def _pages(listing: Listing, member: Any, way: str) -> list[Any]:
    pages = [listing.page(member)]
    while cursor := getattr(pages[-1], way):
        pages.append(listing.at(**{way: cursor}).page(member))
    return pages


# --- page and fragment --------------------------------------------------------------------------------------
@every_module
def test_page_and_fragment_say_the_same(module, admin, subtests):
    record = samples.record_of(module)
    parent = (
        f"?{module.parent}={getattr(record, module.by_name[module.parent].column)}" if module.parent else ""
    )
    lists = [url(module, record.id, "related", ALL[related.module].name) for related in module.related]
    for address in (
        url(module),
        url(module, record.id),
        url(module, record.id, "timeline"),
        url(module, record.id, "edit"),
        url(module, record.id, "delete"),
        url(module, "new" + parent),
        *lists,
    ):
        with subtests.test(address=address):
            page, fragment = see(admin, address), see(admin, address, headers=HTMX)
            assert page.is_whole
            assert not fragment.is_whole
            region = fragment.root[0]
            assert _plain(region) == _plain(page.by_id(region.get("id")))
            assert fragment.root[-1].get("id") == "toasts"


@every_module
def test_a_boosted_link_and_the_way_back_get_the_whole_page(module, admin, subtests):
    for name in ("HX-Boosted", "HX-History-Restore-Request"):
        with subtests.test(name=name):
            response = admin.get(url(module), headers=HTMX | {name: "true"})
            assert Page(response).is_whole
            assert "HX-Request" in response.headers["Vary"]


def _plain(region: Any) -> str:
    """The markup without what is random."""
    for secret in region.xpath('.//input[@name="csrf_token" or @name="form_key"]'):
        secret.set("value", "")
    region.tail = None
    return " ".join(html.tostring(region, encoding="unicode").split())


# --- making, changing, deleting -----------------------------------------------------------------------------
@every_module
def test_what_is_typed_stands_in_the_record_and_in_its_form(module, admin, subtests):
    record = made_from_form(admin, module)
    see(admin, url(module, record.id))
    again = see(admin, url(module, record.id, "edit")).form()
    send(admin, url(module, record.id, "edit"), again)
    unchanged = see(admin, url(module, record.id, "edit")).form()
    assert module.is_document or unchanged["version"] == again["version"], "what did not change is not saved"
    for random in ("version", "csrf_token"):
        del again[random], unchanged[random]
    assert unchanged == again


@every_module
def test_an_edit_is_saved_and_stands_in_the_timeline(module, admin):
    record = samples.record_of(module)
    field, another, _third = samples.change_of(module)
    form = see(admin, url(module, record.id, "edit")).form(**{field: another})
    send(admin, url(module, record.id, "edit"), form)
    assert str(getattr(record, field)) == another
    assert "Changed" in see(admin, url(module, record.id, "timeline")).words()


@every_module
def test_a_record_can_be_deleted_after_asking(module, admin):
    record = samples.record_of(module)
    address = url(module, record.id, "delete")
    page = see(admin, address)
    assert record.id in ids(module), "asking deletes nothing"
    record_id = record.id
    send(admin, address, page.form())
    see(admin, url(module, record_id), 404)


@every_module
def test_the_same_form_sent_twice_makes_one_record(module, admin):
    parent = {module.parent: samples.form_of(module)[module.parent]} if module.parent else {}
    page = see(admin, url(module, "new"), query_string=parent)
    form = page.form(**samples.form_of(module) | parent)
    before = len(ids(module))
    first = send(admin, url(module, "new"), form)
    second = send(admin, url(module, "new"), form)
    third = send(admin, url(module, "new"), form, 204, headers=HTMX)
    assert len(ids(module)) == before + 1
    assert first.location == second.location == led_to(third)


@every_module
def test_two_new_forms_have_different_keys(module, admin):
    keys = {see(admin, url(module, "new")).form()["form_key"] for _ in range(3)}
    assert len(keys) == 3
    assert min(map(len, keys)) >= 20


@every_module
def test_the_second_to_save_sees_both_versions_and_loses_nothing(module, admin, client_of, cast):
    record = samples.record_of(module)
    field, mine, theirs = samples.change_of(module)
    address = url(module, record.id, "edit")
    form = see(admin, address).form(**{field: mine})
    other = client_of(cast.admin)
    send(other, address, see(other, address).form(**{field: theirs}))
    page = Page(send(admin, address, form, 409))
    assert str(getattr(record, field)) == theirs
    assert page.form()[field] == mine
    assert theirs in page.by_id(f"{field}_theirs").text_content()
    assert len(page.all('//*[@class="theirs"]')) == 1, "only what differs is marked"
    send(admin, address, page.form())
    assert str(getattr(record, field)) == mine


@every_module
def test_a_form_without_version_or_key_is_refused(module, admin, subtests):
    record = samples.record_of(module)
    field, another, _third = samples.change_of(module)
    form = see(admin, url(module, record.id, "edit")).form(**{field: another})
    for version in (None, "", "x", "-1", "1.0", "²", "9" * 30):
        with subtests.test(version=version):
            send(admin, url(module, record.id, "edit"), {**form, "version": version or ""}, 422)
    del form["version"]
    send(admin, url(module, record.id, "edit"), form, 422)
    assert str(getattr(record, field)) != another
    form = samples.form_of(module)
    before = ids(module)
    for key in ("", " ", "\x00", "k" * 65, "'"):
        send(admin, url(module, "new"), form | {"form_key": key}, 422)
    assert ids(module) == before


# --- who may ------------------------------------------------------------------------------------------------
def _addresses(module: Module, record: Any) -> list[str]:
    related = [f"related/{ALL[each.module].name}" for each in module.related]
    return [
        url(module, record.id, *rest) for rest in ((), ("edit",), ("delete",), ("timeline",), *zip(related))
    ]


@every_module
def test_for_a_stranger_there_is_no_record(module, client_of, cast, subtests):
    record = samples.record_of(module)
    stranger = client_of(cast.stranger)
    for address in _addresses(module, record):
        with subtests.test(address=address):
            see(stranger, address, 404)
            see(stranger, address, 404, headers=HTMX)
    for verb in ("edit", "delete"):
        send(stranger, url(module, record.id, verb), {"version": str(record.version)}, 404)
    assert record.id in ids(module)
    assert not see(stranger, url(module)).has(f'//a[@href="{url(module, record.id)}"]')


@every_module
def test_without_the_right_every_address_refuses(module, client_of, cast, monkeypatch, subtests):
    monkeypatch.setitem(PROFILES, "nothing", Profile("nothing", "Nothing", frozenset()))
    record = samples.record_of(module)
    cast.staff.profile_key = "nothing"
    staff = client_of(cast.staff)
    for address in (url(module), url(module, "new"), url(module, "options"), *_addresses(module, record)):
        with subtests.test(address=address):
            see(staff, address, 403)
    for address in (url(module, "new"), url(module, record.id, "edit"), url(module, record.id, "delete")):
        with subtests.test(address=address):
            send(staff, address, {"version": str(record.version), "form_key": "k"}, 403)
    assert record.id in ids(module)


@every_module
def test_who_may_only_look_finds_no_way_to_change(module, client_of, cast, monkeypatch):
    only_view = frozenset({f"{area}.*.view" for area in ("crm", "books", "settings")})
    monkeypatch.setitem(PROFILES, "viewer", Profile("viewer", "Viewer", only_view))
    record = samples.record_of(module)
    cast.admin.profile_key = "viewer"
    viewer = client_of(cast.admin)
    page = see(viewer, url(module, record.id))
    for verb in ("edit", "delete", "status"):
        assert not page.has(
            f'//*[@href="{url(module, record.id, verb)}" or @action="{url(module, record.id, verb)}"]'
        )
    assert not see(viewer, url(module)).has(f'//a[@href="{url(module, "new")}"]')
    see(viewer, url(module, "new"), 403)
    for verb in ("edit", "delete"):
        see(viewer, url(module, record.id, verb), 403)
        send(viewer, url(module, record.id, verb), {"version": str(record.version)}, 403)


# --- related lists ------------------------------------------------------------------------------------------
def _with_related(module: Module, related: Related, how_many: int, **values: Any) -> Any:
    """A record with some records in a related list of its."""
    record = samples.linked_record_of(module)
    narrowing = related.through(record)
    target = ALL[related.module]
    for _ in range(how_many):
        samples.related_record(target, narrowing)
    return record


@every_related_list
def test_a_related_list_shows_its_records_as_page_and_as_panel(module, related, admin):
    record = _with_related(module, related, 3)
    target = ALL[related.module]
    address = url(module, record.id, "related", target.name)
    for page in (see(admin, address), see(admin, address, headers=HTMX)):
        panel = page.by_id(target.region)
        assert panel.get("data-panel") == target.name
        assert len(panel.xpath(".//tbody/tr")) == 3
        assert panel.xpath('.//*[starts-with(@aria-label, "Refresh")]')


@every_related_list
def test_a_related_list_is_on_the_record_page_before_its_rows_are(module, related, admin):
    record = _with_related(module, related, 1)
    target = ALL[related.module]
    panel = see(admin, url(module, record.id)).by_id(target.region)
    if related.kind:
        assert "1 · ¥" in panel.text_content()
    address = url(module, record.id, "related", target.name)
    assert panel.get("hx-get") == address
    assert panel.get("hx-trigger") == "revealed"
    assert panel.xpath(f'.//a[@href="{address}"]'), "without JavaScript a link leads to the rows"


@every_related_list
def test_a_related_list_pages_and_sorts_within_itself(module, related, admin):
    record = _with_related(module, related, 12)
    target = ALL[related.module]
    address = url(module, record.id, "related", target.name)
    first = see(admin, address)
    assert len(first.all("//tbody/tr")) == 10
    second = see(admin, first.one('//a[@rel="next"]').get("href"), headers=HTMX)
    assert len(second.all("//tbody/tr")) == 2
    assert second.has(f'//section[@id="{target.region}"]//a[@rel="prev"]')
    for heading in first.all("//thead//a"):
        assert heading.get("href").startswith(address)
        see(admin, heading.get("href"), headers=HTMX)


@every_related_list
def test_a_related_list_of_another_name_is_not_there(module, related, admin):
    record = samples.record_of(module)
    see(admin, url(module, record.id, "related", "nonsense"), 404)


# --- how many statements ------------------------------------------------------------------------------------
def _beside_session_and_rights(queries: list[str], module: Module, record_id: int | None) -> list[str]:
    """The statements but those that say who is asking, and whether they may see this record."""
    rest = [sql for sql in queries if not sql.startswith("BEGIN") and "sign_ins" not in sql]
    return rest[1:] if record_id else rest


@every_module
def test_a_list_costs_the_same_for_two_rows_and_for_twenty(module, admin, count_queries):
    costs = []
    for rows in (2, 18):
        for _ in range(rows):
            samples.full_record_of(module)
        db.session.commit()
        with count_queries() as queries:
            see(admin, url(module))
        costs.append(queries)
    assert len(costs[0]) == len(costs[1]), "\n".join(costs[1])
    assert len(_beside_session_and_rights(costs[1], module, None)) <= 3


@every_related_list
def test_a_panel_costs_the_same_for_one_row_and_for_ten(module, related, admin, count_queries):
    record = _with_related(module, related, 1)
    target = ALL[related.module]
    address = url(module, record.id, "related", target.name)
    costs = []
    for rows in (0, 9):
        for _ in range(rows):
            samples.related_record(target, related.through(record))
        db.session.commit()
        with count_queries() as queries:
            page = see(admin, address, headers=HTMX)
        costs.append(queries)
    assert len(page.all("//tbody/tr")) == 10
    assert len(costs[0]) == len(costs[1]), "\n".join(costs[1])
    rest = _beside_session_and_rights(costs[1], module, record.id)
    assert len(rest) <= 3, "\n".join(rest)


@every_module
def test_a_record_page_costs_the_same_however_much_belongs_to_it(module, admin, count_queries):
    record = samples.linked_record_of(module)
    costs = []
    for rows in (2, 18):
        for related in module.related:
            for _ in range(rows):
                samples.related_record(ALL[related.module], related.through(record))
        samples.add_to(record, rows)
        db.session.commit()
        with count_queries() as queries:
            see(admin, url(module, record.id))
        costs.append(queries)
    assert len(costs[0]) == len(costs[1]), "\n".join(costs[1])


# --- whatever is typed --------------------------------------------------------------------------------------
NASTY = (
    "x" * 10_000,
    "a\x00b",
    "🧾👩‍👧‍👦",
    '"><img data-evil src=x onerror=alert(1)>',
    "</textarea></script><script data-evil>alert(1)</script>",
    "' data-evil='1",
    "{{ 7 * 7 }} {% x %} %(name)s %s",
    "100% _under\\score'quote\"",
    "\u202eمرحبا بالعالم\u202c",
    "ﷺ" * 200,
    "\r\nBcc: somebody@example.com",
    "javascript:alert(1)",
    "  \u3000  ",
    "\ud7ff\uffff",
)

NO_VALUE = (
    "a\x00b",
    '"><img data-evil src=x onerror=alert(1)>',
    "1e400",
    "NaN",
    "-Infinity",
    "١٢٣",
    "9" * 40,
    "-1",
    "0.0000001",
    "2026-02-30",
    "0000-00-00",
)


PLAIN = ("text", "long_text", "phone")

EMPTIED = ("number", "integer", "percent", "money")
"""What is emptied is then what it was at first, or what it follows from."""

DOCUMENT_TEXTS = ("reference", "notes", "terms", "lines-0-description")


def _type(admin: Any, module: Module, text: str, kinds: tuple[str, ...]) -> bool:
    """Send a new form with that text in every field of these kinds, as much of it as the field holds.

    Says whether it was saved; then the record's page was looked at.
    """
    form = samples.form_of(module) | {"form_key": samples.key()}
    fields = [field for field in module.editable if field.kind in kinds]
    typed = {field.name: text[: _longest(module, field.name)] for field in fields}
    if module.is_document and kinds == PLAIN:
        typed = {name: text[: _longest(module, name)] for name in DOCUMENT_TEXTS}
    response = admin.post(url(module, "new"), data=form | typed)
    assert response.status_code in (303, 422), f"{text[:50]!r}: {response.status_code} {response.text[:3000]}"
    page = Page(response) if response.status_code == 422 else see(admin, response.location)
    assert not page.has("//@data-evil")
    return response.status_code == 303


def _longest(module: Module, name: str) -> int | None:
    if name in module.by_name and module.by_name[name].longest:
        return module.by_name[name].longest
    column = module.model.__table__.columns.get(name)
    return getattr(column.type, "length", None) if column is not None else None


@every_module
def test_no_text_breaks_a_form_or_a_page(module, admin, subtests):
    saved = []
    for text in NASTY:
        with subtests.test(text=text[:40]):
            saved.append(_type(admin, module, text, PLAIN))
    assert sum(saved) > 8 or module.key == "settings.currencies", "most of it is only unusual"
    assert not see(admin, url(module)).has("//@data-evil")


@every_module
def test_no_text_breaks_a_field_of_any_other_kind(module, admin, subtests):
    for text in NO_VALUE:
        with subtests.test(text=text[:40]):
            _type(admin, module, text, tuple(set(KINDS) - set(PLAIN)))


@every_module
def test_a_text_that_is_too_long_is_said_at_its_field(module, admin, subtests):
    for field in (field for field in module.editable if field.kind in ("text", "phone")):
        with subtests.test(field=field.name):
            longest = _longest(module, field.name)
            assert longest
            form = samples.form_of(module) | {"form_key": samples.key(), field.name: "x" * (longest + 1)}
            page = Page(send(admin, url(module, "new"), form, 422))
            assert str(longest) in page.error(field.name).replace(",", "")
            assert page.form()[field.name] == form[field.name], "what was typed is kept"


@every_module
def test_a_required_field_left_empty_is_said_at_its_field(module, admin, subtests):
    for field in (field for field in module.editable if field.required and not module.is_document):
        if field.kind != "choice":
            with subtests.test(field=field.name):
                form = samples.form_of(module) | {"form_key": samples.key(), field.name: " "}
                page = Page(send(admin, url(module, "new"), form, 422))
                assert page.error(field.name)


@every_module
def test_all_that_may_be_left_empty_may_be_left_empty(module, admin):
    form = samples.form_of(module)
    given = {
        name: text for name, text in form.items() if _is_required(module, name) or name.startswith("lines-")
    }
    blank = dict.fromkeys(form.keys() - given.keys(), "")
    send(admin, url(module, "new"), blank | given | {"form_key": samples.key()})


@every_module
def test_all_that_may_be_left_empty_may_be_emptied_again(module, admin):
    record = made_from_form(admin, module)
    address = url(module, record.id, "edit")
    form = see(admin, address).form()
    kept = (
        "csrf_token",
        "version",
        "organization",
        "record",
        "is_primary",
        "is_default",
        "party",
        "party_id",
        "due_on",  # follows from the terms of payment
    )
    names = [
        name
        for name in form
        if name.removesuffix("_id") in module.by_name and name not in kept and not _is_required(module, name)
    ]
    send(admin, address, see(admin, address).form(**dict.fromkeys(names, "")))
    again = see(admin, address).form()
    for name in names:
        field = module.by_name.get(name)
        assert again.get(name, "") == "" or (field and field.kind in EMPTIED), name


def _is_required(module: Module, name: str) -> bool:
    name = name if name in module.by_name else name.removesuffix("_id")
    if name == "amount":
        return True
    return name in module.by_name and (module.by_name[name].required or name == "last_name")


@every_module
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
@example(text="\x85\u2028")
def test_any_text_at_all_is_saved_or_refused(module, admin, text):
    _type(admin, module, text, PLAIN)
