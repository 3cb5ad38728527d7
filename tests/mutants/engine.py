"""Changes the engine's decisions one by one and runs the tests of the changed module; fails when too many of one live.

    python -m mutants.engine [--module NAME ...] [--sample N] [--seed N] [--jobs N]

Each mutant is a module with one operator, comparison, constant, condition or returned value changed; but for limits in
a module's head, of which no one number is right. The tests run in a process of their own, in which that module is
imported changed. Survivors that no test can tell from the original are
listed in equivalent_engine.json with the reason.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib
import importlib.util
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from .modules import TESTS
from .mutate import Change, become, operators, setter

ROOT = Path(__file__).parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent_engine.json")
MIN_KILLED = 0.9
# A mutant that takes longer is endless, and counts as killed: so many seconds, and so many times what no change takes.
SECONDS, TIMES = 5, 5
HEAD, ROUGH = "the module", 10  # a number of at least so much there is a limit
MEMORY = 4 * 2**30
NO_SERVER = "not postgresql"  # it would be started anew for each mutant
SURVIVED, KILLED = 0, 1

# Imported once, before the processes of the mutants are forked.
PRELOAD = ("numpy", "jinja2", "nbformat", "sqlalchemy.orm", "nbgrader.api", "nbgrader.utils", "alembic.script")


@dataclass(frozen=True)
class Mutant:
    """One changed version of a module: what is changed where, and how, in the module's tree."""

    module: str
    change: str
    tree: ast.AST
    node: ast.AST
    make: Change

    @property
    def source(self) -> str:
        """The whole of it."""
        twins: dict[int, ast.AST] = {}
        whole = copy.deepcopy(self.tree, twins)
        self.make(twins[id(self.node)])
        return ast.unparse(ast.fix_missing_locations(whole))


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module, one change each. Texts, annotations, decorators and asserts are left alone."""
    tree = ast.parse(path_of(module).read_text("utf-8"))
    seen: Counter[str] = Counter()
    for node, where in _decisions(tree):
        for text, change in _changes(node):
            said = f"{text} in {where}"
            seen[said] += 1  # the same change at several places of a line is told apart by a number
            yield Mutant(module, f"{said} ({seen[said]})", tree, node, change)


def decides(module: str) -> bool:
    """Whether a module has any mutant."""
    tree = ast.parse(path_of(module).read_text("utf-8"))
    return any(True for node, _ in _decisions(tree) for _ in _changes(node))


def _is_limit(node: ast.AST) -> bool:
    """A number that could as well be one more or one less, written as one or reckoned from others (`2**18`)."""
    if not isinstance(node, (ast.BinOp, ast.Constant)):
        return False
    if not all(isinstance(part, (ast.BinOp, ast.operator, ast.Constant)) for part in ast.walk(node)):
        return False
    value = eval(ast.unparse(node), {})
    return isinstance(value, (int, float)) and value >= ROUGH


def path_of(module: str) -> Path:
    """Where a module's source lies. Nothing is imported for it, since its packages would import it, too."""
    return ROOT / (module.replace(".", "/") + ".py")


