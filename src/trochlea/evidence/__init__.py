"""Trials, effect sizes, pooling."""
