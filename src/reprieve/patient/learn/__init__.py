"""The decision aid: what is known, in plain words, each number with its source."""
