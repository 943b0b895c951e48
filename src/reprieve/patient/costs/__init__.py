"""What a course and its year may cost, from printed prices or a clinic's own."""
