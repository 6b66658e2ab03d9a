"""Modules of the CRM side."""
