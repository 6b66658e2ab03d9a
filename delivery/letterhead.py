"""From whom and to whom, at the head of a statement and of other lists on paper."""

from delivery.addressing import addressed
from delivery.files import files
from delivery.list_paper import Letterhead
from domain.books.parties import Party
from domain.organizations.organizations import current_organization


def letterhead(party: Party, language: str) -> Letterhead:
    """Our name, address and logo, and theirs."""
    organization = current_organization()
    address = organization.address.written(language, party.billing_country or organization.country)
    ours = (*address, organization.phone, organization.email)
    digest = organization.logo_digest
    return Letterhead(
        organization.name,
        [line for line in ours if line],
        addressed(party.display_name, party, language),
        party.address_lines(organization),
        files().read(digest) if digest else None,
    )
