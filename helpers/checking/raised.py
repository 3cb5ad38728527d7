"""Exceptions in the course's words: what the common ones mean, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from .operands import CUT_OFF
from .spec import Fault, Mistake

MAX_LENGTH = 200  # characters of an error's words that a sentence is made from

Sentence = str | Callable[["re.Match[str]"], str]


@dataclass(frozen=True)
class _Reason:
    """One kind of exception: its name, a pattern for "<type>: <message>", and a sentence.

    `sure` says that the sentence names the mistake; otherwise it only points to where it may be. With `outside`, no
    line of the student's was running: the call itself failed. `line` is how the failing line begins, where that counts.
    """

    name: str
    pattern: str
    sentence: Sentence
    sure: bool = True
    outside: bool = False
    line: str = ""


def _out_of_bounds(found: re.Match[str]) -> str:
    size = int(found[3])
    if size == 0:
        return f"Axis {found[2]} has no entries here, so there is nothing to index. Which line made it empty?"
    last = f"0 to {size - 1}" if size > 1 else "only 0"
    return (
        f"Index {found[1]} is too large for axis {found[2]}: it has {size} entr{'ies' if size > 1 else 'y'} ({last}). "
        "Is the loop too long, or does the index count something else?"
    )


def _core_dimension(found: re.Match[str]) -> str:
    sizes = f"the columns of `a` ({found[2]}) must equal the rows of `b` ({found[1]})"
    return f"In `a @ b`, {sizes}. Should one be transposed or reshaped?"


def _not_aligned(found: re.Match[str]) -> str:
    return (
        f"In a matrix product, the last axis on the left ({found[1]}) must equal the rows on the right ({found[2]}). "
        "Should one be transposed or reshaped?"
    )


def _no_name(found: re.Match[str]) -> str:
    name = found[1]
    if name in ("np", "numpy", "torch", "nn", "F", "layers", "plt"):
        return f"Run the notebook's first cells: they import `{name}`."
    if name == "self":
        return "Make `self` the first parameter of each method."
    return f"`{name}` has no value here. Is it misspelled, or set in a cell that you haven't run?"


def _types(found: re.Match[str]) -> str:
    sides = f"{_kind(found[2])} and {_kind(found[3])}"
    return f"`{found[1]}` does not work with {sides}. Look at the value on each side."


def _kind(name: str) -> str:
    known = {"NoneType": "None", "numpy.ndarray": "an array", "ndarray": "an array", "list": "a list", "str": "text"}
    known |= {"tuple": "a tuple", "int": "an integer", "float": "a float", "Tensor": "a tensor"}
    return known.get(name, f"a {name}")


NOTHING_RETURNED = "Your function returns nothing (None). End it with `return` and the result."
_INTEGER = "A size, an index or a range has to be an integer, and it is a float here. Divide with `//`, not `/`."
_TRUTH = "An array has no single truth value. In place of `if`, `max` or `and`, use np.where or np.maximum."
_LIST = "This is a Python list. Make it an array first: np.array(...)."
_CAST = "Here floats are written into an array of integers. Make it float first: `.astype(float)`."
_SHAPE = "The shape is one argument. Put it in brackets of its own: np.zeros((rows, columns))."
_PARAMETERS = "Leave the first line of the function as it was: the same parameters, order and default values."
_ARGUMENTS = (
    r"([\w.<>]+)\(\) (?:missing \d+ required|takes .* arguments?|got an unexpected keyword|got multiple values)"
)
_FLOATS = "Here float32 meets float64. Convert one of them, such as `.float()`."

REASONS = (
    _Reason(
        "no_gpu",
        r"not compiled with (?:CUDA|XPU)|no NVIDIA driver|No CUDA GPUs are available|deserialize .* CUDA device"
        r"|without (?:CUDA|ATen_cuda|MPS)\b|requires CUDA support|not linked with support for|from the '[A-Z]+' backend"
        r"|torch\._C' has no attribute '_cuda_|dummy base class (?:Event|Stream)|Cannot access accelerator device",
        "There is no GPU here, and no grade depends on one. Use the model's device: next(model.parameters()).device.",
    ),
    _Reason(
        "no_such_device",
        r"Expected one of cpu, cuda",
        "PyTorch has no device of this name. Use the model's device: next(model.parameters()).device.",
    ),
    _Reason("truth_of_an_array", r"truth value of an array", _TRUTH),
    _Reason(
        "truth_of_a_tensor",
        r"Boolean value of Tensor",
        "A tensor has no single truth value. If this makes a loss, as nn.CrossEntropyLoss() does, call the result.",
    ),
    _Reason(
        "shape_without_brackets",
        r"Cannot interpret '.*' as a data type|order must be str|(?:zeros|ones|empty)\(\) takes",
        _SHAPE,
    ),
    _Reason("float_for_integer", r"'(?:numpy\.)?float\d*' object cannot be interpreted as an integer", _INTEGER),
    _Reason("float_for_integer", r"slice indices must be integers|got float; expected int", _INTEGER),
    _Reason(
        "not_an_index",
        r"only integers, slices|arrays used as indices must be|only int indices|indices must be integers.*not float",
        "An index is not an integer here. Did a `/` make it a float? Divide with `//`.",
        sure=False,
    ),
    _Reason(
        "tuple_for_integer",
        r"'(?:tuple|list)' object cannot be interpreted as an integer",
        "A single integer is needed here, and it gets a tuple or list. Take one entry of it, such as x.shape[0].",
    ),
    _Reason(
        "ragged",
        r"inhomogeneous shape|all (?:the )?input arrays? (?:must have|dimensions)|[Ss]izes of tensors must match",
        "These parts have different shapes, so they do not fit into one array. Print the shape of each.",
        sure=False,
    ),
    _Reason(
        "integer_and_array",
        r"'(?:numpy\.ndarray|Tensor)' object cannot be interpreted as an integer|only integer scalar arrays",
        "A single integer is needed here, and it gets an array. Take its length, or one axis of its shape.",
    ),
    _Reason(
        "array_for_an_entry",
        r"setting an array element with a sequence|only (?:size-1|length-1|0-dimensional) arrays|can be converted to",
        "One entry of an array gets a whole array here. Is a sum missing, or an index such as b[f]?",
    ),
    _Reason("index_too_large", r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", _out_of_bounds),
    _Reason(
        "index_too_large",
        r"list index out of range|list assignment index out of range",
        "This index is too large for the list. The last entry of n has index n - 1.",
    ),
    _Reason(
        "too_many_indices",
        r"too many indices for .*: array is (\d+)-dimensional, but (\d+) were indexed",
        lambda found: f"This array has {found[1]} axes, and you index {found[2]}. Which axis was lost before?",
    ),
    _Reason(
        "too_many_indices",
        r"too many indices for tensor of dimension (\d+)",
        lambda found: f"This tensor has only {found[1]} axes. You index more.",
    ),
    _Reason(
        "wrong_number_of_axes",
        r"(?:not enough|too many) values to unpack \(expected (\d+)(?:, got (\d+))?\)",
        lambda found: (
            f"The left side has {found[1]} names, the right side "
            + (f"{found[2]} values." if found[2] else "a different number of values.")
            + " How many axes does the array have?"
        ),
    ),
    _Reason(
        "no_such_axis",
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        lambda found: f"There is no axis {found[1]}: this array has {found[2]}, counted from 0.",
    ),
    _Reason(
        "no_such_axis",
        r"tuple index out of range|Dimension out of range",
        "There is no such axis: the array has fewer. Axes count from 0.",
    ),
    _Reason(
        "unequal_lengths",
        r"shapes \((\d+),\) and \((\d+),\) not aligned|operands could not .* shapes \((\d+),\) \((\d+),\)",
        lambda found: (
            f"One has {found[1] or found[3]} entries, the other {found[2] or found[4]}. "
            "Does a slice end too early, or a loop too late?"
        ),
        sure=False,
    ),
    _Reason(
        "axes_swapped",
        r"from shape \((\d+),\s?(?!\1\))(\d+)\) into shape \(\2,\s?\1\)",
        "Height and width are swapped: x.shape is (height, width), rows first.",
    ),
    _Reason(
        "shapes_differ",
        r"operands could not be broadcast together|The size of tensor a .* must match",
        "These two shapes do not fit. Read from the right, two lengths must be equal, or one must be 1.",
        sure=False,
    ),
    _Reason(
        "does_not_fit_in",
        r"could not broadcast input array from shape (\([\d, ]*\)) into shape (\([\d, ]*\))",
        lambda found: f"An array of shape {found[1]} does not fit into a place of shape {found[2]}.",
        sure=False,
    ),
    _Reason(
        "does_not_fit_in",
        r"shape mismatch|could not be broadcast to indexing result|cannot copy sequence|expand\(",
        "The value on the right does not fit into the place on the left. Print both shapes.",
        sure=False,
    ),
    _Reason(
        "core_dimension",
        r"matmul: Input operand 1 .*\(size (\d+) is different from (\d+)\)",
        _core_dimension,
        sure=False,
    ),
    _Reason(
        "core_dimension",
        r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)",
        _not_aligned,
        sure=False,
    ),
    _Reason("core_dimension", r"not aligned: (\d+) \(dim \d+\) != (\d+) \(dim \d+\)", _not_aligned, sure=False),
    _Reason(
        "scalar_product",
        r"matmul: Input operand \d does not have enough dimensions",
        "`@` needs arrays on both sides, and one is a single number. Multiply numbers with `*`.",
    ),
    _Reason(
        "wrong_size_for_reshape",
        r"cannot reshape array of size (\d+) into shape (\([\d, ]*\))",
        lambda found: f"{found[1]} numbers do not fill the shape {found[2]}. Multiply the lengths of the axes.",
    ),
    _Reason(
        "wrong_size_for_reshape",
        r"shape '.*' is invalid for input of size (\d+)",
        lambda found: f"{found[1]} numbers do not fill that shape. Multiply the lengths of the axes.",
    ),
    _Reason(
        "caret_for_power",
        r"'?bitwise_xor'?|unsupported operand type\(s\) for \^",
        "In Python, `^` is not a power. Write `**`.",
    ),
    _Reason("in_place_casting", r"Cannot cast ufunc .* output from|result type .* can't be cast", _CAST),
    _Reason(
        "negative_size",
        r"negative dimensions are not allowed|negative dimension",
        "The size of an array is negative here. Is it computed from the right axis?",
        sure=False,
    ),
    _Reason(
        "empty_array",
        r"zero-size array to reduction|arg(?:max|min) of an empty|max\(\) (?:arg|iterable argument) is",
        "A maximum of nothing: this array is empty. Print the slice's limits.",
        sure=False,
    ),
    _Reason(
        "used_before_set",
        r"UnboundLocalError: .*variable '(\w+)'",
        lambda found: f"`{found[1]}` is used before it gets a value in this function. Set it above, in every branch.",
    ),
    _Reason("unknown_name", r"name '(\w+)' is not defined", _no_name),
    _Reason("unknown_name", r"NameError: “?(\w+) is not defined", _no_name),
    _Reason("other_parameters", _ARGUMENTS, _PARAMETERS, outside=True),
    _Reason(
        "wrong_arguments",
        _ARGUMENTS,
        lambda found: (
            f"This call gives `{found[1]}` too few, too many or other arguments. Compare with its first line."
        ),
    ),
    _Reason(
        "none_in_between",
        r"'NoneType' object|NoneType",
        "A value is None here. Does a function that you call return nothing?",
    ),
    _Reason(
        "list_for_array",
        r"'list' object has no attribute|list indices must be integers or slices, not"
        r"|can't multiply sequence by non-int|can only concatenate list|bad operand type for"
        r"|unsupported operand type\(s\) for .*: '(?:list|tuple)' and",
        _LIST,
    ),
    _Reason(
        "round_brackets",
        r"'(?:tuple|list|dict|numpy\.ndarray|Tensor)' object is not callable",
        "Round brackets call a function. An index stands in square brackets: x.shape[0].",
    ),
    _Reason(
        "star_missing",
        r"'(?:int|float|numpy\.\w+)' object is not callable",
        "Round brackets after a number call it as a function. Is a `*` missing?",
    ),
    _Reason(
        "square_brackets",
        r"'[\w.]*(?:function|method|ufunc|type|Dispatcher)\w*' object is not subscriptable",
        "A function is called with round brackets: np.sum(...), not np.sum[...].",
    ),
    _Reason(
        "not_a_list",
        r"'int' object is not iterable",
        "A loop needs something to go through, and this is a single number. For i from 0 to n - 1, use range(n).",
    ),
    _Reason(
        "not_a_list",
        r"'(?:int|float|numpy\.\w+)' object is not (?:iterable|subscriptable)|len\(\) of unsized"
        r"|of type '(?:int|float)' has no len",
        "This is a single number, and you use it like a list. Does the array have fewer axes than you expect?",
    ),
    _Reason(
        "no_such_function",
        r"module '([\w.]+)' has no attribute '(\w+)'",
        lambda found: (
            f"There is no {found[1].replace('numpy', 'np')}.{found[2]}. Is it misspelled, or is it in another module?"
        ),
    ),
    _Reason(
        "forward_missing",
        r"Module \[ModuleList\] is missing the required \"forward\"",
        "A ModuleList only holds layers. Call them in a loop, or use nn.Sequential.",
    ),
    _Reason(
        "forward_missing",
        r"Module \[(\w+)\] is missing the required \"forward\"",
        lambda found: f"{found[1]} has no method `forward`. Look at its spelling and its indentation.",
    ),
    _Reason(
        "layers_in_a_list",
        r"layers with weights that are not registered",
        "PyTorch doesn't know all layers of your block. Make each in __init__ as self.name = ..., not in a plain list.",
    ),
    _Reason(
        "super_not_called",
        r"before Module\.__init__\(\) call|Call super\(\)\.__init__",
        "Call super().__init__() in the first line of __init__.",
    ),
    _Reason(
        "no_such_attribute",
        r"'([\w.]+)' object has no attribute '(\w+)'",
        lambda found: f"{_kind(found[1]).capitalize()} has no `.{found[2]}`. Is the name misspelled or never set?",
    ),
    _Reason(
        "no_such_key",
        r"KeyError: “?'?(\w+)",
        lambda found: f"The dict has no key `{found[1]}`. Look at its keys.",
    ),
    _Reason(
        "division_by_zero",
        r"ZeroDivisionError",
        "You divide by 0 here. Which value is 0, and is it the right one to divide by?",
        sure=False,
    ),
    _Reason("endless_recursion", r"RecursionError", "Your function calls itself without an end."),
    _Reason(
        "own_assert",
        r"AssertionError",
        "Your own `assert` stops a case that has to work. Delete it, and handle that case.",
        line="assert",
    ),
    _Reason(
        "read_only",
        r"read-only",
        "This array is only a view and can't be changed. Write into a copy.",
    ),
    _Reason(
        "types_do_not_fit", r"unsupported operand type\(s\) for (\S+): '([\w.]+)' and '([\w.]+)'", _types, sure=False
    ),
    _Reason(
        "types_do_not_fit",
        r"can only concatenate str|could not convert string|invalid literal for int"
        r"|ufunc '\w+' (?:did not contain a loop|not supported)",
        "Here is text or another value where a number is needed.",
        sure=False,
    ),
    _Reason("nothing_returned", r"expected an nn\.\w+, got nothing", NOTHING_RETURNED),
    _Reason(
        "other_than_a_layer",
        r"expected an (nn\.\w+), got",
        lambda found: f"Return the layer itself, an {found[1]}: make it, set its weights, and return it.",
    ),
    _Reason(
        "tensor_for_parameter",
        r"cannot assign '.*' as parameter",
        "A layer's weights are an nn.Parameter. Wrap the tensor in one, or copy into it under torch.no_grad().",
    ),
    _Reason(
        "grad_in_place",
        r"leaf Variable that requires grad|leaf variable that requires grad",
        "Weights are changed here while gradients are recorded. Do it under `with torch.no_grad():`.",
    ),
    _Reason(
        "no_gradient_path",
        r"does not require grad and does not have a grad_fn",
        "The loss is cut off from the weights. Is there an argmax, .item(), .detach() or no_grad before it?",
    ),
    _Reason("tensor_of_grad", r"Can't call numpy\(\) on Tensor", "Call .detach() before .numpy()."),
    _Reason(
        "negative_step", r"step must be greater than zero", "A tensor has no [::-1]. Use torch.flip(x, dims=[...])."
    ),
    _Reason(
        "cross_entropy_order",
        r"log_softmax.* not implemented for '(?:Long|Int)'",
        "F.cross_entropy takes the logits first, then the labels.",
    ),
    _Reason(
        "labels_not_integers",
        r"expected scalar type Long|expected target size|only batches of spatial targets|expected target dtype"
        r"|multi-target not supported|target with class probabilities, got|1D target must have size",
        "The loss takes the logits first, then the labels: one class number for each image, of dtype int64.",
        sure=False,
    ),
    _Reason(
        "norm_channels",
        r"running_mean should contain (\d+) elements not (\d+)",
        lambda found: (
            f"The batch norm counts {found[2]} channels, and its input has {found[1]}. It comes after the convolution."
        ),
    ),
    _Reason(
        "layer_channels",
        r"expected input\[.*\] to have (\d+) channels, but got (\d+) channels",
        lambda found: f"A convolution expects {found[1]} channels and gets {found[2]}. Are its in and out swapped?",
    ),
    _Reason(
        "float_types",
        r"expected scalar type \w+ but found|should be the same|must have the same dtype|expected m1 and m2",
        _FLOATS,
        sure=False,
    ),
)


WINDOW_CUT_OFF = Mistake(
    "window_cut_off",
    "A window runs past the end of its array here, so it is too small. Is the loop too long, or padding missing?",
)
# Kinds of exceptions that come from arrays of different lengths.
_LENGTHS = ("unequal_lengths", "core_dimension", "shapes_differ")


def reason(fault: Fault | None) -> str:
    """The name of the kind of exception that a fault is; empty where it is not a known one.

    The fault of a registered mistake has this name for its message: what NumPy says differs from version to version.
    """
    if fault is None or fault.kind != "raised":
        return ""
    if any(fault.message == item.name for item in REASONS):
        return fault.message
    found = _find(fault)
    return found[0].name if found else ""


def advice(fault: Fault) -> tuple[Mistake | None, str]:
    """What an exception says about the code: the mistake where that is sure, else a sentence that says where to look.

    (None, "") where nothing is known of it.
    """
    found = _find(fault)
    if found is None:
        return None, ""
    item, match = found
    if item.name in _LENGTHS and CUT_OFF in fault.shapes:
        return WINDOW_CUT_OFF, ""
    if item.name == "core_dimension" and re.fullmatch(r"`[^`]*` is \(\d+,\), `[^`]*` is \(\d+,\)", fault.shapes):
        return None, "Both sides of `@` need the same number of entries. Where does each slice begin and end?"
    sentence = item.sentence if isinstance(item.sentence, str) else item.sentence(match)
    return (Mistake(item.name, sentence), "") if item.sure else (None, sentence)


@lru_cache(maxsize=256)
def _find(fault: Fault) -> tuple[_Reason, re.Match[str]] | None:
    said = f"{fault.type_name}: {fault.message}"
    for item in REASONS:
        match = re.search(item.pattern, said)
        fits = fault.line.startswith(item.line) and not (item.outside and fault.line_number)
        if match and fits and len(match[0]) <= MAX_LENGTH:
            return item, match
    return None
