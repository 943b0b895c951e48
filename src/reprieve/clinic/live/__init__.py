"""Screens that follow a session as it happens: what changed, never what it says."""
