"""Right solutions of Tensor in other styles."""

from __future__ import annotations

import numpy as np

from helpers import layers

from .fc_backward import fc_backward
from .relu_backward import relu_backward
from .softmax_nll_backward import softmax_nll_backward
from .Tensor import Tensor


@Tensor.variant
def with_own_functions(value):
    """As in the notebook: a list of ancestors, then back through it."""

    class Node:
        def __init__(self, value, parents=(), back=None):
            self.value = np.array(value, dtype=float)
            self.grad = np.zeros_like(self.value)
            self.parents = parents
            self.back = back

        def conv2d(self, w, b, padding=0, stride=1):
            z = layers.conv2d(self.value, w.value, b.value, padding, stride)
            return Node(z, [self, w, b], lambda dz: layers.conv2d_backward(dz, self.value, w.value, padding, stride))

        def relu(self):
            return Node(np.maximum(self.value, 0), [self], lambda da: [relu_backward(da, self.value)])

        def max_pool2d(self, size, stride):
            y = layers.max_pool2d(self.value, size, stride)
            return Node(y, [self], lambda dy: [layers.max_pool2d_backward(dy, self.value, size, stride)])

        def flatten(self):
            return Node(self.value.reshape(len(self.value), -1), [self], lambda d: [d.reshape(self.value.shape)])

        def fully_connected(self, w, b):
            z = self.value @ w.value.T + b.value
            return Node(z, [self, w, b], lambda dz: fc_backward(dz, self.value, w.value))

        def softmax_nll(self, y):
            z = self.value - self.value.max(axis=1, keepdims=True)
            loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])
            return Node(loss, [self], lambda d: [d * softmax_nll_backward(self.value, y)])

        def backward(self):
            ancestors = []

            def visit(node):
                if not any(node is other for other in ancestors):
                    for parent in node.parents:
                        visit(parent)
                    ancestors.append(node)

            visit(self)
            self.grad = np.ones_like(self.value)
            while ancestors:
                node = ancestors.pop()
                if node.back:
                    for parent, gradient in zip(node.parents, node.back(node.grad)):
                        parent.grad = parent.grad + gradient

    return Node(value)


@Tensor.variant
def closures(value):
    """Each operation leaves a function behind that adds to its inputs' gradients; numbered as they are made."""

    class Value:
        def __init__(self, value, inputs=()):
            self.value = value
            self.grad = 0.0
            self.inputs = inputs
            self.push = lambda: None
            self.number = max([0] + [item.number for item in inputs]) + 1

        def conv2d(self, w, b, padding=0, stride=1):
            out = Value(layers.conv2d(self.value, w.value, b.value, padding=padding, stride=stride), (self, w, b))

            def push():
                dx, dw, db = layers.conv2d_backward(out.grad, self.value, w.value, padding, stride)
                self.grad, w.grad, b.grad = self.grad + dx, w.grad + dw, b.grad + db

            out.push = push
            return out

        def relu(self):
            out = Value(self.value * (self.value > 0), (self,))

            def push():
                self.grad = self.grad + out.grad * (self.value > 0)

            out.push = push
            return out

        def max_pool2d(self, size, stride):
            out = Value(layers.max_pool2d(self.value, size, stride), (self,))

            def push():
                self.grad = self.grad + layers.max_pool2d_backward(out.grad, self.value, size, stride)

            out.push = push
            return out

        def flatten(self):
            out = Value(self.value.reshape(self.value.shape[0], -1), (self,))

            def push():
                self.grad = self.grad + out.grad.reshape(self.value.shape)

            out.push = push
            return out

        def fully_connected(self, w, b):
            out = Value(self.value @ w.value.T + b.value, (self, w, b))

            def push():
                self.grad = self.grad + out.grad @ w.value
                w.grad = w.grad + out.grad.T @ self.value
                b.grad = b.grad + out.grad.sum(axis=0)

            out.push = push
            return out

        def softmax_nll(self, y):
            p = np.exp(self.value - self.value.max(axis=1, keepdims=True))
            p = p / p.sum(axis=1, keepdims=True)
            out = Value(-np.log(p[np.arange(len(y)), y]).mean(), (self,))

            def push():
                self.grad = self.grad + out.grad * (p - np.eye(p.shape[1])[y]) / len(y)

            out.push = push
            return out

        def backward(self):
            self.grad = np.ones_like(self.value)
            found, pending = {id(self): self}, [self]
            while pending:
                for item in pending.pop().inputs:
                    if id(item) not in found:
                        found[id(item)] = item
                        pending.append(item)
            for item in sorted(found.values(), key=lambda item: -item.number):
                item.push()

    return Value(value)


@Tensor.variant
def children_counted(value):
    """A tensor goes back when all that was made from it has; gradients begin as None."""

    class Tape:
        def __init__(self, value, parents=(), rules=()):
            self.value, self.grad, self.parents, self.rules = np.asarray(value), None, parents, rules

        def conv2d(self, w, b, padding=0, stride=1):
            def part(n):
                return lambda d: layers.conv2d_backward(d, self.value, w.value, padding, stride)[n]

            z = layers.conv2d(self.value, w.value, b.value, padding, stride)
            return Tape(z, (self, w, b), [part(n) for n in range(3)])

        def relu(self):
            return Tape(np.where(self.value > 0, self.value, 0), (self,), [lambda d: np.where(self.value > 0, d, 0)])

        def max_pool2d(self, size, stride):
            y, places = layers.max_pool2d_argmax(self.value, size, stride)
            return Tape(y, (self,), [lambda d: layers.max_pool2d_backward(d, self.value, size, stride, places)])

        def flatten(self):
            n, *shape = self.value.shape
            return Tape(self.value.reshape(n, -1), (self,), [lambda d: d.reshape(n, *shape)])

        def fully_connected(self, w, b):
            z = np.dot(self.value, w.value.T) + b.value
            rules = [lambda d: np.dot(d, w.value), lambda d: np.dot(d.T, self.value), lambda d: d.sum(0)]
            return Tape(z, (self, w, b), rules)

        def softmax_nll(self, y):
            log_p = self.value - np.logaddexp.reduce(self.value, axis=1)[:, None]
            n = len(y)
            rule = [lambda d: d * (np.exp(log_p) - np.eye(log_p.shape[1])[y]) / n]
            return Tape(-log_p[np.arange(n), y].sum() / n, (self,), rule)

        def backward(self):
            uses = {}

            def count(tensor):
                for parent in tensor.parents:
                    uses[parent] = uses.get(parent, 0) + 1
                    if uses[parent] == 1:
                        count(parent)

            count(self)
            self.grad = np.ones(np.shape(self.value))
            ready = [self]
            while ready:
                tensor = ready.pop()
                for parent, rule in zip(tensor.parents, tensor.rules):
                    part = rule(tensor.grad)
                    parent.grad = part if parent.grad is None else parent.grad + part
                    uses[parent] -= 1
                    if not uses[parent]:
                        ready.append(parent)

    return Tape(value)
