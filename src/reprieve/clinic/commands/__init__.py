"""Commands that need the clinic's database; `reprieve` finds them by entry point."""
