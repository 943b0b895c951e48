"""What became of the pain afterwards, and what is decided next."""
