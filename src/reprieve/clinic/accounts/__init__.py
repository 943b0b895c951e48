"""Who works here: users, clinics, roles."""
