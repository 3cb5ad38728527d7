"""Exceptions in the course's words: each common one is known, and says something true about the line."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from checking.test_calls import called, in_a_cell
from helpers.checking.general import advise
from helpers.checking.raised import REASONS, advice, reason
from helpers.checking.spec import Fault, Spec
from helpers.checking.values import Problem, Unsupported

X = np.arange(12.0).reshape(3, 4)
SPEC = Spec("relu", "02_filters_1d", "function", 1.0)


def fault(body: str, x: Any = X, first: str = "def f(x):") -> Fault:
    """What a function of that body raises on x."""
    source = "import math\nimport numpy as np\n" + first + "".join(f"\n    {line}" for line in body.split("\n"))
    found = called(in_a_cell(source)["f"], {"x": x}).fault
    assert found is not None, "nothing is raised"
    return found


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("return max(0, x)", "truth_of_an_array"),
        ("if x > 0: return x", "truth_of_an_array"),
        ("return np.zeros(3, 4)", "shape_without_brackets"),
        ("return np.zeros(3, 4, 5)", "shape_without_brackets"),
        ("return np.zeros((len(x) / 2, 3))", "float_for_integer"),
        ("return [i for i in range(len(x) / 2)]", "float_for_integer"),
        ("return x[: len(x) / 2]", "float_for_integer"),
        ("return x[len(x) / 2]", "not_an_index"),
        ("i = 1.0\nreturn [1, 2][i]", "not_an_index"),
        ("return range(x.shape)", "tuple_for_integer"),
        ("return np.array([x, x[:2]])", "ragged"),
        ("return np.stack([x, x[:2]])", "ragged"),
        ("out = np.zeros(3)\nout[0] = x[0]", "array_for_an_entry"),
        ("return float(x)", "array_for_an_entry"),
        ("return math.exp(x)", "array_for_an_entry"),
        ("return x[3, 0]", "index_too_large"),
        ("return [1, 2][2]", "index_too_large"),
        ("return x[0, 0, 0]", "too_many_indices"),
        ("n, c, h, w = x.shape", "wrong_number_of_axes"),
        ("(n,) = x.shape", "wrong_number_of_axes"),
        ("return x.sum(axis=2)", "no_such_axis"),
        ("return x.shape[2]", "no_such_axis"),
        ("return x + x.T", "shapes_differ"),
        ("return x[0] + x[:, 0]", "unequal_lengths"),
        ("return np.dot(x[0], x[:, 0])", "unequal_lengths"),
        ("out = np.zeros((4, 3))\nout[:] = x", "axes_swapped"),
        ("out = np.zeros((4, 3))\nout[1:] = x", "does_not_fit_in"),
        ("return x @ x", "core_dimension"),
        ("return np.dot(x, x)", "core_dimension"),
        ("return x @ 2.0", "scalar_product"),
        ("return x.reshape(5, 3)", "wrong_size_for_reshape"),
        ("return np.mean((x - 1) ^ 2)", "caret_for_power"),
        ("y = np.arange(3)\ny -= 0.5", "in_place_casting"),
        ("return np.zeros(3 - 5)", "negative_size"),
        ("return x[3:].max()", "empty_array"),
        ("y += 1", "used_before_set"),
        ("return padded[0]", "unknown_name"),
        ("return [1, 2].shape", "list_for_array"),
        ("y = [[1]]\nreturn y[0, 0]", "list_for_array"),
        ("return x.shape(0)", "round_brackets"),
        ("return x(0)", "round_brackets"),
        ("n = 2\nreturn n(3)", "star_missing"),
        ("return np.sum[x]", "square_brackets"),
        ("return len(5)", "not_a_list"),
        ("for i in len(x): pass", "not_a_list"),
        ("return range(x)", "integer_and_array"),
        ("return math.max(1, 2)", "no_such_function"),
        ("return np.summe(x)", "no_such_function"),
        ("return x.length", "no_such_attribute"),
        ("return {'a': 1}['b']", "no_such_key"),
        ("return 1 / 0", "division_by_zero"),
        ("return f(x)", "endless_recursion"),
        ("assert len(x) == 4", "own_assert"),
        ("y = None\nreturn y + 1", "none_in_between"),
        ("y = x.sort()\nreturn y[0]", "none_in_between"),
        ("return 'a' + 1", "types_do_not_fit"),
        ("return (lambda a, b: a)(x)", "wrong_arguments"),
    ],
)
def test_a_common_exception_is_known(body: str, name: str) -> None:
    found = fault(body)
    assert reason(found) == name, found
    mistake, where = advice(found)
    assert (mistake is None) is bool(where)
    assert advise(SPEC, found, None, None) == (mistake, where)


def test_sentences_are_sentences() -> None:
    for item in REASONS:
        if isinstance(item.sentence, str):
            assert re.fullmatch(r"[A-Z`].*[.?!]", item.sentence), item.name


def test_what_is_said_holds_the_numbers() -> None:
    assert "0 to 2" in str(advice(fault("return x[3, 0]"))[0])
    assert "3 axes" not in str(advice(fault("return x[0, 0, 0]"))) and "2 axes" in str(
        advice(fault("return x[0, 0, 0]"))
    )
    assert "columns of `a` (4) must equal the rows of `b` (3)" in advice(fault("return x @ x"))[1]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return [[1, 2]][0] if x[-4, 0] else 0", "Index -4 is too large for axis 0: it has 3 entries (0 to 2)"),
        ("return x[:2][2]", "Index 2 is too large for axis 0: it has 2 entries (0 to 1)"),
        ("return x[:1][1]", "Index 1 is too large for axis 0: it has 1 entry (only 0)"),
        ("return x[3:][0]", "Axis 0 has no entries here"),
        ("return x[0, 0, 0]", "This array has 2 axes, and you index 3."),
        ("a, b, c = [1, 2, 3, 4]", "The left side has 3 names, the right side a different number of values."),
        ("a, b, c = [1, 2]", "The left side has 3 names, the right side 2 values."),
        ("return x.sum(axis=2)", "There is no axis 2: this array has 2,"),
        ("return x[0] + x[:, 0]", "One has 4 entries, the other 3."),
        ("return np.dot(x[0], x[:, 0])", "One has 4 entries, the other 3."),
        ("out = np.zeros((4, 3))\nout[1:] = x", "An array of shape (3,4) does not fit into a place of shape (3,3)."),
        ("return np.dot(x, x)", "the last axis on the left (4) must equal the rows on the right (3)."),
        ("return x.reshape(5, 3)", "12 numbers do not fill the shape (5,3)."),
        ("def g(a, b): return a\nreturn g(x)", "This call gives `f.<locals>.g` too few, too many or other arguments."),
        ("return np.summe(x)", "There is no np.summe."),
        ("return x.length", "An array has no `.length`."),
        ("return {'a': 1}['b']", "The dict has no key `b`."),
        ("y += 1", "`y` is used before it gets a value"),
        ("return 'a' - 1", "`-` does not work with text and an integer."),
    ],
)
def test_a_sentence_holds_what_the_exception_says(body: str, said: str) -> None:
    mistake, where = advice(fault(body))
    assert said in (mistake.sentence if mistake else where)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("too many indices for tensor of dimension 2", "This tensor has only 2 axes."),
        ("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", "left (3) must equal the rows on the right (4)."),
        ("shape '[5, 3]' is invalid for input of size 12", "12 numbers do not fill that shape."),
        ('Module [Net] is missing the required "forward" function', "Net has no method `forward`."),
        ("running_mean should contain 3 elements not 8", "counts 8 channels, and its input has 3."),
        ("expected input[1, 8, 5, 5] to have 3 channels, but got 8 channels instead", "expects 3 channels and gets 8."),
    ],
)
def test_a_sentence_holds_what_pytorch_says(message: str, said: str) -> None:
    mistake, where = advice(Fault("raised", "RuntimeError", message))
    assert said in (mistake.sentence if mistake else where)


def test_a_value_of_another_kind_is_told_by_what_it_is() -> None:
    kind = Problem("type", "")
    mistake, _ = advise(SPEC, None, kind, Unsupported("relu"))
    assert mistake is not None and mistake.name == "class_for_function"
    nothing, _ = advise(SPEC, None, kind, None)
    assert nothing is not None and nothing.name == "nothing_returned"
    assert "array of objects" in advise(SPEC, None, kind, Unsupported("array of object"))[1]
    for other in ("text", {"a": 1}, Unsupported("set")):
        mistake, where = advise(SPEC, None, kind, other)
        assert mistake is None and where.startswith("Look at the `return` line.")


@pytest.mark.parametrize(
    "body",
    [
        "i, k = 2, 3\nreturn x[0, i : i + k] @ np.ones(3)",
        "i, k = 2, 3\nreturn np.sum(x[0][i : i + k] * np.ones(3))",
        "i, k = 2, 3\nreturn np.dot(x[0, i : i + k], np.ones(3))",
        "i, j, w = 1, 2, np.ones((3, 3))\nreturn np.sum(w * x[i : i + len(w), j : j + w.shape[1]])",
        "i, j, b = 1, 2, np.stack([x, x])\nreturn b[0, i : i + 3, j : j + 2] * np.ones((3, 2))",
    ],
)
def test_a_window_that_runs_over_the_end_is_named(body: str) -> None:
    mistake, _ = advice(fault(body))
    assert mistake is not None and mistake.name == "window_cut_off"


@pytest.mark.parametrize(
    "body",
    [
        "i, stride = 1, 2\nreturn x[0, i : i + stride] @ np.ones(3)",
        "return x[0, 1:4] @ np.ones(4)",
        "return x[None, 0:3] @ x",
        "return x[..., 0:4] @ x",
    ],
)
def test_a_window_of_another_size_ends_within_its_array(body: str) -> None:
    mistake, where = advice(fault(body))
    assert mistake is None and where


def test_two_vectors_are_not_to_be_transposed() -> None:
    assert "same number of entries" in advice(fault("return x[0] @ x[:, 0]"))[1]


def test_another_first_line_is_told_from_a_wrong_call() -> None:
    assert reason(fault("return x", first="def f(x, y):")) == "other_parameters"
    assert reason(fault("return f()")) == "wrong_arguments"


def test_a_function_of_an_earlier_exercise_is_not_just_an_unknown_name() -> None:
    mistake, _ = advise(SPEC, fault("return conv1d_valid(x, x)"), None, None)
    assert mistake is not None and mistake.name == "other_cell_not_run" and "`conv1d_valid`" in mistake.sentence


def test_an_unknown_exception_says_nothing() -> None:
    assert advice(fault("raise ValueError('mine')")) == (None, "")
    assert reason(None) == "" and reason(Fault("timeout")) == ""
    long = Fault("raised", "NameError", f"name '{'a' * 300}' is not defined")
    assert advice(long) == (None, ""), "a sentence does not repeat what is long"


def test_the_name_of_a_kind_is_known_as_itself() -> None:
    """Registered mistakes keep the name in place of NumPy's words."""
    assert reason(Fault("raised", "ValueError", "core_dimension")) == "core_dimension"


