"""Packages of other Debian releases, fetched from this machine's Debian mirror and unpacked, never installed."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from conftest import ROOT

STORE = ROOT / "build" / "machines"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Unavailable(RuntimeError):
    """Something that is needed can't be had on this machine; the message says what."""


def mirror() -> str:
    """The address of the Debian mirror that this machine's apt uses."""
    listed = _output(
        "apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(COMPONENT)", "Created-By: Packages"
    )
    for line in listed.splitlines():
        address, *rest = line.split()
        if rest == ["Debian", "main"] and "security" not in address:
            return address
    raise Unavailable("apt knows no Debian mirror here: run apt-get update on a Debian machine")


@cache
def unpacked(suite: str, package: str) -> Path:
    """A folder with the files of the suite's newest `package`; it is fetched once."""
    folder = STORE / suite / package
    if not folder.is_dir():
        _fetch_lists(suite)
        _output("apt-get", *_options(suite), "download", package, cwd=STORE / suite)
        archive = next((STORE / suite).glob(f"{package}_*.deb"))
        unfinished = folder.with_name(f"{package}.unfinished")
        _output("dpkg-deb", "--extract", str(archive), str(unfinished))
        unfinished.rename(folder)
        archive.unlink()
    return folder


def kernel_package(suite: str) -> str:
    """The name of the suite's package of its newest kernel, such as linux-image-6.1.0-50-amd64."""
    kept = sorted(path.name for path in (STORE / suite).glob("linux-image-*-amd64"))
    if kept:
        return kept[-1]
    _fetch_lists(suite)
    depends = _output("apt-cache", *_options(suite), "depends", "linux-image-amd64")
    return next(line.split()[-1] for line in depends.splitlines() if "Depends: linux-image-" in line)


@cache
def _fetch_lists(suite: str) -> None:
    for name in ("lists/partial", "cache/archives/partial"):
        (STORE / suite / name).mkdir(parents=True, exist_ok=True)
    (STORE / suite / "sources.list").write_text(f"deb [signed-by={KEYS}] {mirror()} {suite} main\n")
    _output("apt-get", *_options(suite), "update", "-qq", "-o", "APT::Update::Error-Mode=any")


def _options(suite: str) -> list[str]:
    """apt's options for lists and sources of its own, so that the machine's stay as they are."""
    folder = STORE / suite
    settings = {
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "APT::Sandbox::User": "root",  # the folder may be one that apt's own user can't enter
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _output(*command: str, cwd: Path | None = None) -> str:
    try:
        finished = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    except FileNotFoundError:
        raise Unavailable(f"{command[0]} is missing: this needs a Debian machine") from None
    if finished.returncode:
        raise Unavailable(f"{' '.join(command)} failed: {finished.stderr.strip()}")
    return finished.stdout
