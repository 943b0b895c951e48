"""Links sent to a patient: one purpose each, no password."""
