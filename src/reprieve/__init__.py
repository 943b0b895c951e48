"""Reprieve: the open-source care system for low-dose ketamine in chronic pain."""

__version__ = "0.1.0"
