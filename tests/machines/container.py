"""The image of Containerfile, built by podman on a base that is made of Debian's packages, and run."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

from .debian import STORE, Unavailable, mirror

PIP_SETTINGS = ("cert", "index-url", "proxy", "timeout")


@dataclass(frozen=True)
class Podman:
    """How podman is called on this machine. `settings` is a file that fits its rights."""

    settings: Path
    runtime: str

    def run(self, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command of podman; its output, errors included, is `stdout`."""
        command = ["podman", "--runtime", self.runtime, *map(str, arguments)]
        variables = {**os.environ, "CONTAINERS_CONF": str(self.settings)}
        finished = subprocess.run(
            command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert not check or finished.returncode == 0, f"{' '.join(command)}:\n{finished.stdout[-6000:]}"
        return finished


def find_podman(folder: Path, base: str) -> Podman:
    """A podman that runs a program of the image `base` here; Unavailable, with its last word, where none does."""
    if not shutil.which("podman"):
        raise Unavailable("podman is not installed (Debian: apt-get install podman runc uidmap)")
    settings = folder / "containers.conf"
    # Not more than this process may have, or it would take a right to raise limits.
    limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
    given = ", ".join(f'"{name}={min(_hard(kind), 4096)}"' for name, kind in limits.items())
    settings.write_text(
        f'[containers]\ndefault_ulimits = [{given}]\nlog_driver = "none"\n[engine]\nevents_logger = "none"\n'
    )
    reasons = []
    for runtime in filter(shutil.which, ("crun", "runc")):
        podman = Podman(settings, runtime)
        tried = podman.run("run", "--rm", "--network", "none", base, "true", check=False)
        if tried.returncode == 0:
            return podman
        reasons.append(f"{runtime}: {tried.stdout.strip()}")
    raise Unavailable(f"podman runs no container here: {'; '.join(reasons) or 'neither crun nor runc is installed'}")


def _hard(kind: int) -> int:
    limit = resource.getrlimit(kind)[1]
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit


def base_image(suite: str) -> str:
    """An image of Debian's smallest system, imported once."""
    name = f"localhost/debian-base:{suite}"
    for program in ("podman", "mmdebstrap"):
        if not shutil.which(program):
            raise Unavailable(f"{program} is not installed (Debian: apt-get install {program})")
    if subprocess.run(["podman", "image", "exists", name]).returncode:
        STORE.mkdir(parents=True, exist_ok=True)
        archive = STORE / f"{suite}.tar"
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", suite, archive, mirror()], check=True)
        subprocess.run(["podman", "import", "--quiet", archive, name], check=True)
        archive.unlink()
    return name


def build(podman: Podman, base: str, image: str, folder: Path) -> None:
    """Builds the image as the README says, with this machine's settings for pip while it builds."""
    podman.run("build", "--build-arg", f"BASE={base}", *_pip_settings(folder), "--network", "host", "-t", image, ".")


def _pip_settings(folder: Path) -> Sequence[str]:
    """Options that show pip, in the build, how this machine reaches the package index."""
    lines, volumes = ["[global]"], []
    for name in PIP_SETTINGS:
        command = [sys.executable, "-m", "pip", "config", "get"]
        for scope in (":env:", "global"):
            found = subprocess.run([*command, f"{scope}.{name}"], capture_output=True, text=True)
            if found.returncode == 0:
                value = found.stdout.strip()
                if name == "cert":
                    volumes.append(f"{value}:/etc/pip-cert.pem:ro")
                    value = "/etc/pip-cert.pem"
                lines.append(f"{name} = {value}")
                break
    (folder / "pip.conf").write_text("\n".join(lines) + "\n")
    volumes.append(f"{folder}/pip.conf:/etc/pip.conf:ro")
    return [part for volume in volumes for part in ("--volume", volume)]
