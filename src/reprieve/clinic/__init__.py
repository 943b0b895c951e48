"""The clinic: the records, the pages, and everything that needs a database."""
