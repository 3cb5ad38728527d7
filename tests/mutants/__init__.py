"""Mutation of the references: do the hidden cases see every small change? `make mutants` runs it."""
