"""The calendar: who sits where and when, who waits for a place, and who asked for a first visit."""
