"""looks: how many looks halving takes in a million numbers."""

from __future__ import annotations

from autograder.course import answer

looks = answer("looks", "b", points=1, hints=["How often can a million be halved?"])

looks.mistake("thousand", "That is the square root. Each look halves what is left.", "a")
looks.mistake("million", "You look at all of them.", "c")
