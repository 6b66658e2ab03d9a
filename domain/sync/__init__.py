"""What keeps two systems of record in step: connections, their settings, runs, and what waits for a person.

Only what is kept stands here. Who wins, who is whom and what is done about it: the package `sync`.
"""
