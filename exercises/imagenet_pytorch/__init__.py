"""Notebook 08: the same ideas in PyTorch, at the scale of photographs."""

from autograder.course import Notebook

notebook = Notebook("08_imagenet_pytorch", requires=("torch",))
