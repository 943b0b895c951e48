"""The patient's own pages under /my/."""
