"""The evidence browser: trials and reviews as records, pooled while one looks."""
