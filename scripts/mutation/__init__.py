"""Systematic changes of the labs' solutions: what scripts/mutate runs."""
