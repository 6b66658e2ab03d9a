"""Organizations, the people in them, and what those may do."""
