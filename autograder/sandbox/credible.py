"""Whether source can reach what the grader measures beside it: other frames, its modules, the interpreter's insides.

Some aspects rest on what is observed in the process that runs the student's code: whether a function loops, or in which
mode it leaves an object. Code that gets at the observer can say what it likes. So the observation is believed where the
source is credible: it names nothing by which it could get there. Other code is left to a person: it may be honest.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cache

from . import colab
from .modules import written_files


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Modules that reach other code: by attribute, too, since packages hold them under their names.
_MODULES = _words(
    "sys gc inspect ctypes ctypeslib types builtins importlib threading traceback linecache tracemalloc faulthandler "
    "atexit os posix subprocess multiprocessing pickle marshal copyreg runpy pkgutil zipimport sysconfig mmap doctest "
    "weakref symtable cffi numba sympy patsy statsmodels pandas polars xarray dask fx f2py distutils joblib dill "
    "cloudpickle adapters checking observers"
)
_IMPORTS = _MODULES | _words(
    "imp signal dis opcode code codeop pdb bdb trace site unittest ast cython timeit numexpr concurrent asyncio pydoc "
    "profile cProfile shelve logging mock"
)
_NAMES = _words(
    "attrgetter methodcaller settrace setprofile gettrace "
    "getprofile monitoring tb_frame gi_frame cr_frame ag_frame gi_code cr_code f_back f_locals f_globals f_builtins "
    "f_trace f_trace_lines f_trace_opcodes f_code co_code get_type_hints make_dataclass load "
    "load_library register_module_forward_hook register_module_forward_pre_hook allow_pickle weights_only "
    "get_ipython get_field Formatter runstring rundocs measure"
)
_BUILTINS = _words("exec eval compile globals locals vars breakpoint delattr")
_BY_TEXT = ("getattr", "setattr")  # harmless on an object of the code's own
_WRITE = _words("open write_text write_bytes tofile savetxt save savez dump")
# What may be asked of IPython: its shell runs texts, too.
_SHELL = _words("run_line_magic run_cell_magic system getoutput")
_IPYTHON = _words("display version_info __version__")
_SWITCHES = _words("benchmark deterministic allow_tf32")  # of packages' back ends: nothing observed has these names
_OWN = frozenset({"self", "cls"})
_SPECIAL = frozenset(
    f"__{name}__"
    for name in _words(
        "init call len getitem setitem iter next contains repr str name doc class main future bool int float index eq "
        "ne lt le gt ge hash add radd iadd sub rsub mul rmul imul truediv rtruediv floordiv mod pow neg pos abs matmul "
        "rmatmul enter exit post_init annotations version file all"
    )
)
# What code sets on arrays that it was given. A course may add attributes of other objects, see `Course`.
_SET = _words("data shape dtype flat real imag writeable")


def is_credible(statements: Iterable[ast.AST], settable: Iterable[str] = ()) -> bool:
    """Whether all these statements are credible. They may set the attributes in `settable` on what they were given.

    Asked before any of them is run: a module they write is not a known one. Whoever runs them must see to it that
    `colab.absent()` can't be imported, wherever it were found.
    """
    nodes = [node for statement in statements for node in ast.walk(statement)]
    files = dict(file for node in nodes if isinstance(node, ast.Expr) for file in written_files(node))
    try:
        nodes += [node for text in files.values() for node in ast.walk(ast.parse(text))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if files and any(
        _is_name(node, _WRITE) or (isinstance(node, ast.Attribute) and node.attr in _WRITE) for node in nodes
    ):
        return False  # another text may be in the file when it is imported
    given = {name for node in nodes for name in _arguments(node)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made = bound - {name for node in nodes for name in _taken_over(node, bound | given)}
    in_classes = {id(item) for node in nodes if isinstance(node, ast.ClassDef) for item in node.body}
    if any(id(node) not in in_classes and not _OWN.isdisjoint(_arguments(node)) for node in nodes) or _OWN & bound:
        return False  # self would be an object that it was given
    harmless = {id(node) for parent in nodes for node in _harmless_names(parent)}
    written = frozenset(name.removeprefix("./").replace("/", ".") for name in files)
    names = _Names(frozenset(made), frozenset(bound | given), written, _SET.union(settable))
    return not any(_reaches(node, names) for node in nodes if id(node) not in harmless)


@dataclass(frozen=True)
class _Names:
    """Names for objects that the code has made itself, all that it binds, and the modules that it writes.

    `settable` are the attributes that it may set on what it was given.
    """

    made: frozenset[str]
    bound: frozenset[str]
    written: frozenset[str]
    settable: frozenset[str]


@cache
def _is_known(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _is_name(node: ast.AST | None, names: Iterable[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _arguments(node: ast.AST) -> list[str]:
    """The names of a function's arguments."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return []
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [item.arg for item in every if item is not None]


