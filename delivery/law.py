"""What the law of the sender's country wants to be said on paper, as data."""

from dataclasses import dataclass

from domain.words import Words, _


@dataclass(frozen=True)
class Law:
    """What papers that ask for money say to businesses, and whether the buyer's registration is printed."""

    mentions: tuple[Words, ...] = ()
    names_buyer: bool = True


LAWS: dict[str, Law] = {
    "JP": Law(names_buyer=False),
    # Code de commerce, articles L441-9, L441-10 and D441-5
    "FR": Law(
        (
            _(
                "Late payment: from the day after the due date a penalty at three times the legal rate of "
                "interest is owed without a reminder, and a fixed charge of €40 for the costs of recovery."
            ),
            _("No discount for early payment."),
        )
    ),
}

ELSEWHERE = Law()


def law_of(country: str) -> Law:
    """The law of a country, as far as we know it."""
    return LAWS.get(country, ELSEWHERE)
