"""The facts, for any clinician to browse."""
