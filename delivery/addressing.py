"""How a party is addressed on paper."""

from domain.books.parties import Party


def addressed(name: str, party: Party, language: str) -> str:
    """The name with what Japanese puts after it: 御中 for a company, 様 for a person."""
    if language != "ja":
        return name
    return f"{name} {'様' if party.customer_type == 'individual' else '御中'}"
