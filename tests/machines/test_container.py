"""The image of Containerfile grades as this machine does, without a network and without root."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .container import Podman, base_image, build, find_podman
from .sample import graded_here, grading, write_class

pytestmark = pytest.mark.machines
SUITES = {"debian:13": "trixie", "debian:12": "bookworm"}


@pytest.fixture(scope="module", params=SUITES)
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Podman, str]:
    """A podman that works here, and the image that it has built on a Debian."""
    folder, suite = tmp_path_factory.mktemp("podman"), SUITES[request.param]
    base = base_image(suite)
    podman = find_podman(folder, base)
    name = f"localhost/cnn-course-test:{suite}"
    build(podman, base, name, folder)
    return podman, name


def in_image(image: tuple[Podman, str], program: str, *arguments: str) -> str:
    """What a program of the image prints."""
    podman, name = image
    return podman.run("run", "--rm", "--network", "none", "--entrypoint", program, name, *arguments).stdout


def test_three_submissions_get_the_same_grades(image: tuple[Podman, str], tmp_path: Path) -> None:
    podman, name = image
    submitted = write_class(tmp_path / "class", 3)
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o777)  # the image's user is another one
    mounts = ["--volume", f"{submitted}:/class:ro", "--volume", f"{out}:/out"]
    done = podman.run("run", "--rm", "--network", "none", *mounts, name, *grading("/class", "/out"), check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout
    assert (out / "grades.csv").read_bytes() == graded_here(submitted, tmp_path / "outside")


def test_the_image_has_the_course_and_nothing_else_of_the_repository(image: tuple[Podman, str]) -> None:
    course = {"autograder", "exercises", "helpers", "notebooks", "solutions"}
    files = {"LICENSE", "LICENSE-prose", "README.md", "constraints.txt", "pyproject.toml"}
    shown = in_image(image, "ls", "-A", "/course").split()
    assert {entry for entry in shown if not entry.endswith(".egg-info")} == course | files


def test_it_is_not_root_and_has_the_pinned_versions(image: tuple[Podman, str]) -> None:
    assert int(in_image(image, "id", "-u")) > 0
    freeze = in_image(image, "python", "-m", "pip", "freeze").splitlines()
    found = {_version(line) for line in freeze if "==" in line and line[0] != "#"}
    pins = {_version(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    assert len(found) > 50 and not found - pins


def _version(line: str) -> tuple[str, str]:
    item = Requirement(line)
    return canonicalize_name(item.name), str(item.specifier)


def test_what_confines_is_there(image: tuple[Podman, str]) -> None:
    code = "import os, landlockpy; print(os.uname().release, landlockpy.Ruleset().abi_version)"
    kernel, landlock = in_image(image, "python", "-c", code).split()
    print(f"Linux {kernel} in the container, Landlock {landlock}")
    assert int(landlock) >= 1
