"""Notebook 08: turns a student's PyTorch layer, model or training step into plain values.

PyTorch is imported with this module, so only exercises that need it load it. Cases describe models by plain values too:
lists of layers, arrays of weights.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from ..checking.values import plain

Function = Callable[..., Any]


def with_arrays_or_tensors(function: Function, *arguments: Any) -> Any:
    """`function(*arguments)` with NumPy arrays, or with tensors when the function needs tensors."""
    return _with_either(lambda *given: plain(function(*given)), *arguments)


def layer_output(function: Function, *arguments: Any, x: np.ndarray) -> Any:
    """The output of the nn.Conv2d that `function(*arguments)` makes, for a batch x (N, C, H, W), in its precision."""
    with _settings(torch.float32):
        layer = function(*arguments)
        if not isinstance(layer, nn.Conv2d):
            raise TypeError(f"expected an nn.Conv2d, got {_article(layer)}")
        return layer(torch.as_tensor(x, dtype=layer.weight.dtype, device=layer.weight.device))


def random_crops(function: Function, images: np.ndarray, size: int, seed: int, *, look_at: str) -> list[Any]:
    """A list with `function(images, size, seed)`; with `look_at` "seed", of a repeated call and another seed too.

    With "tensors", of [what it is and holds, the crops] for images as a tensor.
    """
    if look_at == "tensors":
        with _settings(torch.float32):
            crops = function(torch.from_numpy(images), size, seed)
        return [
            f"{_article(crops)}, {crops.dtype}" if isinstance(crops, torch.Tensor) else _article(crops),
            plain(crops),
        ]
    seeds = [seed, seed, seed + 1] if look_at == "seed" else [seed]

    def run(given: Any) -> list[Any]:
        with _settings(torch.float32):
            return [plain(function(given, size, each)) for each in seeds]

    results: list[Any] = _with_either(run, images)
    return results


def block(function: Function, *arguments: int, x: np.ndarray, look_at: str, weights: int) -> Any:
    """The output of the block that `function(*arguments)` makes, for a batch x (N, C, H, W) and weights set by `fill`.

    `look_at` is "training" or "evaluation", the mode it runs in, or "weights": how many numbers each trainable weight
    holds, in ascending order, and how many weights get no gradient. The number `weights` chooses the values (see
    `fill`); with 0, batch norm does nothing in evaluation and biases are 0. The order and names of a block's layers
    don't matter.
    """

    def run(device: str) -> Any:
        # No copy, so that a block that changes its input is noticed.
        batch = torch.from_numpy(x).to(device, torch.get_default_dtype())
        module = _made(function, batch, *arguments)
        fill(module, weights)
        if look_at == "weights":
            return {"numbers": sorted(item.numel() for item in _trainable(module)), "no gradient": _idle(module, batch)}
        with torch.no_grad(), _strangers(module) as strangers:
            output = module.train(look_at == "training")(batch)
        if strangers:
            raise ValueError(f"layers with weights that are not registered in the block: {len(strangers)}")
        return output

    return _attempt(run)


@contextlib.contextmanager
def _strangers(module: nn.Module) -> Iterator[set[int]]:
    """Gives a set; afterwards it has the layers with weights that ran meanwhile and that `module` doesn't know."""
    used: list[nn.Module] = []
    found: set[int] = set()
    watching = nn.modules.module.register_module_forward_hook(lambda part, given, result: used.append(part))
    try:
        yield found
    finally:
        watching.remove()
        known = {id(item) for item in nn.Module.modules(module)}
        found |= {id(item) for item in used if [*nn.Module.parameters(item, False)]} - known


