"""What `bin/bench` measures: one file for each group of rows, with the floors beside them.

A floor is the plainest honest program for the same work: what one would write without a product around it,
in the same language, with the same libraries, on the same server. Ours is measured in turn with it, so that
whatever else the machine does falls on both.
"""
