"""What a customer does in the portal: answers an estimate, writes to the organization, corrects their own details."""

from typing import Any

from domain import comments, records
from domain.books.estimates import Estimate
from domain.comments import Comment
from domain.db import db
from domain.errors import Refused, Stale
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.portal.notices import tell
from domain.portal.sign_ins import Visit
from domain.words import Words, _

STEPS = {"accept": ("mark_as_accepted", "accepted"), "decline": ("mark_as_declined", "declined")}
"""By what the customer says: the step of the estimate, and what the notice calls it."""


def why_no_answer(estimate: Estimate) -> Words | None:
    """Why the customer can't accept or decline an estimate any more; None while they can."""
    state = estimate.state
    if state == "expired":
        return _("This estimate has expired. Please write to us if you would like a new one.")
    return None if state in ("sent", "viewed") else _("This estimate was answered already.")


def answer(visit: Visit, estimate: Estimate, says: str, words: str, version: int) -> None:
    """Accept or decline an estimate, as it was shown: one that was changed since is Stale."""
    step = STEPS.get(says)
    if step is None:
        raise Refused(_("Please accept or decline."))
    lock(estimate)
    if reason := why_no_answer(estimate):
        raise Refused(reason)
    if estimate.version != version:
        raise Stale(estimate)
    name, verb = step
    estimate.step(name, None)
    if words:
        comments.say_as_customer(estimate, words, visit.person.title)
    tell(estimate, visit.party, verb, visit.person.title, words)


def say(visit: Visit, record: Any, words: str, form_key: str) -> Comment:
    """Write to the organization, about a paper or in general."""
    comment = comments.say_as_customer(record, words, visit.person.title, form_key)
    tell(record, visit.party, "commented", visit.person.title, words)
    return comment


def change_details(visit: Visit, person: dict[str, Any], party: dict[str, Any]) -> None:
    """Correct one's own name and numbers, and the customer's addresses, where the organization lets them."""
    if not current_organization().portal_allows_edits:
        raise Refused(_("Please write to us, and we change it for you."))
    with db.session.no_autoflush:
        before = visit.person.version, visit.party.version
        records.update(visit.person, person, None)
        records.update(visit.party, party, None)
    if before != (visit.person.version, visit.party.version):
        tell(visit.party, visit.party, "edited", visit.person.title)
