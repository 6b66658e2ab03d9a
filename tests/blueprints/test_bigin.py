"""The CRM side as clients of the Bigin API know it: reading, writing, and what is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from blueprints import bearer
from domain.crm.accounts import Account
from domain.crm.deals import Deal
from domain.db import db, now
from domain.modules.making_fields import make_field
from domain.modules.saved_views import SavedView, save_view
from domain.timeline import TimelineEntry
from tests import factories
from tests.blueprints.oauth import personal


@pytest.fixture
def api(client, cast):
    """Fixture: `api("GET", "/Accounts")` as the administrator's program."""
    headers = personal(cast.admin)

    def call(method, path, status=200, data=None, more=(), **options):
        options |= {"json": {"data": data}} if data is not None else {}
        answer = client.open(f"/bigin/v2{path}", method=method, headers=headers | dict(more), **options)
        assert answer.status_code == status, answer.text
        db.session.expire_all()
        return answer.json if answer.data else answer

    return call


def made(answer):
    """The id of what was made or changed."""
    [row] = answer["data"]
    assert row["code"] == "SUCCESS", row
    return int(row["details"]["id"])


def trouble(answer):
    """What is wrong with the only row."""
    [row] = answer["data"]
    return row["code"], row["details"].get("api_name")


# --- reading ----------------------------------------------------------------------------------------------------


def test_nothing_is_an_answer_without_a_body(api):
    for path in (
        "/Accounts",
        "/Contacts",
        "/Products",
        "/Pipelines",
        "/Accounts/search?word=x",
        "/Accounts/deleted",
    ):
        assert not api("GET", path, 204).data


def test_a_list_has_its_rows_and_what_is_behind_them(api):
    factories.account(name="みなと製作所", phone="03-1234", billing_country="JP", annual_revenue=5)
    answer = api("GET", "/Accounts?fields=Account_Name,Phone,Billing_Country,Annual_Revenue,Nonsense")
    [row] = answer["data"]
    assert row == {
        "id": row["id"],
        "Account_Name": "みなと製作所",
        "Phone": "03-1234",
        "Billing_Country": "JP",
        "Annual_Revenue": 5,
        "$version": 1,
    }
    assert isinstance(row["id"], str)
    assert {"per_page": 200, "count": 1, "more_records": False}.items() <= answer["info"].items()


def test_without_fields_a_row_has_all_of_them(api):
    account = factories.account()
    factories.contact(account_id=account.id, email="a@example.com")
    [row] = api("GET", "/Contacts")["data"]
    assert row["Account_Name"] == {"id": str(account.id), "name": account.name}
    assert row["Email"] == "a@example.com" and row["Phone"] is None
    assert datetime.fromisoformat(row["Modified_Time"]).tzinfo


def test_pages_follow_each_other_by_token_and_by_number(api):
    for number in range(7):
        factories.account(name=f"Account {number}")
    db.session.commit()
    by_token, token = [], ""
    while True:
        answer = api("GET", f"/Accounts?per_page=3&sort_by=Modified_Time&sort_order=asc&page_token={token}")
        by_token += [row["Account_Name"] for row in answer["data"]]
        if not (token := answer["info"]["next_page_token"] or ""):
            break
    by_page = [
        row["Account_Name"]
        for page in (1, 2, 3)
        for row in api("GET", f"/Accounts?per_page=3&sort_by=id&sort_order=asc&page={page}")["data"]
    ]
    assert by_token == by_page == [f"Account {number}" for number in range(7)]
    assert api("GET", "/Accounts?per_page=3&page=4", 204) is not None


def test_a_list_asks_the_same_number_of_questions_for_many_rows_as_for_few(api, count_queries):
    factories.contact(account_id=factories.account().id)
    db.session.commit()
    with count_queries() as few:
        api("GET", "/Contacts")
    for _n in range(20):
        factories.contact(account_id=factories.account().id)
    db.session.commit()
    with count_queries() as many:
        api("GET", "/Contacts")
    assert len(many) == len(few)


