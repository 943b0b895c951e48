"""Meta-analysis of trials: effect sizes, pooled estimates, heterogeneity, bias and sensitivity.

measures.py makes effects of arm-level data, pool.py pools them, tables_pool.py pools 2x2 tables
without a continuity correction; the other modules ask one question each of a set of effects.
"""
