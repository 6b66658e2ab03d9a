"""The period of a statement, as forms ask for it: on a customer's page, and for many customers at once."""

from collections.abc import Mapping
from typing import Any

from domain.books.statements import PRESET, Period, check_order, period_called
from domain.modules.module import Field
from domain.words import _

FIELDS = (
    Field("start", _("Start date"), "date", required=True, default=lambda: period_called(PRESET).first),
    Field("end", _("End date"), "date", required=True, default=lambda: period_called(PRESET).last),
)


def period_in(values: Mapping[str, Any]) -> Period:
    """What was typed, if it is a period."""
    period = Period(values["start"], values["end"])
    check_order(period, "end")
    return period
