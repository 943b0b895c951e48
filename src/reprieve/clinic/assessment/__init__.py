"""Candidacy as it was assessed and signed."""
