"""The program with all its commands, which register themselves when they are imported."""

from . import authoring, building, grading
from .app import app

__all__ = ["app", "authoring", "building", "grading"]
