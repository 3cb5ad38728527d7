"""Commands such as `python -m autograder`, each in a fork of a process that has imported the packages already.

It saves most of the seconds that a command takes. Nothing of ours is imported ahead, so that each command finds its own
`autograder`, `helpers` and course. What differs: Python itself doesn't start, so an environment that tells Python how
to start, such as PYTHONPATH, is for a command of its own.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess

from conftest import ROOT

SERVER = """
import importlib, json, os, runpy, sys
for name in ("numpy", "nbgrader.apps.nbgraderapp", "alembic.migration", "jupytext", "rich.progress", "typer",
             "nbconvert.filters.markdown_mistune", "latex2mathml.converter", "pygments.formatters"):
    importlib.import_module(name)
for line in sys.stdin:
    folder, environment, umask, files, words = json.loads(line)
    process = os.fork()
    if not process:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
else:
    sys.exit()
os.environ.clear()
os.environ.update(environment)
os.umask(umask)
os.chdir(folder)
for descriptor, file in enumerate([os.devnull, *files]):
    os.dup2(os.open(file, os.O_RDWR), descriptor)
sys.path[0], sys.argv = folder, ["-m", *words[1:]]
runpy.run_module(words[0], run_name="__main__", alter_sys=True)
"""


def run(*words: object, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> CompletedProcess[str]:
    """What `python -m` with these words does, with its exit status and all that it says."""
    server = _server()
    assert server.stdin is not None and server.stdout is not None
    umask = os.umask(0)
    os.umask(umask)
    with tempfile.NamedTemporaryFile() as said, tempfile.NamedTemporaryFile() as complained:
        given = [str(cwd), dict(os.environ if env is None else env), umask, [said.name, complained.name]]
        server.stdin.write(json.dumps([*given, [str(word) for word in words]]) + "\n")
        server.stdin.flush()
        status = server.stdout.readline()
        assert status, "the process that has imported the packages is gone"
        texts = [Path(file.name).read_text("utf-8", "replace") for file in (said, complained)]
    return CompletedProcess([*map(str, words)], int(status), *texts)


@functools.cache
def _server() -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SERVER]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)  # its input ends, and then it ends
    return server