# --- shapes


@pytest.mark.parametrize(
    ("body", "shapes"),
    [
        ("return x + x.T", "`x` is (3, 4), `x.T` is (4, 3)"),
        ("b = x[0]\nreturn x @ x.T + b", "`x @ x.T` is (3, 3), `b` is (4,)"),
        ("return (x +\n        x[:, :2])", "`x` is (3, 4), `x[:, :2]` is (3, 2)"),
        ("return x[:, None] @ np.sum(x)", "`x[:, None]` is (3, 1, 4)"),
        ("return np.stack([x, x[0]])", "`x` is (3, 4), `x[0]` is (4,)"),
        ("out = np.zeros((4, 3))\nout[1:] = x", "`out` is (4, 3), `out[1:]` is (3, 3), `x` is (3, 4)"),
        ("out = np.zeros((4, 3))\nout += x", "`out` is (4, 3), `x` is (3, 4)"),
        ("if x > 0: pass", "`x` is (3, 4)"),
        ("return x[1:5] + x", "`x[1:5]` is (2, 4), cut off at the end of `x`, `x` is (3, 4)"),
        ("raise ValueError('mine')", ""),
    ],
)
def test_the_shapes_in_the_failing_line(body: str, shapes: str) -> None:
    assert fault(body).shapes == shapes


