"""Who may come to the portal: contact persons who were invited, for as long as nobody takes it away."""

import pytest

from domain import portal
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.portal.guests import state_of


@pytest.fixture
def person(factories, cast):
    """Fixture: Hanako of Minato."""
    return factories.contact_person(factories.customer(display_name="Minato"), email="hanako@minato.example")


def test_whoever_is_invited_is_so_until_they_accept(person, cast):
    assert state_of(portal.invite(person, cast.admin)).key == "invited"
    assert portal.has_portal(person.party)


def test_an_invitation_is_taken_away_again(person, cast):
    portal.invite(person, cast.admin)
    portal.take_away(person, cast.admin)
    assert state_of(portal.access_of(person)).key == "none"
    assert not portal.has_portal(person.party)


def test_somebody_without_a_mail_address_is_not_invited(factories, cast):
    person = factories.contact_person(factories.customer(), last_name="Tanaka", email="")
    with pytest.raises(Refused, match="Tanaka has no mail address"):
        portal.invite(person, cast.admin)


def test_people_of_vendors_are_not_invited(factories, cast):
    with pytest.raises(Refused, match="for customers only"):
        portal.invite(factories.contact_person(factories.vendor()), cast.admin)


def test_nobody_is_invited_to_a_portal_that_is_switched_off(person, cast):
    current_organization().portal_is_open = False
    with pytest.raises(Refused, match="switched off"):
        portal.invite(person, cast.admin)


def test_whoever_has_access_is_not_invited_again(person, factories, cast):
    factories.access(person, cast.admin)
    with pytest.raises(Refused, match="already"):
        portal.invite(person, cast.admin)


def test_another_mail_address_has_no_access(person, factories, cast):
    access = factories.access(person, cast.admin)
    person.email = "somebody@else.example"
    assert state_of(access).key == "none"