def network(
    function: Function, classes: int, *, sides: Sequence[tuple[int, int]], batch: int, look_at: str
) -> dict[str, Any]:
    """What the observer `network` judges in the model `function(classes)`, for batches of images with the given sides.

    The model is in training mode for `look_at` "weights", "layers" or "shortcuts", else in evaluation mode. For these
    it comes back as data, see `_as_data`.
    """

    def run(device: str) -> dict[str, Any]:
        images = [_pictures(batch, *side).to(device) for side in sides]
        model = _made(function, images[0], classes)
        if look_at in ("weights", "layers", "shortcuts"):
            _perturb(model)
            return _as_data(model.train(), images[0])
        if look_at == "logits":
            _perturb(model)
        with torch.no_grad():
            model.train()(images[0])
            model.eval()
            together = [model(item) for item in images]
            alone = [model(one[None]) for one in images[0]] if look_at == "one by one" else []
        return {"logits": plain(together), "alone": plain(alone)}

    result: dict[str, Any] = _attempt(run, (torch.float32, torch.float64))
    return result


def _perturb(model: nn.Module) -> None:
    """Changes all weights a little: one that starts at 0 must not hide anything."""
    with torch.no_grad():
        for item in model.parameters():
            item.add_(0.02 * torch.randn(item.shape).to(item))


def _as_data(model: nn.Module, images: torch.Tensor) -> dict[str, Any]:
    """The operations that lead to a model's output, the weights that they start from, and those that the model has.

    An operation is its name and the numbers of the operations, and of the weights, that it takes; each comes behind
    those that it takes. A weight is how many numbers it holds, and whether they matter to the output. "registered" are
    the trainable weights of the model: how many numbers, and whether the output is made with them. "not registered"
    counts layers with weights that it doesn't know.
    """
    with _strangers(model) as strangers:
        given = images.clone().requires_grad_()
        output = model(given * 1)  # an operation, so that what starts from the images has a common place
    if not isinstance(output, torch.Tensor):
        raise TypeError(f"expected a tensor, got {_article(output)}")
    output = torch.Tensor.as_subclass(output, torch.Tensor)
    registered = [item for item in nn.Module.parameters(model) if item.requires_grad]
    nodes = _graph(output)
    leaves = {node: node.variable for node in nodes if node.name() == _LEAF and node.variable is not given}
    _backward(output)
    alive = [item.grad is not None and bool(item.grad.any()) for item in leaves.values()]
    if not any(alive):  # the output is saturated: nothing is known of single weights
        alive = [True] * len(alive)
    numbers = {node: number for number, node in enumerate(node for node in nodes if node not in leaves)}
    places = {node: number for number, node in enumerate(leaves)}
    return {
        "operations": [
            [
                node.name(),
                [numbers[item] for item, _ in node.next_functions if item in numbers],
                [places[item] for item, _ in node.next_functions if item in places],
            ]
            for node in numbers
        ],
        "weights": [[item.numel(), matters] for item, matters in zip(leaves.values(), alive)],
        "registered": [[item.numel(), item.grad is not None] for item in registered],
        "not registered": len(strangers),
    }


def counted(function: Function, model: Sequence[Any]) -> Any:
    """`function(model)` for a model given as a list of layers, such as ("conv", 3, 8, 5), ("norm", 8)."""
    with _settings(torch.float32):
        return function(_built(model))


def steps(
    function: Function,
    model: dict[str, np.ndarray],
    images: np.ndarray,
    labels: np.ndarray,
    optimizer: dict[str, float],
    *,
    calls: int,
    look_at: str,
) -> Any:
    """The state after some calls of `function(model, images, labels, optimizer)`, all on the same batch.

    The optimizer is SGD with the given settings; the network is `_Small`, in training mode. `look_at` is "loss": the
    list of what the calls returned; "weights": filters and weights afterwards; "statistics": those of batch norm.
    """

    def run(device: str) -> Any:
        net = _Small(model).to(device)
        batch = torch.as_tensor(images, dtype=torch.get_default_dtype(), device=device)
        classes = torch.as_tensor(labels, device=device)
        sgd: Any = torch.optim.SGD(net.parameters(), **optimizer)  # type: ignore[arg-type]
        found = [plain(function(net, batch, classes, sgd)) for _ in range(calls)]
        if look_at == "loss":
            return found
        if look_at == "statistics":
            return [_copy(net.norm.running_mean), _copy(net.norm.running_var)]
        return [_copy(net.conv.weight), _copy(net.linear.weight)]

    return _attempt(run)