def _decisions(tree: ast.AST, where: str = "", statement: str = "") -> Iterator[tuple[ast.AST, str]]:
    """The nodes that may be changed, each with its function or class and its statement, as one line."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "type_comment", "format_spec"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or isinstance(node, (ast.Assert, ast.Import, ast.ImportFrom, ast.Raise)):
                continue
            inside, said = where, statement
            if isinstance(node, ast.stmt):
                said = " ".join(ast.unparse(node).split())[:100]
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                inside, said = f"{where}.{node.name}".lstrip("."), node.name
            if not inside and _is_limit(node):
                continue
            yield node, f"{inside or HEAD}: {said}"
            yield from _decisions(node, inside, said)


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    yield from operators(node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for one, other in ((ast.In, ast.NotIn), (ast.Is, ast.IsNot)):
            if isinstance(node.ops[0], (one, other)):
                turned = other() if isinstance(node.ops[0], one) else one()
                yield f"{type(node.ops[0]).__name__} -> {type(turned).__name__}", setter("ops", [turned])
    if isinstance(node, ast.BoolOp):
        turned_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} -> {type(turned_op).__name__}", setter("op", turned_op)
        for index in range(len(node.values)):
            yield f"without condition {index + 1}", lambda twin, index=index: _leave_out(twin, index)
    if isinstance(node, (ast.If, ast.While, ast.IfExp)) and isinstance(node.test, (ast.Name, ast.Attribute, ast.Call)):
        yield "condition turned round", lambda twin: setattr(twin, "test", ast.UnaryOp(ast.Not(), twin.test))
    if isinstance(node, ast.comprehension):
        for index in range(len(node.ifs)):
            yield f"without if {index + 1}", lambda twin, index=index: twin.ifs.pop(index)
    if isinstance(node, ast.Return) and node.value is not None and not _says_no(node.value):
        yield "nothing returned", lambda twin: setattr(twin, "value", ast.Constant(None))
    if isinstance(node, (ast.Break, ast.Continue)):
        turned_stmt = ast.Continue() if isinstance(node, ast.Break) else ast.Break()
        yield f"{type(node).__name__} -> {type(turned_stmt).__name__}", lambda twin: become(twin, turned_stmt)


def _leave_out(twin: ast.BoolOp, index: int) -> None:
    del twin.values[index]
    if len(twin.values) == 1:
        become(twin, twin.values[0])


def _says_no(node: ast.AST) -> bool:
    """None, which the change would make of it, or False, which a condition can't tell from that."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)


def make_ready(module: str) -> list[str]:
    """Imports all that the module's tests need but what rests on the module.

    Returns the names of that, in the order in which their imports began: a forked process imports them anew.
    """
    tests = {file.removeprefix("tests/").removesuffix(".py").replace("/", ".") for file in TESTS[module]}
    for name in tests:
        importlib.import_module(name)
    resting = _resting_on(module)
    anew = [name for name in sys.modules if name in resting - tests]
    for name in tests | resting:
        sys.modules.pop(name, None)
        package, _, last = name.rpartition(".")
        if package in sys.modules:
            vars(sys.modules[package]).pop(last, None)
    gc.collect()
    gc.freeze()  # else each process would look through all of it
    return anew


def _resting_on(module: str) -> set[str]:
    """The module, and those of ours that import it, or one that does."""
    files = {name: getattr(item, "__file__", None) or "" for name, item in sys.modules.items() if "_main__" not in name}
    ours = {
        name: Path(file)
        for name, file in files.items()
        if Path(file).is_relative_to(ROOT) and file.endswith(".py") and "site-packages" not in file
    }
    imports = {name: set(_imports(name, path)) for name, path in ours.items()}
    found, more = set(), {module}
    while more:
        found |= more
        more = {name for name, used in imports.items() if used & found} - found
    return found