def _harmless_names(parent: ast.AST) -> list[ast.AST]:
    """Names that would reach other code and don't where they stand in this node."""
    match parent:
        case ast.Call(func=ast.Name() as function, args=[ast.Name(id="self" | "cls"), *_]) if _is_name(
            function, _BY_TEXT
        ):
            return [function]
        case ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython") as shell, args=[], keywords=[]), attr=attr):
            return [shell] if attr in _SHELL else []
        case ast.Attribute(value=ast.Name(id="IPython") as package, attr=attr):
            return [package] if attr in _IPYTHON else []
        case ast.ImportFrom(module="IPython", names=names, level=0):
            return [alias for alias in names if alias.name == "get_ipython" and alias.asname is None]
    return []


def _taken_over(node: ast.AST, own: Set[str]) -> list[str]:
    """The names that a node binds to what may come from elsewhere: not to a constant or the result of a call."""
    match node:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            targets = [target]
        case ast.NamedExpr(target=target, value=value):
            targets = [target]
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            targets = [target]
        case _:
            return []
    called = {id(item.func) for item in ast.walk(value) if isinstance(item, ast.Call)}
    whole = isinstance(value, (ast.Name, ast.Attribute, ast.Subscript))
    inner = {id(item.value) for item in ast.walk(value) if isinstance(item, ast.Attribute)}
    others = (item for item in ast.walk(value) if isinstance(item, (ast.Name, ast.Attribute)) and id(item) not in inner)
    if whole or any(id(item) not in called and _root(item) not in own for item in others):
        return [item.id for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)]
    return []


def _reaches(node: ast.AST, known: _Names) -> bool:
    match node:
        case ast.Import(names=names):
            return any(_imports_more(alias.name, known.written) for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            more = bool(level) or _imports_more(module or "", known.written)
            return more or (module == "IPython" and any(item.name not in ("get_ipython", *_IPYTHON) for item in names))
        case ast.alias(name=name, asname=new_name):
            return _is_reaching(name) or (name == "IPython" and new_name is not None)
        case ast.Call(func=ast.Attribute(attr="eval"), args=args, keywords=keywords):
            return bool(args or keywords)  # a model's takes nothing, and others may run a text
        case ast.Attribute(value=value, attr=attr, ctx=context):
            own = _is_name(value, _OWN)
            if _is_reaching(attr) and not (own and attr.startswith("_") and not _is_special(attr)):
                return True
            allowed = known.bound if attr in known.settable else known.made
            is_set = not isinstance(context, ast.Load) and attr not in _SWITCHES
            return is_set and not own and _root(value) not in allowed
        case ast.Name(id=name):
            return name in (*_NAMES, *_BUILTINS, *_BY_TEXT, "IPython") or (
                name.startswith("__") and name not in _SPECIAL
            )
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return _is_special(name) and name not in _SPECIAL
        case ast.keyword(arg=str(name)):
            return name in _NAMES
        case ast.Constant(value=str(text)):
            return _is_special(text) and text not in _SPECIAL
    return False


def _imports_more(module: str, written: Set[str]) -> bool:
    if module == "__future__" or module in written:
        return False
    parts = module.split(".")
    if parts[0] == "IPython":
        return module not in ("IPython", "IPython.display")
    known = _is_known(parts[0]) or parts[0] in colab.absent()
    return not known or any(_is_reaching(part) or part in _IMPORTS for part in parts)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _is_reaching(name: str) -> bool:
    if _is_special(name):
        return name not in _SPECIAL
    return name.startswith("_") or name in _MODULES or name in _NAMES


def _root(node: ast.expr) -> str | None:
    """The name that an object is reached from; None where it is the result of a call or the like."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
