"""A change is told to whoever brings changes to other systems at once; all others find it with their next run."""

from typing import Any

from domain.organizations.organizations import current_organization
from domain.outbox import publish

TOPIC = "sync.changes"


def tell(record: Any) -> None:
    """This record was made or changed. What a run itself writes is told too, and found to be in step already."""
    if record.MODULE in current_organization().synced_at_once.split(","):
        publish(TOPIC, record.MODULE, {"module": record.MODULE})