def _imports(module: str, path: Path) -> Iterator[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


class Changed:
    """Import finder and loader that gives one module another source."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant, self.path = mutant, str(path_of(mutant.module))

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        found = ModuleSpec(name, self, origin=self.path) if name == self.mutant.module else None  # type: ignore[arg-type]
        if found is not None:
            found.has_location = True  # some modules look for files beside theirs
        return found

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.source, self.path, "exec"), module.__dict__)


def killed(
    all_mutants: Sequence[Mutant], anew: Sequence[str], jobs: int, seconds: int
) -> Iterator[tuple[Mutant, bool]]:
    """Runs each mutant's tests in a forked process, `jobs` at the same time; whether they failed in so many seconds."""
    running: dict[int, tuple[Mutant, Path]] = {}
    waiting = iter(all_mutants)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(len(all_mutants) + jobs):
            mutant = next(waiting, None)
            if mutant is not None:
                place = Path(folder) / str(number)
                running[_fork(mutant, anew, place, seconds)] = (mutant, place)
            if running and (len(running) == jobs or mutant is None):
                process, status = os.wait()
                mutant, place = running.pop(process)
                shutil.rmtree(place, ignore_errors=True)
                yield mutant, status != SURVIVED


def _fork(mutant: Mutant, anew: Sequence[str], place: Path, seconds: int) -> int:
    process = os.fork()
    if process:
        return process
    status = KILLED
    try:
        signal.alarm(seconds)  # its default is to end the process, wherever it is
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        sys.meta_path.insert(0, Changed(mutant))  # type: ignore[arg-type]
        for name in anew:
            importlib.import_module(name)
        status = SURVIVED if _tests_pass(TESTS[mutant.module], place) else KILLED
    finally:
        os._exit(status)


def _tests_pass(files: Iterable[str], place: Path) -> bool:
    options = ("-x", "-q", "-k", NO_SERVER, "--noconftest", "--assert=plain", "-p", "no:cacheprovider")
    return pytest.main([*options, f"--basetemp={place}", *files]) == pytest.ExitCode.OK


@dataclass(frozen=True)
class Tally:
    """What became of a module's mutants: how many there were, and the changes that lived.

    Of a module whose tests `fails` without any change, nothing is known.
    """

    module: str
    count: int
    alive: list[str]
    stale: list[str]
    seconds: float
    fails: bool = False


def tally(module: str, sample: int | None, seed: int, jobs: int) -> Tally:
    """Runs the mutants of one module, or a sample of them. To be called in a process of its own."""
    started = time.monotonic()
    anew = make_ready(module)
    tree = ast.parse(path_of(module).read_text("utf-8"))
    unchanged = Mutant(module, "nothing", tree, tree, lambda twin: None)
    ready = time.monotonic()
    if next(killed([unchanged], anew, 1, 300))[1]:
        return Tally(module, 0, [], [], 0.0, fails=True)
    seconds = SECONDS + round(TIMES * jobs * (time.monotonic() - ready))
    excused = json.loads(EQUIVALENT.read_text("utf-8")).get(module, {})
    found = list(mutants(module))
    stale = [text for text in excused if text not in {mutant.change for mutant in found}]
    found = [mutant for mutant in found if mutant.change not in excused]
    if sample is not None and sample < len(found):
        found = random.Random(f"{seed} {module}").sample(found, sample)
    alive = sorted(mutant.change for mutant, dead in killed(found, anew, jobs, seconds) if not dead)
    return Tally(module, len(found), alive, stale, time.monotonic() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--module", action="append", help="only this one; may be given several times")
    parser.add_argument("--sample", type=int, help="of each module only so many mutants, drawn from the seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT / "tests"))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they take longer than the tests
    for name in PRELOAD:
        importlib.import_module(name)
    # A slow machine is no reason to call a mutant killed.
    settings.register_profile("mutants", deadline=None, suppress_health_check=list(HealthCheck), database=None)
    settings.load_profile("mutants")
    total = lived = 0
    weak: list[str] = []
    failing: list[str] = []
    run = partial(tally, sample=arguments.sample, seed=arguments.seed, jobs=arguments.jobs)
    # A process for each module: what its tests import stays out of the next one's.
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for done in pool.imap(run, arguments.module or TESTS):
            if done.fails:
                failing.append(done.module)
                print(
                    f"{done.module:32} its tests fail without any change: {', '.join(TESTS[done.module])}", flush=True
                )
                continue
            total, lived = total + done.count, lived + len(done.alive)
            if done.count - len(done.alive) < MIN_KILLED * done.count:
                weak.append(done.module)
            dead = f"{done.count - len(done.alive):4} of {done.count:4} killed"
            print(f"{done.module:32} {dead}, {done.seconds:4.0f} s", flush=True)
            for text in done.alive:
                print(f"    lives: {text}")
            for text in done.stale:
                print(f"    listed as equivalent, but there is no such mutant: {text}")
    print(f"killed: {100 * (1 - lived / total):.1f} % of {total} mutants that are not equivalent")
    print(f"less than {100 * MIN_KILLED:.0f} % killed in: {', '.join(weak) or 'no module'}")
    # A few mutants tell nothing of one module, only of all together.
    few = weak if arguments.sample is None else total - lived < MIN_KILLED * total
    return 1 if few or failing else 0


if __name__ == "__main__":
    sys.exit(main())
