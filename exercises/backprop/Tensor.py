"""Tensor: an array that knows how it was made, and goes back through all that made it."""

from __future__ import annotations

import numpy as np

from autograder.course import exercise
from helpers import layers, network

from ._arrays import different, signed


def _tape(value, wrong=""):
    """The reference; `wrong` names the mistake that it makes."""

    class Tape:
        def __init__(self, value, parents=(), back=None):
            self.value = np.asarray(value, dtype=float)
            self.grad = np.ones(self.value.shape) if wrong == "grads_start_at_one" else np.zeros(self.value.shape)
            self.parents, self.back = parents, back

        def conv2d(self, w, b, padding=0, stride=1):
            value = layers.conv2d(self.value, w.value, b.value, padding, stride)
            return Tape(
                value,
                (self, w, b),
                lambda d: layers.conv2d_backward(d, self.value, w.value, padding, stride),
            )

        def relu(self):
            def back(d):
                return (d if wrong == "relu_lets_all_through" else layers.relu_backward(d, self.value),)

            return Tape(layers.relu(self.value), (self,), back)

        def max_pool2d(self, size, stride):
            def back(d):
                return (layers.max_pool2d_backward(d, self.value, size, stride),)

            return Tape(layers.max_pool2d(self.value, size, stride), (self,), back)

        def flatten(self):
            value = self.value.reshape(len(self.value), -1)
            if wrong == "chain_broken_at_flatten":
                return Tape(value)
            return Tape(value, (self,), lambda d: (d.reshape(self.value.shape),))

        def fully_connected(self, w, b):
            value = self.value @ w.value.T + b.value
            if wrong == "bias_not_recorded":
                return Tape(value, (self, w), lambda d: network.fc_backward(d, self.value, w.value)[:2])
            return Tape(value, (self, w, b), lambda d: network.fc_backward(d, self.value, w.value))

        def softmax_nll(self, y):
            def back(d):
                return (d * network.softmax_nll_backward(self.value, y),)

            total = wrong == "loss_summed"
            loss = network.nll_loss(self.value, y) * (len(y) if total else 1)
            return Tape(loss, (self,), (lambda d: (back(d)[0] * len(y),)) if total else back)

        def backward(self):
            self.grad = np.zeros(self.value.shape) if wrong == "first_gradient_missing" else np.ones(self.value.shape)
            if wrong == "along_every_path":
                return _along_every_path(self)
            if wrong == "a_part_for_each_path":
                return _a_part_for_each_path(self, self.grad)
            order = _breadth_first(self) if wrong == "breadth_first" else _last_first(self)
            for tensor in order[:1] if wrong == "one_operation_back" else order:
                _hand_back(tensor, add=wrong != "grad_overwritten")

    return Tape(value)


def _hand_back(tensor, add=True):
    """A tensor's gradient to those that it was made from."""
    if tensor.back is None:
        return
    for parent, gradient in zip(tensor.parents, tensor.back(tensor.grad)):
        parent.grad = parent.grad + gradient if add else gradient


def _last_first(tensor):
    """A tensor and all its ancestors, each behind all that was made from it."""
    order, seen = [], set()

    def visit(item):
        if id(item) not in seen:
            seen.add(id(item))
            for parent in item.parents:
                visit(parent)
            order.append(item)

    visit(tensor)
    return order[::-1]


def _breadth_first(tensor):
    """A tensor, those that it was made from, those that these were made from, and so on, each once."""
    order, seen = [tensor], {id(tensor)}
    for item in order:
        for parent in item.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                order.append(parent)
    return order


def _along_every_path(tensor):
    """Hands all that has been collected so far to the parents, once for each path."""
    _hand_back(tensor)
    for parent in tensor.parents:
        _along_every_path(parent)


def _a_part_for_each_path(tensor, part):
    """Hands each part down by itself: right, but forever in a deep network."""
    for parent, gradient in zip(tensor.parents, tensor.back(part) if tensor.back else ()):
        parent.grad = parent.grad + gradient
        _a_part_for_each_path(parent, gradient)


