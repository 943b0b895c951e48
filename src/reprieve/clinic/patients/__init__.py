"""The chart: people, conditions, medicines, allergies, observations, prior treatments."""
