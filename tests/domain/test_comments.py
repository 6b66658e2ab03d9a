"""What is said about a record, who is told of it, and what goes with the record when it is deleted."""

import pytest
from sqlalchemy import func, select

from domain import comments, records
from domain.attachments import PER_RECORD, Attachment, attachments_of, room_for, show_in_portal, take_off
from domain.comments import Comment, Mention
from domain.db import db
from domain.errors import Missing, Refused
from domain.mentions import being_typed, completed, named_in, suggested
from domain.timeline import entries_for


def say(record, body, actor, **options):
    """A comment by somebody."""
    return comments.say(record, body, actor, **({"in_portal": False, "form_key": None} | options))


@pytest.fixture
def account(factories, cast):
    return factories.account(cast.admin, name="Minato")


# --- saying ---------------------------------------------------------------------------------------------------


def test_a_comment_stands_in_the_timeline(account, cast):
    said = say(account, "Called back", cast.staff)
    newest = entries_for("crm.accounts", account.id)[0]
    assert comments.comments_in([newest])[newest.detail["comment"]] is said.comment
    assert (said.comment.author_name, newest.actor_name) == ("Sora Staff", "Sora Staff")


def test_the_same_form_sent_twice_says_it_once(account, cast):
    first = say(account, "Once", cast.staff, form_key="k")
    again = say(account, "Once", cast.staff, form_key="k")
    assert first.comment is again.comment
    assert len(comments.comments_of(account)) == 1


@pytest.mark.parametrize("body", ["", "x" * (comments.LONGEST + 1)])
def test_a_comment_says_something_of_a_bearable_length(account, cast, body):
    with pytest.raises(Refused) as refusal:
        say(account, body, cast.staff)
    assert "body" in refusal.value.fields


def test_only_what_belongs_to_a_customer_is_shown_in_the_portal(account, factories, cast):
    invoice = factories.invoice()
    assert not say(account, "Hello", cast.staff, in_portal=True).comment.in_portal
    assert say(invoice, "Hello", cast.staff, in_portal=True).comment.in_portal
    assert say(invoice.party, "Hello", cast.staff, in_portal=True).comment.in_portal
    assert not say(factories.vendor(), "Hello", cast.staff, in_portal=True).comment.in_portal


def test_only_its_author_changes_a_comment(account, cast):
    comment = say(account, "First", cast.staff).comment
    with pytest.raises(Refused):
        comments.change(account, comment, "Forged", cast.admin, in_portal=False)
    comments.change(account, comment, "Second", cast.staff, in_portal=False)
    assert (comment.body, bool(comment.edited_at)) == ("Second", True)


def test_a_comment_belongs_to_its_record(account, factories, cast):
    comment = say(account, "Here", cast.staff).comment
    with pytest.raises(Missing):
        comments.comment_on(factories.account(), comment.id)


def test_a_deleted_comment_leaves_that_there_was_one(account, cast):
    comments.take_back(say(account, "Gone", cast.staff).comment)
    [newest, *_rest] = entries_for("crm.accounts", account.id)
    assert newest.verb == "commented"
    assert comments.comments_in([newest]) == {}


# --- mentions -------------------------------------------------------------------------------------------------


def test_who_is_mentioned_is_told_until_they_have_read_it(account, cast):
    said = say(account, "@Sora Staff please look", cast.admin)
    assert [mention.member for mention in said.mentions] == [cast.staff]
    db.session.refresh(cast.staff)
    assert cast.staff.unread_mentions == 1
    [unread] = comments.unread_mentions(cast.staff)
    comments.mark_read(cast.staff, unread)
    comments.mark_read(cast.staff, unread)
    db.session.refresh(cast.staff)
    assert (cast.staff.unread_mentions, comments.unread_mentions(cast.staff)) == (0, [])


def test_who_may_not_see_the_record_is_not_told(factories, cast):
    invoice = factories.invoice()
    said = say(invoice, "@Saki Sales and @Asa Assigned and @Sora Staff", cast.admin)
    assert [mention.member for mention in said.mentions] == [cast.staff]
    assert set(said.left_out) == {cast.sales, cast.assigned}


def test_nobody_is_told_of_their_own_comment(account, cast):
    said = say(account, "I, @Aoi Admin, did it", cast.admin)
    assert said.mentions == []
    assert said.comment.mentioned == ["@Aoi Admin"]


