"""A broken clinical fact stops start-up, before a page could show it."""

from reprieve import knowledge


def check_knowledge() -> None:
    """Load and check every clinical record. Raises what the loader raises."""
    if check := getattr(knowledge, "check_all", None):
        check()
