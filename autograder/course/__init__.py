"""What a course is made of, for the engine and for the course's authors: exercises, notebooks, the course."""

from .catch import catch
from .course import Course, Notebook, load
from .errors import CourseError
from .exercise import Exercise
from .kinds import answer, design, exercise, written
from .lazy import LazyModule
from .settings import SETTINGS

__all__ = [
    "SETTINGS",
    "Course",
    "CourseError",
    "Exercise",
    "LazyModule",
    "Notebook",
    "answer",
    "catch",
    "design",
    "exercise",
    "load",
    "written",
]