def test_what_changed_since_a_moment_is_read_alone_and_nothing_is_304(api):
    old, new = factories.account(name="Old"), factories.account(name="New")
    db.session.execute(
        db.update(Account).where(Account.id == old.id).values(updated_at=now() - timedelta(days=2))
    )
    db.session.commit()
    since = (now() - timedelta(days=1)).isoformat()
    assert [row["id"] for row in api("GET", "/Accounts", more={"If-Modified-Since": since})["data"]] == [
        str(new.id)
    ]
    later = (now() + timedelta(days=1)).astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    api("GET", "/Accounts", 304, more={"If-Modified-Since": later})


def test_some_rows_are_read_by_their_ids_and_those_of_a_view(api, cast):
    one, other = factories.account(name="One", industry="Steel"), factories.account(name="Other")
    assert {row["id"] for row in api("GET", f"/Accounts?ids={one.id},{other.id}")["data"]} == {
        str(one.id),
        str(other.id),
    }
    view = save_view(
        SavedView(module="crm.accounts", member_id=cast.admin.id), "Steel", False, {"industry": "Steel"}
    )
    db.session.commit()
    assert api("GET", "/settings/custom_views?module=Accounts")["custom_views"][0]["id"] == str(view.id)
    assert [row["id"] for row in api("GET", f"/Accounts?cvid={view.id}")["data"]] == [str(one.id)]
    api("GET", "/Accounts?cvid=999", 400)


def test_one_row_is_read_by_its_id(api):
    account = factories.account(name="One")
    assert api("GET", f"/Accounts/{account.id}")["data"][0]["Account_Name"] == "One"
    assert api("GET", "/Accounts/999", 404)["code"] == "INVALID_DATA"


# --- searching --------------------------------------------------------------------------------------------------


FOUND = [
    ("criteria=(Last_Name:equals:Sato)", {"Sato"}),
    ("criteria=Last_Name:starts_with:Sa", {"Sato", "Saito"}),
    ("criteria=((Last_Name:equals:Sato)or(Last_Name:equals:Ito))", {"Sato", "Ito"}),
    ("criteria=((Last_Name:starts_with:Sa)and(First_Name:equals:Yui))", {"Saito"}),
    (
        "criteria=(((Last_Name:equals:Sato)or(Last_Name:equals:Saito))and(First_Name:equals:Yui))",
        {"Saito"},
    ),
    ("criteria=(Last_Name:in:Sato,Ito)", {"Sato", "Ito"}),
    ("criteria=(Account_Name:equals:{account})", {"Ito"}),
    ("criteria=(Last_Name:equals:a\\(b\\))", set()),
    ("email=SAITO@example.com", {"Saito"}),
    ("phone=555", {"Ito"}),
    ("word=yui", {"Saito"}),
]


def test_a_search_finds_what_its_words_say(api, subtests):
    account = factories.account()
    factories.contact(last_name="Sato", first_name="Ken")
    factories.contact(last_name="Saito", first_name="Yui", email="saito@example.com")
    factories.contact(last_name="Ito", phone="03-5555", account_id=account.id)
    db.session.commit()
    for asked, names in FOUND:
        with subtests.test(asked=asked):
            answer = api("GET", f"/Contacts/search?{asked.format(account=account.id)}", 200 if names else 204)
            found = answer["data"] if names else []
            assert {row["Last_Name"] for row in found} == names


CRITERIA = [
    "(",
    "((((((((((((((Last_Name:equals:a))))))))))))))",
    "(Last_Name:equals)",
    "(Nonsense:equals:a)",
    "(Last_Name:like:a)",
    "(Closing_Date:equals:x)",
    "(Last_Name:equals:a)xor(Last_Name:equals:b)",
    "(id:equals:99999999999999999999999)",
    "(organization_id:equals:2)",
]


def test_criteria_that_can_not_be_read_are_refused_or_find_nothing(api, client, cast, subtests):
    headers = personal(cast.admin)
    for criteria in CRITERIA:
        with subtests.test(criteria=criteria):
            answer = client.get(
                "/bigin/v2/Contacts/search", query_string={"criteria": criteria}, headers=headers
            )
            assert answer.status_code in (204, 400)


