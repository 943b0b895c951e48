"""The look: layouts, components, static files."""