def test_reading_shapes_runs_nothing_of_the_students() -> None:
    source = (
        "import numpy as np\nran = []\n"
        "class Mine(np.ndarray):\n"
        "    def __add__(self, other):\n        ran.append(1)\n        raise ValueError('mine')\n"
        "def g(x):\n    ran.append(2)\n    raise ValueError('mine')\n"
        "def f(x):\n    return (x.view(Mine) + g(x)) + x"
    )
    namespace = in_a_cell(source)
    found = called(namespace["f"], {"x": X}).fault
    assert found is not None and namespace["ran"] == [2] and "Mine" not in found.shapes


def test_without_the_lines_text_the_names_in_it_have_shapes() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def f(x):\n    y = x.T\n    return x + y", "<cell of unknown text>", "exec"), namespace)
    found = called(namespace["f"], {"x": X}).fault
    assert found is not None and found.shapes == "`x` is (3, 4), `y` is (4, 3)"


@pytest.mark.parametrize(
    ("kind", "message", "name"),
    [
        # F.cross_entropy(labels, logits)
        (
            "NotImplementedError",
            "\"log_softmax_lastdim_kernel_impl\" not implemented for 'Long'",
            "cross_entropy_order",
        ),
        # F.nll_loss(labels, log_softmax), and of one-hot labels
        ("RuntimeError", "0D or 1D target tensor expected, multi-target not supported", "labels_not_integers"),
        # F.cross_entropy(logits.argmax(1), labels), and of one-hot labels
        (
            "RuntimeError",
            "Expected floating point type for target with class probabilities, got Long",
            "labels_not_integers",
        ),
        ("RuntimeError", "expected target dtype to be Long or Byte, but got Float", "labels_not_integers"),
        ("ValueError", "For 1D input, 1D target must have size 1, but got target size: 5", "labels_not_integers"),
    ],
)
def test_what_pytorch_says_of_a_loss_s_arguments(kind: str, message: str, name: str) -> None:
    said = Fault("raised", kind, message)
    mistake, sentence = advice(said)
    assert reason(said) == name
    assert "the logits first, then the labels" in (mistake.sentence if mistake else sentence)