# --- writing ----------------------------------------------------------------------------------------------------


def test_rows_are_made_each_with_an_answer(api, cast):
    rows = [
        {"Account_Name": "One", "Billing_Country": "Japan"},
        {"Phone": "1"},
        "nonsense",
        {"Account_Name": "x" * 300},
    ]
    answer = api("POST", "/Accounts", 207, rows)["data"]
    assert [row["code"] for row in answer] == [
        "SUCCESS",
        "MANDATORY_NOT_FOUND",
        "INVALID_DATA",
        "INVALID_DATA",
    ]
    assert answer[1]["details"]["api_name"] == answer[3]["details"]["api_name"] == "Account_Name"
    [account] = db.session.scalars(select(Account))
    assert (account.name, account.billing_country, account.owner_id) == ("One", "JP", cast.admin.id)


def test_all_made_is_201_and_none_is_400(api):
    api("POST", "/Accounts", 201, [{"Account_Name": "One"}, {"Account_Name": "Two"}])
    api("POST", "/Accounts", 400, [{}])
    assert len(db.session.scalars(select(Account)).all()) == 2


def test_a_contact_belongs_to_an_account_and_a_deal_has_stage_amount_and_day(api):
    account = factories.account()
    contact = made(
        api("POST", "/Contacts", 201, [{"Last_Name": "佐藤", "Account_Name": {"id": str(account.id)}}])
    )
    row = {"Deal_Name": "Big", "Stage": "Negotiation or review", "Amount": 1200, "Closing_Date": "2026-12-01"}
    deal = db.session.get(Deal, made(api("POST", "/Pipelines", 201, [row | {"Contact_Name": str(contact)}])))
    assert (deal.amount_minor, deal.account_id, deal.stage.name) == (
        1200,
        account.id,
        "Negotiation or review",
    )
    [read] = api("GET", f"/Pipelines/{deal.id}")["data"]
    assert (read["Amount"], read["Stage"], read["Closing_Date"]) == (
        1200,
        "Negotiation or review",
        "2026-12-01",
    )


def test_only_what_the_row_says_is_changed(api):
    account = factories.account(name="One", phone="1", fax="2")
    made(api("PUT", f"/Accounts/{account.id}", 200, [{"Phone": "3", "Fax": None}]))
    db.session.refresh(account)
    assert (account.name, account.phone, account.fax) == ("One", "3", "")


def test_an_edit_made_since_it_was_read_is_told_and_not_written_over(api):
    account = factories.account(name="One")
    [row] = api("GET", f"/Accounts/{account.id}")["data"]
    account = db.session.get(Account, account.id)
    account.name = "Edited meanwhile"
    db.session.commit()
    change = [{"id": row["id"], "$version": row["$version"], "Account_Name": "Mine"}]
    assert trouble(api("PUT", "/Accounts", 400, change)) == ("RECORD_CHANGED", "$version")
    assert db.session.get(Account, int(row["id"])).name == "Edited meanwhile"


def test_the_same_call_sent_twice_makes_one(api):
    rows = [{"Account_Name": "One"}, {"Account_Name": "Two"}]
    first = api("POST", "/Accounts", 201, rows, {"Idempotency-Key": "k1"})
    again = api("POST", "/Accounts", 201, rows, {"Idempotency-Key": "k1"})
    ids = [[row["details"]["id"] for row in answer["data"]] for answer in (first, again)]
    assert ids[0] == ids[1] and len(set(ids[0])) == 2
    api("POST", "/Accounts", 201, rows, {"Idempotency-Key": "k2"})
    three, four = {"Account_Name": "Three", "$key": "a"}, {"Account_Name": "Four", "$key": "b"}
    [first] = api("POST", "/Accounts", 201, [four])["data"]
    assert api("POST", "/Accounts", 201, [three, four])["data"][1]["details"]["id"] == first["details"]["id"]
    assert len(db.session.scalars(select(Account)).all()) == 6


