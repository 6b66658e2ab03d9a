"""What the rows of the large demo are found by: the same entries that records write when they are saved."""

from collections.abc import Iterable

from demo.large.writing import Ids, Row, Writer
from domain.search_grams import for_tsvector, grams_of

MODULES = {
    "accounts": "crm.accounts",
    "contacts": "crm.contacts",
    "parties": "books.customers",
    "contact_persons": "books.contact-persons",
    "payments": "books.payments",
}
"""What of it can be searched: table and module."""

DOCUMENTS = {
    "invoice": "books.invoices",
    "estimate": "books.estimates",
    "sales_order": "books.sales-orders",
    "purchase_order": "books.purchase-orders",
}


def write_found(writer: Writer, ids: Ids, rows: Iterable[tuple[str, Row]]) -> None:
    """Write rows, each with what it is found by. SQLite cuts the text up itself."""
    for table, row in rows:
        writer.add(table, row)
        module = DOCUMENTS[row["kind"]] if table == "documents" else MODULES.get(table)
        if module:
            text, organization_id = row["search_text"], row["organization_id"]
            entry = {"id": ids.take(), "organization_id": organization_id, "module": module}
            entry |= {"record_id": row["id"], "text": text}
            if writer.copies:
                entry["grams"] = for_tsvector(grams_of(organization_id, module, text))
            writer.add("search_index", entry)
