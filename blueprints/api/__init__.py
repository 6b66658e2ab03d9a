"""The doors for machines: lists as JSON, OAuth, and the CRM side as the Bigin API knows it."""
