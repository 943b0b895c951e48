"""Who read or wrote what, in rows nobody can change."""
