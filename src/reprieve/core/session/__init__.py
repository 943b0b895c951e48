"""What happens in a session, folded from events that are only ever added."""
