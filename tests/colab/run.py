"""Runs notebooks with the versions that Google Colab has: python tests/colab/run.py [NOTEBOOK...]

Without arguments: all of solutions/*.ipynb. Needs only the standard library. The environment is made once, in
.venv-colab at the top of the repository, and again when requirements.txt beside this file or the Python changes.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / ".venv-colab"
REQUIREMENTS = HERE / "requirements.txt"


def run(notebooks: list[Path], without: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Runs notebooks as on Colab: beside them are only `helpers`, and nothing else of this repository is installed.

    The packages in `without` are as if they were not installed.
    """
    python = environment()
    with tempfile.TemporaryDirectory() as folder:
        for name in without:
            (Path(folder) / f"{name}.py").write_text(
                f"raise ModuleNotFoundError('No module named {name}', name='{name}')"
            )
        shutil.copytree(ROOT / "helpers", Path(folder) / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
        # The user's own kernels and start-up files stay out of it.
        foreign = ("PYTHON", "JUPYTER", "IPYTHON")
        own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own |= {"IPYTHONDIR": f"{folder}/.ipython", "JUPYTER_DATA_DIR": f"{folder}/.jupyter"}
        command = [python, HERE / "execute.py", folder, *notebooks]
        return subprocess.run(command, env=own, capture_output=True, text=True)


def environment() -> Path:
    """The Python of the Colab-like environment, which is made if need be. Several processes may ask at once."""
    python = find_python()
    version = subprocess.run([python, "-VV"], check=True, capture_output=True, text=True).stdout
    stamp = ENVIRONMENT / "made-from"
    with open(REQUIREMENTS) as requirements:
        fcntl.flock(requirements, fcntl.LOCK_EX)
        made_from = version + requirements.read()
        if not stamp.exists() or stamp.read_text() != made_from:
            pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "-qq", "--disable-pip-version-check"]
            subprocess.run([python, "-m", "venv", "--clear", ENVIRONMENT], check=True)
            subprocess.run([*pip, "install", "-r", REQUIREMENTS], check=True)
            stamp.write_text(made_from)
    return ENVIRONMENT / "bin" / "python"


def find_python() -> str:
    """A Python 3.13, which is Colab's, or else the Python that runs this."""
    python = shutil.which("python3.13")
    # A version manager's stand-in for a version that is not there exists, and fails.
    if python and subprocess.run([python, "-V"], capture_output=True).returncode == 0:
        return python
    return sys.executable


if __name__ == "__main__":
    chosen = [Path(name) for name in sys.argv[1:]] or sorted((ROOT / "solutions").glob("*.ipynb"))
    finished = run([path.resolve() for path in chosen])
    if finished.returncode:
        sys.exit(finished.stderr)
    print(f"{len(chosen)} notebooks ran without an error")
