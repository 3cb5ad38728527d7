"""What exercises forbid when students must write the operation themselves."""

CONVOLUTIONS = ("numpy.convolve", "numpy.correlate", "scipy", "torch", "helpers.layers", "helpers.lent")