@pytest.mark.parametrize(
    "said",
    [
        "AssertionError: Torch not compiled with CUDA enabled",
        "TypeError: type torch.cuda.FloatTensor not available. Torch not compiled with CUDA enabled.",
        "NotImplementedError: Could not run 'aten::empty.memory_format' with arguments from the 'MPS' backend.",
        "RuntimeError: PyTorch is not linked with support for mps devices",
        "RuntimeError: PyTorch was compiled without CUDA support",
        "RuntimeError: torch.cuda.Stream requires CUDA support",
        "RuntimeError: Tried to instantiate dummy base class Event",
        "AttributeError: module 'torch._C' has no attribute '_cuda_setDevice'",
        "RuntimeError: Cannot get CUDA generator without ATen_cuda library.",
        "RuntimeError: Cannot access accelerator device when none is available.",
        "RuntimeError: Cannot execute deviceSynchronize() without MPS backend.",
        "RuntimeError: Found no NVIDIA driver on your system.",
    ],
)
def test_a_gpu_that_is_not_here(said: str) -> None:
    kind, _, message = said.partition(": ")
    assert reason(Fault("raised", kind, message)) == "no_gpu"


def test_a_device_that_is_nowhere() -> None:
    message = "Expected one of cpu, cuda, ipu, xpu, mkldnn device type at start of device string: gpu"
    assert reason(Fault("raised", "RuntimeError", message)) == "no_such_device"
