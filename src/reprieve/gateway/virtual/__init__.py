"""A patient that is not one: plays a bedside monitor for demonstration, tests and training.

Its plasma concentration is that of a cited model; everything it answers to that is invented, and
every output says so. It never feeds a decision: a clinic that treats people refuses it.
"""
