"""The demo: 青空商事株式会社, a small trading company, with fourteen months of its books.

`japan.py`, `france.py`, `overseas.py`, `individuals.py`, `prospects.py` and `goods.py` are tables of whom it
knows and what it sells; `orders.py` says what was bought, `trading.py` lives it. All of it is invented.
"""

from datetime import timedelta

from demo import cast
from demo.clock import TOKYO, at, in_tokyo
from demo.habits import settle_in
from demo.story import BEGAN, story
from demo.trading import open_shop
from domain.db import everywhere, now, scoped_to
from domain.organizations import founding


def load() -> bool:
    """Load the demo company, unless somebody is here already; the caller commits."""
    if not founding.nobody_is_here():
        return False
    today = now().astimezone(TOKYO).date()
    with at(in_tokyo(today - BEGAN, 9)):
        organization = cast.found()
    # nobody else is here whose rows could be mixed up with these, so no statement needs to be looked through
    with scoped_to(organization.id), everywhere():
        with at(organization.created_at):
            people = cast.gather(organization, today)
            cast.make_role()
            shop = open_shop(people, today)
        for moment, happen in sorted(story(shop), key=lambda step: step[0]):
            with at(moment):
                happen()
        with at(in_tokyo(today - timedelta(days=1), 9)):
            settle_in(shop)
    with at(in_tokyo(today - BEGAN, 10)):
        cast.found_sister(people.people[cast.ADMIN])
    return True
