"""The visit and everything that happened in it, as events."""
