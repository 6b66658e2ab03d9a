"""Sync between two systems of record: the CRM on one side, the books on the other.

`decide` says who wins, `match` who is whom, `mapping` which field is which, `run` does it; a system is a file in
`connectors`. Nothing here commits: `jobs/sync.py` does.
"""
