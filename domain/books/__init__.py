"""The books side: customers, items and the documents in which money is kept."""
