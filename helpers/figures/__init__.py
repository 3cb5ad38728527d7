"""Figures of the notebooks, a module or package for each. Matplotlib loads when a figure is drawn."""
