"""A clinic's own outcomes: uncontrolled, and saying so."""