def evaluated(
    function: Function,
    model: dict[str, np.ndarray],
    loader: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    training: bool,
    look_at: str,
) -> Any:
    """`function(model, loader)` for the network `_Small` and a DataLoader with the given batches.

    With `look_at` "a list", the loader is a list of the batches. With "mode", also the mode the model is in afterwards;
    with "gradients", also whether one of its layers recorded a graph for gradients.
    """
    tracked: list[bool] = []

    def run(device: str) -> Any:
        net = _Small(model).to(device).train(training)
        images = torch.as_tensor(np.concatenate([x for x, _ in loader]), dtype=torch.get_default_dtype(), device=device)
        labels = torch.as_tensor(np.concatenate([y for _, y in loader]), device=device)
        ends = np.cumsum([len(y) for _, y in loader]).tolist()
        batches = [list(range(start, end)) for start, end in zip([0, *ends], ends)]
        watching = nn.modules.module.register_module_forward_hook(
            lambda module, given, result: tracked.append(_requires_grad(result))
        )
        try:
            data = DataLoader(TensorDataset(images, labels), batch_sampler=batches)
            errors = plain(function(net, [tuple(item) for item in data] if look_at == "a list" else data))
        finally:
            watching.remove()
        if look_at == "mode":
            return {"errors": errors, "mode afterwards": "training" if net.training else "evaluation"}
        if look_at == "gradients":
            return {"errors": errors, "gradients": "tracked" if any(tracked) else "not tracked"}
        return errors

    return _attempt(run)


def loaded(
    function: Function, model: Sequence[Any], names: Sequence[str], arrays: Sequence[np.ndarray], *, look_at: str
) -> Any:
    """What `function(model, weights)` makes of a model, for weights with these names and arrays.

    The model is given as a list of layers. `look_at` is "values": the floating-point numbers of the returned model's
    state, tensor by tensor; "error": in words, what is raised for an entry called "extra..." that fits nowhere.
    """

    def run(device: str) -> Any:
        net = _built(model).to(device)
        weights = {name: torch.as_tensor(values) for name, values in zip(names, arrays, strict=True)}
        if look_at == "error":
            return _raised(lambda: function(net, weights), next(name for name in names if name.startswith("extra")))
        result = function(net, weights)
        if not isinstance(result, nn.Module):
            raise TypeError(f"expected an nn.Module, got {_article(result)}")
        return [_copy(item) for item in nn.Module.state_dict(result).values() if item.is_floating_point()]

    return _attempt(run)


def _raised(run: Callable[[], Any], entry: str) -> str:
    try:
        run()
    except NotImplementedError:
        raise
    except ValueError as error:
        return f"a ValueError {'that names' if entry in str(error) else 'that does not name'} {entry}"
    except Exception:  # whatever else the reader's code raises, it is no ValueError
        return "another kind of error"
    return "no error"


# As PyTorch has it in C: the attribute in Python can be replaced.
_requires_grad: Callable[[torch.Tensor], bool] = torch._C.TensorBase.requires_grad.__get__  # type: ignore[attr-defined]


def fill(module: nn.Module, number: int) -> None:
    """Sets every weight and running statistic of a module to values that depend only on its shape and role.

    So blocks whose layers have other names, or another order, behave the same. Roles come from batch norm's own
    attributes. In modules written from scratch they come from the initial values: 1 is a scale or a variance, 0 a shift
    or a mean. With `number` 0, scales are 1, shifts, means and biases are 0, and variances are such that batch norm in
    evaluation changes nothing.
    """
    with torch.no_grad():
        for part in module.modules():
            tensors = [*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)]
            roles = [_role(part, name, tensor) for name, tensor in tensors]
            for (_, tensor), role in zip(tensors, roles):
                if role:
                    values: np.ndarray = _VALUES[role](np.arange(tensor.numel()), number) * np.ones(tensor.numel())
                    if role == "variance" and not number:
                        values = 1 - np.full(tensor.numel(), float(getattr(part, "eps", 1e-5)))
                    tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))


