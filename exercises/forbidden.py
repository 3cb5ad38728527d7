"""What an exercise forbids that asks to write the operation."""

CONVOLUTIONS = ("numpy.convolve", "numpy.correlate", "scipy", "torch", "helpers.layers")
