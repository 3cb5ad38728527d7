"""Notebook 08's checks: on machines without PyTorch, what the probes leave behind, odd modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import COURSE, ROOT

from autograder.demo.notebooks import solved, write
from helpers.checking.calls import call
from helpers.checking.catching import to_judge
from helpers.checking.verdict import Verdict, judge, judge_variables

BOOK = "08_imagenet_pytorch"
WITHOUT = "import sys\nsys.modules['torch'] = None  # as if it were not installed\n"


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


class TestWithoutPyTorch:
    COMMAND = f"{WITHOUT}from autograder.start import main\nmain()"

    def test_nothing_imports_it_before_it_is_needed(self) -> None:
        ran = run(
            "import sys, autograder.cli.commands, autograder.nbgrader_hook, helpers\nprint('torch' in sys.modules)"
        )
        assert ran.stdout == "False\n", ran.stderr

    def test_build_leaves_the_public_cases_and_makes_the_rest(self) -> None:
        ran = run(self.COMMAND, "build", "--check")
        assert "torch is not installed" in ran.stdout
        assert "cases/08" not in ran.stdout, "it would remove or change them"

    def test_grading_it_says_in_one_line_what_to_install(self, tmp_path: Path) -> None:
        write(solved(COURSE, BOOK), tmp_path / "class", "ada", BOOK)
        ran = run(self.COMMAND, "grade", tmp_path / "class", "--out", tmp_path / "out")
        assert ran.returncode == 1
        assert ran.stderr.count("\n") == 1 and "pip install torch" in ran.stderr and BOOK in ran.stderr

    def test_check_says_what_to_install(self) -> None:
        ran = run(
            f"{WITHOUT}from helpers import check\nassert not check(lambda: 0, ).passed\n"
            "def train_step(): pass\nassert not check(train_step).passed"
        )
        assert ran.returncode == 0, ran.stderr
        assert "train_step: this check needs torch" in ran.stdout and "pip install torch" in ran.stdout


torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402


def verdict(name: str, function: object) -> Verdict:
    spec = COURSE.exercise(name).hidden(3)
    if spec.suspects:
        return judge_variables(spec, to_judge(spec.suspects, function))
    return judge(spec, [call(function, spec, case) for case in spec.cases])


class TestProbes:
    @pytest.mark.parametrize("exercise", COURSE.notebooks[BOOK].exercises, ids=lambda exercise: exercise.name)
    def test_leave_the_students_process_as_it_was(self, exercise) -> None:  # type: ignore[no-untyped-def]
        torch.manual_seed(5)
        expected = torch.rand(3)
        torch.manual_seed(5)
        with torch.no_grad():
            assert verdict(exercise.name, exercise.reference).passed, "also where gradients are off"
            assert not torch.is_grad_enabled()
        assert torch.get_default_dtype() == torch.float32
        assert torch.equal(torch.rand(3), expected), "random numbers go on where they were"

    @pytest.mark.parametrize("made", [None, 3, nn.Linear, lambda x: x])
    def test_what_is_no_module_is_said(self, made: object) -> None:
        for name in ("ConvBlock", "ResidualBlock", "SmallResNet", "as_conv2d"):
            result = verdict(name, lambda *arguments: made)
            assert result.score == 0
            fault = result.failing and result.failing.outcome.fault
            assert fault is not None and "expected an nn." in fault.message

    def test_an_unwritten_class_is_not_attempted(self) -> None:
        class ConvBlock(nn.Module):
            def __init__(self, c_in, c_out, stride):  # type: ignore[no-untyped-def]
                super().__init__()
                raise NotImplementedError

        ConvBlock.__init__.__code__ = ConvBlock.__init__.__code__.replace(co_qualname="ConvBlock.__init__")
        spec = COURSE.exercise("ConvBlock").hidden(0)
        outcome = call(ConvBlock, spec, spec.cases[0])
        assert outcome.fault is not None and (outcome.fault.kind, outcome.fault.message) == ("not_written", "")

    def test_a_block_that_changes_its_input_is_told(self) -> None:
        def changing(c_in, c_out, stride):  # type: ignore[no-untyped-def]
            block = COURSE.exercise("ConvBlock")(c_in, c_out, stride)
            block.register_forward_pre_hook(lambda module, given: given[0].mul_(2) and None)
            return block

        assert not verdict("ConvBlock", changing).aspects["inputs unchanged"]

    def test_weights_do_not_depend_on_names_and_order(self) -> None:
        from helpers.adapters.imagenet_pytorch import fill

        first = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3))
        second = nn.ModuleDict({"norm": nn.BatchNorm2d(3), "conv": nn.Conv2d(2, 3, 3)})
        fill(first, 7)
        fill(second, 7)
        conv, norm = second["conv"].state_dict(), second["norm"].state_dict()
        assert all(torch.equal(conv[key], value) for key, value in first[0].state_dict().items())
        assert all(torch.equal(norm[key], value) for key, value in first[1].state_dict().items())

    def test_filling_with_0_makes_batch_norm_do_nothing_in_evaluation(self) -> None:
        from helpers.adapters.imagenet_pytorch import fill

        norm = nn.BatchNorm2d(4).double()
        fill(norm, 0)
        x = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 4, 3, 5)))
        assert torch.allclose(norm.eval()(x), x, rtol=1e-12)


class TestAdvice:
    """What PyTorch's newcomers run into is told in words."""

    @pytest.mark.parametrize("name", ["ConvBlock", "ResidualBlock"])
    def test_layers_in_a_plain_list(self, name: str) -> None:
        class Hidden(nn.Module):
            def __init__(self, c_in, c_out, stride):  # type: ignore[no-untyped-def]
                super().__init__()
                self.parts = [COURSE.exercise(name)(c_in, c_out, stride)]

            def forward(self, x):  # type: ignore[no-untyped-def]
                return self.parts[0](x)

        result = verdict(name, Hidden)
        assert result.score == 0 and result.mistake is not None and "plain list" in result.mistake.sentence

    def test_backward_is_named_where_it_is_missing(self) -> None:
        def train_step(model, images, labels, optimizer):  # type: ignore[no-untyped-def]
            loss = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            optimizer.step()
            return loss.item()

        result = verdict("train_step", train_step)
        assert result.mistake is not None and "loss.backward()" in result.mistake.sentence

    @pytest.mark.parametrize("moved", [lambda x: x.cuda(), lambda x: x.to("cuda"), lambda x: x.to("cuda:0")])
    def test_a_hard_coded_gpu(self, moved, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

        def evaluate(model, loader):  # type: ignore[no-untyped-def]
            return [float(moved(labels).float().mean()) for _, labels in loader][:2]

        result = verdict("evaluate", evaluate)
        if not torch.backends.cuda.is_built():
            assert result.mistake is not None and "Use the model's device" in result.mistake.sentence


class TestPublishedWeights:
    """`load_pretrained` as others may try it."""

    @staticmethod
    def load(model: nn.Module, weights: dict[str, torch.Tensor]) -> nn.Module:
        return COURSE.exercise("load_pretrained").reference(model, weights)

    @pytest.mark.parametrize("counted", [True, False])
    def test_a_whole_network_of_own_blocks(self, counted: bool) -> None:
        block, make = COURSE.exercise("ResidualBlock"), torch.Generator().manual_seed(3)
        model = nn.ModuleList([block(3, 4, 1), block(4, 4, 1), block(4, 6, 2), nn.Linear(6, 5)])
        own = {
            name: torch.randn(item.shape, generator=make) if item.is_floating_point() else item + 7
            for name, item in model.state_dict().items()
        }
        weights = {f"layer{n}.{name.split('.')[-1]}": values for n, (name, values) in enumerate(own.items())}
        if not counted:
            weights = {name: values for name, values in weights.items() if "num_batches" not in name}
        assert self.load(model, weights) is model
        for name, item in model.state_dict().items():
            assert not item.is_floating_point() or torch.equal(item, own[name]), name

    def test_what_is_missing_stays_as_it_is(self) -> None:
        model = nn.Sequential(nn.Conv2d(3, 4, 2), nn.Linear(4, 5))
        before = model[1].weight.detach().clone()
        self.load(model, {"a": torch.zeros(4, 3, 2, 2), "b": torch.ones(4)})
        assert torch.equal(model[1].weight, before) and bool((model[0].bias == 1).all())

    def test_another_network(self) -> None:
        model = nn.Linear(4, 5)
        with pytest.raises(ValueError, match=r"fc\.weight"):
            self.load(model, {"fc.weight": torch.zeros(7, 4), "fc.bias": torch.zeros(7)})
