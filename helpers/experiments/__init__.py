"""What the notebooks measure, train and fit, as functions that return numbers. The figures draw them."""
