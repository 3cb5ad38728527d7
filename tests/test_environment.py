"""The files that say what to install agree with each other and with what the code imports."""

import ast
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONDA_NAMES = {"torch": "pytorch"}
# What PyTorch's builds for a GPU pull in; it pins them itself, and its build for a CPU goes without.
CUDA = ("nvidia-", "cuda-", "triton")


def by_name(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(item.name): item for item in map(Requirement, lines)}


def declared(*extras: str) -> dict[str, Requirement]:
    """The base requirements and those of some extras."""
    return by_name([*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])])


def pinned() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return by_name([line for line in lines if line and not line.startswith("#")])


def needed_by(item: Requirement) -> list[Requirement]:
    """What an installed distribution requires here, with the extras that `item` asks for; nothing if not installed."""
    try:
        found = [Requirement(line) for line in requires(item.name) or []]
    except PackageNotFoundError:
        return []
    extras = ["", *item.extras]
    return [need for need in found if not need.marker or any(need.marker.evaluate({"extra": name}) for name in extras)]


def test_conda_has_the_same_dependencies():
    *conda, last = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert last["pip"].pop() == "-e ."
    found = by_name([*conda, *last["pip"]])
    assert found.pop("python").specifier == Requirement(f"python{PROJECT['requires-python']}").specifier
    del found["pip"]
    wanted = {CONDA_NAMES.get(name, name): item for name, item in declared(*EXTRAS).items()}
    assert found.keys() == wanted.keys()
    for name, item in wanted.items():
        assert (found[name].specifier, found[name].marker) == (item.specifier, item.marker), name


def test_constraints_pin_each_dependency_within_its_range():
    pins = pinned()
    for name, item in declared(*EXTRAS).items():
        version = str(pins[name].specifier).removeprefix("==")
        assert item.specifier.contains(version), f"constraints.txt pins {name} to {version}, not in {item.specifier}"


@pytest.mark.parametrize("python", ["3.11.0", "3.11.2", "3.12.0", "3.13.0"])
def test_every_supported_python_takes_the_pins(python):
    """Debian 12 has Python 3.11.2: one pin that wants a later one, and pip finds no solution at all."""
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python)
    asked = 0
    for name, pin in pinned().items():
        try:
            found = metadata(name)
        except PackageNotFoundError:
            continue
        if pin.specifier.contains(found["Version"]):
            asked += 1
            wanted = found.get("Requires-Python", "")
            assert SpecifierSet(wanted).contains(python), f"{name} {found['Version']} is for Python {wanted}"
    assert asked > 50, "the pins are not what is installed"


# Of Colab's versions, those of the notebook around a student's code: the grader starts no kernel and shows no page.
AROUND = (
    "ipython ipykernel ipywidgets widgetsnbextension jupyter-client jupyter-core matplotlib-inline traitlets tornado"
)
AROUND_TOO = "pyzmq debugpy notebook setuptools nbformat nbclient"


def test_the_grader_has_the_packages_that_colab_has():
    """What passes a check there has to pass the grade here."""
    lines = (ROOT / "tests" / "colab" / "requirements.txt").read_text().splitlines()
    colab = by_name([line for line in lines if line and not line.startswith("#")])
    met = colab.keys() - {*AROUND.split(), *AROUND_TOO.split()}
    assert met >= {"numpy", "scipy", "matplotlib", "pillow", "scikit-learn", "torch"}
    pins = pinned()
    assert {name: str(pins[name].specifier) for name in met} == {name: str(colab[name].specifier) for name in met}


def test_notebooks_say_what_they_are_graded_with():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["autograder"]["graded-with"]
    numpy = str(pinned()["numpy"].specifier).removeprefix("==")
    assert f"NumPy {'.'.join(numpy.split('.')[:2])}," in said and "Python 3.13" in said
    assert all(item in said for item in by_name(EXTRAS["colab"]))


def test_constraints_pin_all_that_the_dependencies_pull_in():
    pins, seen, todo = pinned(), set(), list(declared(*EXTRAS).values())
    assert all(str(pin.specifier).startswith("==") for pin in pins.values())
    while todo:
        item = todo.pop()
        name = canonicalize_name(item.name)
        if (name, *sorted(item.extras)) not in seen and not name.startswith(CUDA):
            seen.add((name, *sorted(item.extras)))
            assert name in pins
            todo += needed_by(item)


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("helpers", ["torch"]),
        ("autograder", ["ta"]),
        ("exercises", ["torch"]),
        ("tests", ["ta", "torch", "postgresql", "dev"]),
    ],
)
def test_what_is_imported_is_declared(folder, extras):
    """An import is of a declared dependency, or of one that a declared dependency requires itself."""
    direct = declared(*extras)
    allowed = {*direct, *(canonicalize_name(need.name) for item in direct.values() for need in needed_by(item))}
    owners = packages_distributions()
    ours = {"helpers"} if folder == "helpers" else {"helpers", "autograder", "exercises", "tests"}
    if folder == "helpers":
        ours.add("torchvision")  # only tried, since its build has to fit PyTorch's: photographs.py says what is missing
    if folder == "tests":
        ours |= {"exercises", *(path.stem for path in (ROOT / "tests").iterdir())}
    for path in sorted((ROOT / folder).rglob("*.py")):
        for name in imported(path) - sys.stdlib_module_names - ours:
            distributions = {canonicalize_name(item) for item in owners.get(name, [name])}
            assert distributions & allowed, f"{path.relative_to(ROOT)}: pyproject.toml does not declare {name}"


def imported(path: Path) -> set[str]:
    """The top-level names of the modules that a file imports, wherever in it; relative imports left out."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {item.name.partition(".")[0] for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names
