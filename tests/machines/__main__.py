"""Runs a command with another kernel, as a user, in this folder: python -m machines 6.1 uname -a"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .debian import Unavailable
from .machine import SUITES, run


def main() -> int:
    """Prints what the command prints; returns its exit status."""
    if len(sys.argv) < 3 or sys.argv[1] not in SUITES:
        print(f"usage: python -m machines {{{','.join(SUITES)}}} COMMAND ...", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        try:
            needs = [Path(sys.executable)]
            done = run(sys.argv[1], sys.argv[2:], Path(folder) / "machine", needs=needs, cwd=Path.cwd())
        except Unavailable as error:
            print(error, file=sys.stderr)
            return 1
        print(done.output, end="")
        print(f"Linux {done.kernel}, exit status {done.returncode}, {done.seconds:.0f} s", file=sys.stderr)
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
