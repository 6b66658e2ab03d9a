"""Mails of the program itself: whoever is mentioned is told once, and only while they may know."""

import pytest
from sqlalchemy import select

from delivery.notices import send_test, tell
from domain import comments
from domain.db import db
from domain.emails import Email
from domain.organizations.organizations import current_organization


@pytest.fixture(autouse=True)
def _settings(choose, mail_server):
    choose(smtp_url=mail_server.url)


@pytest.fixture
def mention(factories, cast):
    """`mention(record)`: the administrator mentions Staff there."""

    def mention(record):
        said = comments.say(record, "@Sora Staff, please", cast.admin, in_portal=False, form_key=None)
        for each in said.mentions:
            tell(each, record, cast.admin)
        db.session.commit()
        [email] = db.session.scalars(select(Email).where(Email.notice == "mention")).all()
        return email

    return mention


def test_who_is_mentioned_gets_a_mail_with_what_was_said_and_where(mention, factories, work, mail_server):
    account = factories.account(name="Minato")
    email = mention(account)
    work()
    assert email.state == "sent"
    [received] = mail_server.messages
    assert received.recipients == ["staff@example.com"]
    assert received.message["Subject"] == "Aoi Admin mentioned you: Minato"
    text = received.message.get_body(("plain",)).get_content()
    assert "please" in text
    assert f"/crm/accounts/{account.id}#comment-" in text


def test_who_may_not_see_it_any_more_is_not_told(mention, factories, cast, work, mail_server):
    email = mention(factories.invoice())
    cast.staff.role_key = None
    work()
    assert (email.state, mail_server.messages) == ("failed", [])


def test_of_a_comment_that_was_taken_back_nobody_is_told(mention, factories, cast, work, mail_server):
    account = factories.account()
    mention(account)
    comments.take_back(comments.comments_of(account)[0])
    work()
    assert mail_server.messages == []


def test_answers_go_where_the_settings_say(mail, work, mail_server):
    mail()
    current_organization().mail_reply_to = "desk@aozora.example"
    work()
    assert mail_server.messages[0].message["Reply-To"] == "desk@aozora.example"


def test_the_sender_is_the_one_of_the_settings(mail, work, mail_server):
    organization = current_organization()
    organization.mail_sender_name, organization.mail_sender_address = "Billing", "billing@aozora.example"
    mail()
    work()
    assert mail_server.messages[0].message["From"] == "Billing <billing@aozora.example>"


def test_a_test_mail_goes_out_for_whoever_may_change_the_mail_settings(cast, work, mail_server):
    send_test("me@example.com", cast.admin)
    refused = send_test("me@example.com", cast.staff)
    work()
    assert [each.recipients for each in mail_server.messages] == [["me@example.com"]]
    assert refused.state == "failed"
