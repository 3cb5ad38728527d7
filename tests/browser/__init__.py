"""The interactive figures in a real browser: their numbers against the references, their controls, their looks."""