_VALUES: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "weight": lambda k, number: (k * (k + 3 + number)) % 17 % 7 - 3.0,
    "bias": lambda k, number: ((k + number) % 3 + 1) * 2.0 * bool(number),
    "scale": lambda k, number: 1 + (k + number) % 3 / 2 * bool(number),
    "shift": lambda k, number: ((2 * k + number) % 5 - 1) / 2 * bool(number),
    "mean": lambda k, number: ((3 * k + number) % 7 - 3.0) * bool(number),
    "variance": lambda k, number: 4.0 ** ((k + number) % 2 + 1),
}
_NORM_ROLES = {"weight": "scale", "bias": "shift", "running_mean": "mean", "running_var": "variance"}


def _role(part: nn.Module, name: str, tensor: torch.Tensor) -> str:
    """A key of _VALUES; empty for tensors without floating-point numbers, such as batch norm's count of batches."""
    if not tensor.is_floating_point():
        return ""
    if isinstance(part, nn.modules.batchnorm._NormBase):
        return _NORM_ROLES[name]
    buffer = not isinstance(tensor, nn.Parameter)
    if bool((tensor == 1).all()):
        return "variance" if buffer else "scale"
    if bool((tensor == 0).all()):
        return "mean" if buffer else "shift"
    return "weight" if tensor.ndim > 1 else "bias"


class _Small(nn.Module):
    """Convolution, batch norm (if its arrays are given), ReLU, global average, linear layer."""

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        super().__init__()
        filters, weights = arrays["filters"], arrays["weights"]
        self.conv = nn.Conv2d(filters.shape[1], filters.shape[0], filters.shape[2], padding=1, bias=False)
        self.norm: Any = nn.BatchNorm2d(len(filters)) if "mean" in arrays else nn.Identity()
        self.linear = nn.Linear(weights.shape[1], weights.shape[0])
        given: dict[Any, np.ndarray] = {
            self.conv.weight: filters,
            self.linear.weight: weights,
            self.linear.bias: arrays["biases"],
        }
        if "mean" in arrays:
            given |= {self.norm.running_mean: arrays["mean"], self.norm.running_var: arrays["variance"]}
        with torch.no_grad():
            for tensor, array in given.items():
                tensor.copy_(torch.as_tensor(array))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.linear(self.norm(self.conv(images)).relu().mean(dim=(2, 3)))
        return logits


def _with_either(run: Function, *arguments: Any) -> Any:
    """`run(*arguments)` with arrays; if it raises, with tensors. If both raise, the more helpful error is raised."""
    arrays = [item for item in arguments if isinstance(item, np.ndarray)]
    copies = [item.copy() for item in arrays]
    try:
        return run(*arguments)
    except NotImplementedError:
        raise
    except Exception as error:
        first = error
    for array, copy in zip(arrays, copies):
        array[...] = copy
    try:
        return run(*(torch.from_numpy(item) if isinstance(item, np.ndarray) else item for item in arguments))
    except Exception:
        # An array lacks a tensor's methods; in that case the error with tensors is the one that matters.
        if isinstance(first, (AttributeError, TypeError)):
            raise
    raise first


def _attempt(run: Callable[[str], Any], precisions: Sequence[torch.dtype] = (torch.float64, torch.float32)) -> Any:
    """`run(device)` in the first precision; for code that needs the other one, or a GPU, with these."""
    devices = ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)
    first: RuntimeError | None = None
    for dtype in precisions:
        for device in devices:
            try:
                with _settings(dtype):
                    return plain(run(device))
            except NotImplementedError:
                raise
            except RuntimeError as error:
                first = first or error
    assert first is not None
    raise first


