"""Monitors: which are known, which chair each stands at, what they measured, and what is taken into the chart."""