@exercise(
    points=3,
    aspects={
        "values": "each operation returns a Tensor with the layer's result as its value.",
        "softmax_nll": "softmax_nll is one number; its gradient by the logits is softmax_nll_backward(logits, y).",
        "fully_connected": "record three parents: self, w and b. fc_backward gives all three gradients.",
        "relu and flatten": "relu goes back by relu_backward; flatten goes back by a reshape to the shape it had.",
        "max_pool2d": "max_pool2d goes back by max_pool2d_backward, with the same size and stride.",
        "conv2d": "conv2d goes back by conv2d_backward, with the same padding and stride. Record self, w and b.",
        "used twice": "a value that is used twice gets two gradients: add them. Go back from a value only when "
        "everything made from it has passed on its part.",
        "each once": "go through the tensors in an order, each once. A walk along all paths takes forever in a deep "
        "network.",
    },
    hints=[
        "Each operation makes a new Tensor of the layer's result, its parents, and a function that turns the gradient "
        "by the result into a tuple of gradients, one for each parent.",
        "backward: make a list of all ancestors, parents before children: visit(tensor) visits the parents first, then "
        "appends the tensor. A set of those seen keeps each one to one visit.",
        "Then self.grad = np.ones(self.value.shape); for each tensor of the reversed list that has parents: "
        "for parent, gradient in zip(tensor.parents, tensor.back(tensor.grad)): parent.grad = parent.grad + gradient.",
    ],
    adapter="backprop.taped",
    forbidden=("torch", "autograd", "jax"),
)
def Tensor(value):
    return _tape(value)


