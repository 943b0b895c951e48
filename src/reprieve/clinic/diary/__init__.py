"""What patients write down at home: pain now, where it is, and how the day was."""
