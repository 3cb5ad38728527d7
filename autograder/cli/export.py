"""The commands that take marks and feedback to a learning management system."""

from __future__ import annotations