@contextlib.contextmanager
def _settings(dtype: torch.dtype) -> Iterator[None]:
    """Sets a default precision, gradients on and a fixed random seed; restores everything afterwards."""
    before = torch.get_default_dtype()
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.default_generator.manual_seed(0)
        torch.set_default_dtype(dtype)
        try:
            yield
        finally:
            torch.set_default_dtype(before)


def _made(function: Function, batch: torch.Tensor, *arguments: Any) -> nn.Module:
    """The module that `function(*arguments)` makes, on the batch's device; lazy layers get their shapes from it."""
    module = function(*arguments)
    if not isinstance(module, nn.Module):
        raise TypeError(f"expected an nn.Module, got {_article(module)}")
    module = module.to(batch.device)
    if any(isinstance(part, nn.modules.lazy.LazyModuleMixin) for part in module.modules()):
        with torch.no_grad():
            module(batch.clone())
    return module


def _trainable(module: nn.Module) -> list[nn.Parameter]:
    return [item for item in module.parameters() if item.requires_grad]


def _idle(module: nn.Module, batch: torch.Tensor) -> int:
    """How many trainable weights get no gradient from a module's output."""
    output = module.train()(batch.clone())
    if not isinstance(output, torch.Tensor) or not output.requires_grad:
        return len(_trainable(module))
    _backward(output)
    return sum(item.grad is None for item in _trainable(module))


def _backward(output: torch.Tensor) -> None:
    """Gives each weight that has a part in the output the gradient of a sum, in which each entry has its own factor."""
    if output.requires_grad:
        factors = torch.arange(output.numel(), dtype=output.dtype, device=output.device).reshape(output.shape) % 7 - 2
        torch.autograd.backward((output * factors).sum())


_LEAF = "torch::autograd::AccumulateGrad"


def _graph(output: torch.Tensor) -> list[Any]:
    """The nodes of an output's graph, each once, and behind those that it takes."""
    done: dict[Any, None] = {}
    pending = [(output.grad_fn, False)]
    while pending:
        node, complete = pending.pop()
        if complete:
            done[node] = None
        elif node is not None and node not in done:
            pending.append((node, True))
            pending += [(item, False) for item, _ in node.next_functions]
    return list(done)


def _pictures(count: int, height: int, width: int) -> torch.Tensor:
    """Images (N, 3, H, W), each with its own stripes."""
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    stripes = [
        torch.stack([torch.cos((n + 1) * (rows * (c + 1) + columns * (n % 3)) / 9) for c in range(3)])
        for n in range(count)
    ]
    return torch.stack(stripes).to(torch.get_default_dtype())


def _built(layers: Sequence[Any]) -> nn.Module:
    return nn.Sequential(*(_layer(*item) for item in layers))


def _layer(kind: str, *numbers: Any) -> nn.Module:
    """One layer of a model that is described by plain values."""
    if kind == "conv":
        c_in, c_out, size = numbers[:3]
        return nn.Conv2d(c_in, c_out, size, bias="no bias" not in numbers)
    if kind == "frozen":
        return _layer(*numbers).requires_grad_(False)
    if kind == "twice":
        layer = _layer(*numbers)
        return nn.ModuleList([layer, nn.ReLU(), layer])
    if kind == "block":
        return _built(numbers)
    makers: dict[str, Callable[..., nn.Module]] = {"norm": nn.BatchNorm2d, "linear": nn.Linear, "slope": nn.PReLU}
    return makers[kind](*numbers)


def _copy(tensor: torch.Tensor) -> np.ndarray:
    array: np.ndarray = tensor.detach().cpu().numpy().copy()
    return array


def _article(value: Any) -> str:
    return "nothing (None)" if value is None else f"a value of type {type(value).__name__}"
