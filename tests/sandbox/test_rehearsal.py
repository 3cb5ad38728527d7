"""The notebook that the fork server runs before it forks."""

from __future__ import annotations

import os
import sys

from autograder.sandbox import rehearsal


def test_a_rehearsal_leaves_the_process_as_it_was() -> None:
    before = sys.modules["__main__"], os.listdir("/proc/self/fd"), dict(os.environ), os.getcwd()
    rehearsal.rehearse()
    assert (sys.modules["__main__"], os.listdir("/proc/self/fd"), dict(os.environ), os.getcwd()) == before
