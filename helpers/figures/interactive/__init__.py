"""Figures to play with: HTML and JavaScript of our own, without a kernel. See `page` for how one is put together."""

from .backward import backward
from .depth import depth
from .network import network
from .pool import pool
from .slide import slide

__all__ = ["backward", "depth", "network", "pool", "slide"]
