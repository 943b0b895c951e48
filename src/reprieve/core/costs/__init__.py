"""What a course may cost."""
