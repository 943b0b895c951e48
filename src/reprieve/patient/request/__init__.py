"""Asking a clinic for a first visit."""