def test_nobody_of_another_organization_can_be_mentioned(account, cast):
    assert say(account, "@Stan Stranger", cast.admin).mentions == []


def test_a_changed_comment_tells_only_who_is_new_and_forgets_who_is_gone(account, cast):
    comment = say(account, "@Sora Staff", cast.admin).comment
    changed = comments.change(account, comment, "@Sora Staff @Saki Sales", cast.admin, in_portal=False)
    assert [mention.member for mention in changed.mentions] == [cast.sales]
    comments.change(account, comment, "@Saki Sales", cast.admin, in_portal=False)
    db.session.refresh(cast.staff)
    assert cast.staff.unread_mentions == 0


def test_another_persons_mention_can_not_be_read(account, cast):
    [mention] = say(account, "@Sora Staff", cast.admin).mentions
    with pytest.raises(Missing):
        comments.mention_of(cast.sales, mention.id)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Sora Staff", ["Sora Staff"]),
        ("＠sora staff please", ["Sora Staff"]),
        ("@Sora, @Saki!", ["Sora Staff", "Saki Sales"]),
        ("@Soraya", []),
        ("mail to x@Sora.example", []),
        ("nobody", []),
        ("@", []),
    ],
)
def test_people_are_called_by_name(cast, text, called):
    found = named_in(text, [cast.admin, cast.staff, cast.assigned, cast.sales])
    assert sorted(member.name for member in found) == sorted(called)


def test_a_japanese_name_is_called_with_or_without_its_space(cast):
    cast.staff.user.name = "高橋 誠"
    for text in ("@高橋誠さん、お願いします", "@高橋　誠", "@高橋さん"):
        assert list(named_in(text, [cast.admin, cast.staff])) == [cast.staff], text


def test_a_name_is_completed_where_it_is_being_typed(cast):
    assert being_typed("Hello @So") == "So"
    assert being_typed("Hello @Sora Staff\nmore") is None
    assert being_typed("write to a@b") is None
    assert completed("Hello @So", "Sora Staff") == "Hello @Sora Staff "
    assert suggested("staff", [cast.admin, cast.staff]) == [cast.staff]


# --- attachments ----------------------------------------------------------------------------------------------


def test_a_record_has_at_most_ten_files(account, factories, cast):
    for n in range(PER_RECORD):
        room_for(account, 1)
        factories.attachment(account, cast.staff, f"{n}.txt", b"text")
    with pytest.raises(Refused):
        room_for(account, 1)


def test_the_same_file_hangs_there_once(account, factories, cast):
    factories.attachment(account, cast.staff, "a.txt", b"text")
    factories.attachment(account, cast.staff, "a.txt", b"text")
    assert len(attachments_of(account)) == 1


def test_only_a_customers_file_is_shown_in_the_portal(account, factories, cast):
    with pytest.raises(Refused):
        show_in_portal(account, factories.attachment(account, cast.staff), True, cast.staff)
    invoice = factories.invoice()
    file = factories.attachment(invoice, cast.staff)
    show_in_portal(invoice, file, True, cast.staff)
    assert file.in_portal


def test_what_was_done_with_a_file_stands_in_the_timeline(account, factories, cast):
    file = factories.attachment(account, cast.staff, "a.txt", b"text")
    take_off(account, file, cast.staff)
    assert [entry.verb for entry in entries_for("crm.accounts", account.id)][:2] == ["detached", "attached"]


# --- with the record ------------------------------------------------------------------------------------------


def test_what_was_said_and_hangs_on_a_record_goes_with_it(account, factories, cast):
    say(account, "@Sora Staff", cast.admin)
    factories.attachment(account, cast.staff)
    records.destroy(account, cast.admin)
    assert [db.session.scalar(select(func.count(model.id))) for model in (Comment, Mention, Attachment)] == [
        0,
        0,
        0,
    ]
    db.session.refresh(cast.staff)
    assert cast.staff.unread_mentions == 0


def test_a_contact_person_takes_its_comments_along_with_the_customer(factories, cast):
    customer = factories.customer()
    say(factories.contact_person(customer), "Hello", cast.admin)
    records.destroy(customer, cast.admin)
    assert db.session.scalar(select(func.count(Comment.id))) == 0
