"""The diary page: ten seconds, with or without a network."""