def test_rows_are_deleted_and_told_of_afterwards(api):
    one, other = factories.account(name="One"), factories.account(name="Other")
    ids = [one.id, other.id]
    answer = api("DELETE", f"/Accounts?ids={ids[0]},999", 207)["data"]
    assert [row["code"] for row in answer] == ["SUCCESS", "INVALID_DATA"]
    api("DELETE", f"/Accounts/{ids[1]}")
    gone = api("GET", "/Accounts/deleted?type=all&per_page=1")
    assert [(row["id"], row["display_name"]) for row in gone["data"]] == [(str(ids[1]), "Other")]
    token = gone["info"]["next_page_token"]
    assert api("GET", f"/Accounts/deleted?page_token={token}")["data"][0]["id"] == str(ids[0])


WRONG = [
    ("/Accounts", {"Account_Name": {"a": 1}}, "Account_Name"),
    ("/Accounts", {"Account_Name": True}, "Account_Name"),
    ("/Accounts", {"Account_Name": "x", "Employees": "many"}, "Employees"),
    ("/Accounts", {"Account_Name": "x", "Employees": 10**30}, "Employees"),
    ("/Accounts", {"Account_Name": "x", "Annual_Revenue": 1e300}, "Annual_Revenue"),
    ("/Accounts", {"Account_Name": "x", "Account_Type": "nonsense"}, "Account_Type"),
    ("/Accounts", {"Account_Name": "x", "Billing_Country": "Atlantis"}, "Billing_Country"),
    ("/Accounts", {"Account_Name": "x", "Owner": {"id": "999"}}, "Owner"),
    ("/Accounts", {"Account_Name": "x", "Parent_Account": [1]}, "Parent_Account"),
    ("/Contacts", {"Last_Name": "x", "Email": "nobody"}, "Email"),
    ("/Contacts", {"Last_Name": "x", "Account_Name": "999"}, "Account_Name"),
    ("/Contacts", {"Last_Name": "x", "Email_Opt_Out": "perhaps"}, "Email_Opt_Out"),
    ("/Products", {"Product_Name": "x", "Unit_Price": "-1"}, "Unit_Price"),
    ("/Products", {"Product_Name": "x", "Currency": "XXX"}, "Currency"),
    ("/Pipelines", {"Deal_Name": "x", "Closing_Date": "tomorrow"}, "Closing_Date"),
    ("/Pipelines", {"Deal_Name": "x", "Closing_Date": "2026-01-01", "Amount": 0.5}, "Amount"),
    ("/Pipelines", {"Deal_Name": "x", "Closing_Date": "2026-01-01", "Stage": "Nowhere"}, "Stage"),
]


def test_a_value_that_does_not_fit_is_refused_at_its_field(api, subtests):
    for path, row, field in WRONG:
        with subtests.test(path=path):
            code, name = trouble(api("POST", path, 400, [row]))
            assert (code, name) == ("INVALID_DATA", field)


def test_a_product_with_a_code_that_another_has_is_refused(api):
    factories.product(code="A1")
    assert trouble(api("POST", "/Products", 400, [{"Product_Name": "x", "Product_Code": "A1"}])) == (
        "INVALID_DATA",
        "Product_Code",
    )


def test_a_field_of_ones_own_is_read_written_and_described(api, cast):
    make_field("crm.accounts", {"label": "Colour", "kind": "text"}, cast.admin, "k")
    db.session.commit()
    fields = {each["api_name"]: each for each in api("GET", "/settings/fields?module=Accounts")["fields"]}
    name = next(name for name, each in fields.items() if each.get("custom_field"))
    assert fields[name]["field_label"] == "Colour" and fields["Account_Name"]["system_mandatory"]
    account = made(api("POST", "/Accounts", 201, [{"Account_Name": "One", name: "Blue"}]))
    assert api("GET", f"/Accounts/{account}")["data"][0][name] == "Blue"


