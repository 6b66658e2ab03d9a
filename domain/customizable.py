"""Values that an organization adds to a record type: kept in one column, by the key of the custom field."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column


class Customizable:
    """A record that may have custom fields."""

    custom: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict, server_default="{}")
