"""The portal: what a customer sees and does, and who of them may come in.

`invite` and `take_away` are for the staff's side; all that the customer's side reads goes through `shelf.py`.
"""

from domain.portal.guests import Access, access_of, accesses_of, state_of
from domain.portal.inviting import has_portal, invite, take_away, whom_to_invite, why_not, why_not_primary

__all__ = (
    "Access",
    "access_of",
    "accesses_of",
    "has_portal",
    "invite",
    "state_of",
    "take_away",
    "whom_to_invite",
    "why_not",
    "why_not_primary",
)