def test_what_is_changed_stands_in_the_timeline_as_done_by_the_person(api, cast):
    account = made(api("POST", "/Accounts", 201, [{"Account_Name": "One"}]))
    entry = db.session.scalar(
        select(TimelineEntry).where(TimelineEntry.record_id == account, TimelineEntry.verb == "created")
    )
    assert entry.actor_id == cast.admin.id


# --- how it may be said -----------------------------------------------------------------------------------------


def test_json_comes_with_and_without_a_content_type_and_in_a_form(client, cast):
    body = '{"data":[{"Account_Name":"One"}]}'
    headers = personal(cast.admin)
    answers = [
        client.post("/bigin/v2/Accounts", data=body, content_type="application/json", headers=headers),
        client.post("/bigin/v2/Accounts/", data=body, headers=headers),
        client.post("/bigin/v2/Accounts", data={"JSONString": body}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    for answer in answers:
        assert answer.content_type == "application/json;charset=UTF-8"
        assert {"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"} <= {
            *answer.headers.keys()
        }


UNREADABLE = (
    "",
    "nonsense",
    "[]",
    '{"data":{}}',
    '{"data":[]}',
    '{"data":[{"Account_Name":"a\\u0000b"}]}',
    '{"data":[NaN]}',
    "[" * 100_000,
    '{"data":[' + ",".join(["{}"] * 101) + "]}",
    '{"data":[{"Account_Name":"x","Annual_Revenue":1e999999999}]}',
)


def test_a_body_that_can_not_be_read_is_refused(client, cast, subtests):
    headers = personal(cast.admin)
    for body in UNREADABLE:
        with subtests.test(body=body[:100]):
            answer = client.post("/bigin/v2/Accounts", data=body, headers=headers)
            assert answer.status_code == 400 and answer.is_json
    assert not db.session.scalars(select(Account)).all()


NONSENSE = [
    "/Accounts?per_page=201",
    "/Accounts?per_page=0",
    "/Accounts?page=99999999999999999999",
    "/Accounts?page=50&per_page=200",
    "/Accounts?sort_by=name",
    "/Accounts?sort_order=up",
    "/Accounts?page_token=nonsense",
    "/Accounts?page_token=WyJpZCJd",
    "/Accounts?ids=a",
    "/Accounts/deleted?per_page=0",
    "/Accounts/search",
    "/Accounts/search?email=a@b.example",
    "/Nonsense",
    "/settings/fields?module=Nonsense",
]


def test_an_address_that_says_nonsense_is_told_so(api, subtests):
    for path in NONSENSE:
        with subtests.test(path=path):
            assert api("GET", path, 400)["code"] in (
                "INVALID_DATA",
                "INVALID_MODULE",
                "REQUIRED_PARAM_MISSING",
                "INVALID_QUERY",
            )


def test_an_address_that_is_none_and_a_moment_that_is_none(api):
    assert api("GET", "/Accounts/1/2/3", 404)["code"] == "INVALID_URL_PATTERN"
    assert api("PATCH", "/Accounts", 404)["code"] == "INVALID_URL_PATTERN"
    for wrong in ("yesterday", "2026-01-01", "2026-01-01T00:00:00"):
        api("GET", "/Accounts", 400, more={"If-Modified-Since": wrong})


def test_a_name_that_holds_a_nul_is_no_error_of_ours(api):
    for path in (
        "/Contacts?fields=%00",
        "/Contacts/search?word=%00",
        "/Contacts/search?criteria=(Last_Name:equals:%00)",
    ):
        api("GET", path, 204)


def test_who_asks_too_often_is_told_when_to_come_back(client, cast, monkeypatch):
    monkeypatch.setattr(bearer, "PER_MINUTE", 2)
    headers = personal(cast.admin)
    answers = [client.get("/bigin/v2/Accounts", headers=headers) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [204, 204, 429]
    assert answers[2].json["code"] == "TOO_MANY_REQUESTS"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60 and answers[2].headers["X-Rate-Limit-Limit"]
