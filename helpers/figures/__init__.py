"""Figures of the notebooks, one module for each notebook, in one style. Matplotlib loads when a figure is drawn."""
