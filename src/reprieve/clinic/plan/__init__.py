"""The course as it was planned, ordered and consented to."""
