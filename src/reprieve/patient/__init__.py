"""What a patient or a visitor sees, mobile first. Imports the clinic's selectors and services."""