@Tensor.cases
def _(rng):
    def maps(n, c, height, width):
        return different(rng, n, c, height, width) / 8

    def layer(n_in, n_out, most=3):
        return signed(rng, n_out, n_in, most=most) / 4, signed(rng, n_out, most=most) / 4

    def classes(n, k):
        return rng.permutation(np.arange(n) % k)

    network_program = [
        "z = x.conv2d(w, b, 1, 1)",
        "a = z.relu()",
        "p = a.max_pool2d(2, 2)",
        "f = p.flatten()",
        "logits = f.fully_connected(w2, b2)",
        "loss = logits.softmax_nll(y)",
    ]

    def whole(n, c, height, width, f):
        w2, b2 = layer(f * (height // 2) * ((width + 1) // 2), 3, most=2)
        return {
            "x": maps(n, c, height, width),
            "w": signed(rng, f, c, 3, 2) / 4,
            "b": signed(rng, f) / 4,
            "w2": w2 / 4,
            "b2": b2,
            "y": classes(n, 3),
        }

    # The filter is 3 by 2, so padding 1 makes the maps one column wider.
    yield "values", {"program": network_program, "look_at": "values", **whole(2, 1, 4, 3, 2)}
    yield "values", {"program": network_program, "look_at": "values", **whole(3, 2, 4, 5, 2)}
    for n, k in ((2, 3), (3, 4)):
        logits = {"logits": different(rng, n, k) / 4, "y": classes(n, k)}
        yield "softmax_nll", {"program": ["loss = logits.softmax_nll(y)"], "look_at": "logits", **logits}
    lines = ["z = x.fully_connected(w, b)", "loss = z.softmax_nll(y)"]
    for n, n_in, n_out in ((2, 3, 2), (3, 4, 3)):
        w, b = layer(n_in, n_out)
        given = {"x": different(rng, n, n_in) / 8, "w": w, "b": b, "y": classes(n, n_out)}
        yield "fully_connected", {"program": lines, "look_at": "x w b", **given}
    lines = ["a = x.relu()", "f = a.flatten()", "loss = f.softmax_nll(y)"]
    for shape in ((2, 1, 2, 3), (2, 2, 2, 2)):
        given = {"x": maps(*shape), "y": classes(2, 4)}
        yield "relu and flatten", {"program": lines, "look_at": "x a", **given}
    for size, stride, shape in ((2, 2, (2, 1, 4, 5)), (3, 1, (2, 2, 4, 4))):
        lines = [f"p = x.max_pool2d({size}, {stride})", "f = p.flatten()", "loss = f.softmax_nll(y)"]
        yield "max_pool2d", {"program": lines, "look_at": "x", "x": maps(*shape) / 2, "y": classes(2, 2)}
    for padding, stride, shape in ((0, 1, (2, 1, 4, 3)), (1, 2, (2, 2, 4, 5))):
        lines = [f"z = x.conv2d(w, b, {padding}, {stride})", "f = z.flatten()", "loss = f.softmax_nll(y)"]
        w, b = signed(rng, 2, shape[1], 3, 2) / 8, signed(rng, 2) / 8
        given = {"x": maps(*shape) / 4, "w": w, "b": b, "y": classes(2, 2)}
        yield "conv2d", {"program": lines, "look_at": "x w b", **given}
    # One layer's weights used by two layers; a value that is input and weights at once; one used early and late.
    w, b = layer(3, 3)
    lines = ["z = x.fully_connected(w, b)", "a = z.relu()", "z2 = a.fully_connected(w, b)", "loss = z2.softmax_nll(y)"]
    x = np.abs(different(rng, 3, 3)) / 8
    yield "used twice", {"program": lines, "look_at": "x w b a", "x": x, "w": w, "b": np.abs(b), "y": classes(3, 3)}
    lines = ["a = x.relu()", "z = a.fully_connected(a, b)", "loss = z.softmax_nll(y)"]
    given = {"x": different(rng, 3, 4) / 8, "b": signed(rng, 3) / 4, "y": classes(3, 3)}
    yield "used twice", {"program": lines, "look_at": "x a b", **given}
    for name in ("a", "c"):  # the early one is the input, then the weights
        other = "c" if name == "a" else "a"
        lines = [
            "a = x.relu()",
            "z = a.fully_connected(w, b)",
            "c = z.relu()",
            f"d = {name}.fully_connected({other}, b)",
            "loss = d.softmax_nll(y)",
        ]
        w, b = layer(3, 3)
        given = {"x": np.abs(different(rng, 3, 3)) / 8, "w": np.abs(w), "b": np.abs(b), "y": classes(3, 3)}
        yield "used twice", {"program": lines, "look_at": "x w b a c", **given}
    # Orthogonal matrices times themselves transposed: the numbers stay 0 and 1, and each place has 2**40 paths to x.
    lines = [f"x{n + 1} = x{n or ''}.fully_connected(x{n or ''}, zero)" for n in range(40)]
    lines += ["z = x40.fully_connected(w, b)", "loss = z.softmax_nll(y)"]
    w, b = layer(2, 3)
    given = {"x": np.array([[0.0, 1.0], [1.0, 0.0]]), "zero": np.zeros(2), "w": w, "b": b, "y": classes(2, 3)}
    yield "each once", {"program": lines, "look_at": "x w b", **given}


@Tensor.mistake(
    "grad_overwritten",
    "Your gradient of a value that is used twice is only the last of its parts. Add to grad: parent.grad + gradient.",
)
def _(value):
    return _tape(value, "grad_overwritten")


@Tensor.mistake(
    "first_gradient_missing",
    "Your gradients are all 0: the chain starts with the gradient of the result by itself, which is 1.",
)
def _(value):
    return _tape(value, "first_gradient_missing")


@Tensor.mistake("grads_start_at_one", "Your gradients are 1 too large: before backward(), each grad is 0.")
def _(value):
    return _tape(value, "grads_start_at_one")


@Tensor.mistake(
    "breadth_first",
    "Your order goes level by level. So a value passes on its gradient before all of its parts have arrived. Sort the "
    "tensors so that each comes before its parents.",
)
def _(value):
    return _tape(value, "breadth_first")


@Tensor.mistake(
    "along_every_path",
    "Your walk goes along every path, and passes on again what was passed on before. Collect the tensors first, "
    "each once.",
)
def _(value):
    return _tape(value, "along_every_path")


@Tensor.mistake(
    "a_part_for_each_path",
    "Your gradients are right, but each path through the network is walked by itself, and a deep network has too many. "
    "Collect the tensors first; each passes on its gradient once, when it is complete.",
)
def _(value):
    return _tape(value, "a_part_for_each_path")


@Tensor.mistake(
    "one_operation_back",
    "Your gradients go back through the last operation only. Go on to the parents' parents, from the result to the "
    "inputs.",
)
def _(value):
    return _tape(value, "one_operation_back")


@Tensor.mistake(
    "chain_broken_at_flatten",
    "Your flatten returns a Tensor without parents: everything before it gets no gradient.",
)
def _(value):
    return _tape(value, "chain_broken_at_flatten")


@Tensor.mistake("bias_not_recorded", "Your biases of fully_connected get no gradient: b is a parent too.")
def _(value):
    return _tape(value, "bias_not_recorded")


@Tensor.mistake("relu_lets_all_through", "Your relu lets every gradient through. Where z is below 0, nothing passes.")
def _(value):
    return _tape(value, "relu_lets_all_through")


@Tensor.mistake("loss_summed", "Your softmax_nll is the sum over the points. It is their mean.")
def _(value):
    return _tape(value, "loss_summed")
