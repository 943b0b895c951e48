"""Settings: `base` and what `demo`, `serve` and `test` change."""
