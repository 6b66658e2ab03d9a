"""Bringing in records from a spreadsheet: what its columns mean, which records are there already, row by row."""
