"""What patients and staff answer before the first decision."""
