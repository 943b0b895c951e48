"""JSON in, JSON out. No database; a cold call loads only what the command needs."""
