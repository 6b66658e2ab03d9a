"""The business: records, rules and money. It has never heard of HTTP, of sessions or of queues."""
