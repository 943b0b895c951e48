"""When a visit fits: chairs, nurses, prescribers, and what a course allows."""
