"""The CRM side: accounts and contacts, where salespeople live."""
