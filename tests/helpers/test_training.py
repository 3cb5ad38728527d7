"""The training loop of notebook 08: small networks and pictures, on the CPU; a GPU's answers are put in its place."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, optional

torch = optional("torch")
nn = torch.nn

from helpers import blocks, training  # noqa: E402 - blocks are PyTorch's modules
from helpers.picture_set import PictureSet  # noqa: E402
from helpers.training import Epoch, Settings  # noqa: E402

SETTINGS = Settings(epochs=3, size=10, batch=16, lr=0.1)


class Tiny(nn.Module):
    """Tells red, green and blue pictures apart; without batch norm, so that pieces of a batch can't matter."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.classify = nn.Linear(4, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classify(torch.relu(self.conv(x)).mean(dim=(2, 3)))


def crop(images: torch.Tensor, size: int, seed: int) -> torch.Tensor:
    place = int(np.random.default_rng(seed).integers(0, images.shape[3] - size + 1))
    return images[:, :, place : place + size, place : place + size]


def errors(model: nn.Module, batches: Any) -> tuple[float, float]:
    model.eval()
    with torch.no_grad():
        wrong = sum(int((model(x).argmax(1) != y).sum()) for x, y in batches)
    return wrong / len(batches.images), 0.0


@pytest.fixture
def colours() -> PictureSet:
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.arange(130) % 3)
    images = rng.integers(0, 120, (130, 3, 12, 12))
    images[np.arange(130), labels] += 110
    images, labels = images.astype(np.uint8), labels.astype(np.int64)
    return PictureSet("colours", ("red", "green", "blue"), images[:100], labels[:100], images[100:], labels[100:])


def trained(colours: PictureSet, seed: int = 0, **options: Any) -> tuple[nn.Module, list[Epoch]]:
    model = training.build(Tiny, 3, seed)
    assert model is not None
    given = {"settings": dataclasses.replace(SETTINGS, seed=seed), "augment": crop, "evaluate": errors, **options}
    return model, training.fit(model, colours, **given)


def weights(model: nn.Module) -> np.ndarray:
    return torch.cat([item.detach().flatten() for item in model.parameters()]).numpy()


def losses(history: list[Epoch]) -> list[float]:
    return [epoch.loss for epoch in history]


def test_it_learns(colours: PictureSet) -> None:
    _, history = trained(colours, settings=dataclasses.replace(SETTINGS, epochs=10))
    assert len(history) == 10 and history[-1].loss < 0.7 * history[0].loss
    assert history[-1].top1 < 0.1


def test_the_seed_decides(colours: PictureSet) -> None:
    first, again, other = (trained(colours, seed)[0] for seed in (4, 4, 5))
    np.testing.assert_array_equal(weights(first), weights(again))
    assert (weights(first) != weights(other)).any()


class Interruption(BaseException):
    """As when Colab takes the machine away."""


@pytest.mark.parametrize("after", [1, 2])
def test_a_stopped_training_goes_on_where_it_was(colours: PictureSet, tmp_path: Path, after: int) -> None:
    whole, history = trained(colours)
    calls = 0

    def stopping(model: nn.Module, batches: Any) -> tuple[float, float]:
        nonlocal calls
        calls += 1
        if calls > after + 1:  # the first call is the trial run
            raise Interruption
        return errors(model, batches)

    file = tmp_path / "new folder" / "state.pt"
    with pytest.raises(Interruption):
        trained(colours, evaluate=stopping, checkpoint=file)
    resumed, rest = trained(colours, checkpoint=file)
    np.testing.assert_array_equal(weights(resumed), weights(whole))
    assert losses(rest) == losses(history)
    once_more, same = trained(colours, checkpoint=file)  # nothing is left to do
    np.testing.assert_array_equal(weights(once_more), weights(whole))
    assert same == rest
    assert [path.name for path in file.parent.iterdir()] == ["state.pt"]


@pytest.mark.parametrize("damage", [lambda old: old[:-200], lambda old: b"", lambda old: b"no checkpoint"])
def test_a_broken_checkpoint_is_not_used(
    colours: PictureSet, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: Any
) -> None:
    file = tmp_path / "state.pt"
    whole, _ = trained(colours, checkpoint=file)
    file.write_bytes(damage(file.read_bytes()))
    capsys.readouterr()
    again, history = trained(colours, checkpoint=file)
    assert "can't be read" in capsys.readouterr().out
    assert len(history) == 3
    np.testing.assert_array_equal(weights(again), weights(whole))


def test_a_checkpoint_of_another_training(colours: PictureSet, tmp_path: Path) -> None:
    file = tmp_path / "state.pt"
    trained(colours, checkpoint=file)
    with pytest.raises(ValueError, match=r"another epochs, lr: delete it"):
        trained(colours, checkpoint=file, settings=dataclasses.replace(SETTINGS, epochs=4, lr=0.2))
    other = nn.Sequential(nn.Flatten(), nn.Linear(300, 3))
    evaluate = lambda model, batches: (0.0, 0.0)  # noqa: E731  (pictures that aren't cropped don't fit this network)
    with pytest.raises(ValueError, match="another network"):
        training.fit(other, colours, SETTINGS, crop, evaluate, file)


class Hungry(Tiny):
    """Runs out of memory when it is trained on more than so many pictures at once."""

    most = 5
    error: type[RuntimeError] | RuntimeError = torch.OutOfMemoryError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training and len(x) > self.most:
            raise self.error
        return super().forward(x)


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("can't allocate memory")]
)
def test_out_of_memory_is_answered_with_smaller_pieces(
    colours: PictureSet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: RuntimeError
) -> None:
    monkeypatch.setattr(Hungry, "error", error)
    torch.manual_seed(0)
    hungry = Hungry(3)
    history = training.fit(hungry, colours, SETTINGS, crop, errors)
    said = capsys.readouterr().out
    assert "Out of memory: from here on the batch goes through in 4 parts of 4 pictures." in said
    torch.manual_seed(0)
    full = Tiny(3)
    expected = training.fit(full, colours, SETTINGS, crop, errors)
    np.testing.assert_allclose(weights(hungry), weights(full), atol=1e-4)
    np.testing.assert_allclose(losses(history), losses(expected), atol=1e-4)


def test_no_picture_fits(colours: PictureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hungry, "most", 0)
    with pytest.raises(RuntimeError, match="Not even one picture at a time fits"):
        training.fit(Hungry(3), colours, SETTINGS, crop, errors)


def test_other_errors_are_not_hidden(colours: PictureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hungry, "error", RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        training.fit(Hungry(3), colours, SETTINGS, crop, errors)


@pytest.mark.parametrize(
    ("capability", "expected"),
    [
        ((6, 1), torch.float32),
        ((7, 0), torch.float16),
        ((7, 5), torch.float16),
        ((8, 0), torch.bfloat16),
        ((8, 9), torch.bfloat16),
        ((9, 0), torch.bfloat16),
        ((12, 0), torch.bfloat16),
    ],
)
def test_precision_goes_by_the_generation(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], expected: torch.dtype
) -> None:
    """A T4 (7.5) claims bfloat16."""
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda *_, **__: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: capability)
    assert training.precision(torch.device("cuda")) is expected
    assert training.precision(torch.device("cpu")) is torch.float32


def test_mixed_precision_is_used_where_it_is_chosen(colours: PictureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the same code on the CPU, which has a slow bfloat16."""
    seen = set()

    class Watching(Tiny):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out = super().forward(x)
            if self.training:
                seen.add((x.dtype, out.dtype, x.is_contiguous(memory_format=torch.channels_last)))
            return out

    monkeypatch.setattr(training, "precision", lambda where: torch.bfloat16)
    history = training.fit(Watching(3), colours, SETTINGS, crop, errors)
    assert seen == {(torch.float32, torch.bfloat16, True)}
    assert history[-1].loss < history[0].loss


class Broken(nn.Module):
    """What a compiler that fails gives: the failure comes with the first batch."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError("no such instruction")


def test_a_compiled_network_learns_the_same(colours: PictureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, used = torch.compile, []

    def compiled(model: nn.Module) -> Any:
        used.append(model)
        return whole(model, backend="eager")

    monkeypatch.setattr(torch, "compile", compiled)
    model, history = trained(colours, compiled=True)
    plain, expected = trained(colours, compiled=False)
    assert used == [model] and losses(history) == pytest.approx(losses(expected), rel=1e-4)
    np.testing.assert_allclose(weights(model), weights(plain), atol=1e-4)


def test_a_compiler_that_fails_is_done_without(
    colours: PictureSet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch, "compile", Broken)
    model, _ = trained(colours, compiled=True)
    assert capsys.readouterr().out.count("torch.compile failed (NotImplementedError)") == 1
    np.testing.assert_array_equal(weights(model), weights(trained(colours)[0]))


def test_evaluation_is_done_in_16_bits_without_gradients(colours: PictureSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader's function gets float32 logits: NumPy has no bfloat16."""
    seen = []

    def watching(model: nn.Module, batches: Any) -> tuple[float, float]:
        model.eval()
        for x, _ in batches:
            seen.append((model(x).dtype, model(x).requires_grad, [part.training for part in model.modules()]))
            model(x).numpy()
        model.train()
        return 0.5, 0.0

    monkeypatch.setattr(training, "precision", lambda where: torch.bfloat16)
    model, _ = trained(colours, evaluate=watching)
    modes = {tuple(modes) for _, _, modes in seen[1:]}
    assert {(dtype, grad) for dtype, grad, _ in seen[1:]} == {(torch.float32, False)}
    assert not any(any(mode) for mode in modes) and model.training


def test_only_filters_and_matrices_are_pulled_to_0() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 2))
    model[3].bias.requires_grad_(False)
    decayed, others = training.weight_groups(model, 0.1)
    assert (decayed["weight_decay"], others["weight_decay"]) == (0.1, 0.0)
    assert [item.ndim for item in decayed["params"]] == [4, 2] and [item.ndim for item in others["params"]] == [1, 1, 1]


def test_pictures_that_do_not_fit_stay_where_they_are(
    colours: PictureSet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = weights(trained(colours)[0])
    move = torch.Tensor.to

    def full(tensor: torch.Tensor, *where: Any, **options: Any) -> torch.Tensor:
        if tensor.dtype == torch.uint8 and len(tensor) == 100:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return move(tensor, *where, **options)

    monkeypatch.setattr(torch.Tensor, "to", full)
    np.testing.assert_array_equal(weights(trained(colours)[0]), expected)
    assert "don't fit into the GPU's memory" in capsys.readouterr().out


def test_resized_crops() -> None:
    rows = np.broadcast_to(np.arange(0, 240, 10)[:, None], (24, 30))
    columns = np.broadcast_to(np.arange(0, 240, 8), (24, 30))
    images = torch.as_tensor(np.stack([np.stack([rows, columns, 0 * rows])] * 40).astype(np.uint8))
    crops = training.resized_crops(images, 16, seed=3)
    assert crops.shape == (40, 3, 16, 16) and crops.dtype == torch.uint8
    assert torch.equal(crops, training.resized_crops(images, 16, seed=3))
    assert not torch.equal(crops, training.resized_crops(images, 16, seed=4))
    down = crops[:, 0, 12, 8].int() - crops[:, 0, 3, 8].int()
    across = crops[:, 1, 8, 12].int() - crops[:, 1, 8, 3].int()
    assert bool((down > 0).all()), "never upside down"
    assert 8 < int((across < 0).sum()) < 32, "about half are mirrored"
    assert down.unique().numel() > 10 and across.abs().unique().numel() > 10, "each has its own part"
    assert int(crops[:, 2].max()) == 0, "channels stay apart"


def test_one_cycle() -> None:
    rates = [training.one_cycle(share, 0.5) for share in np.linspace(0, 1, 201)]
    assert rates[0] == pytest.approx(0.02) and max(rates) == rates[50] == pytest.approx(0.5)
    assert rates[-1] == pytest.approx(0)
    assert (np.diff(rates[:51]) > 0).all() and (np.diff(rates[50:]) < 0).all()
    assert np.abs(np.diff(rates)).max() < 0.02


def test_batches(colours: PictureSet) -> None:
    batches = training.held_out(colours, torch.device("cpu"), batch=8)
    for _ in range(2):  # can be gone through again
        sizes = [len(y) for _, y in batches]
        assert sizes == [8, 8, 8, 6] and len(batches) == 4
    x, y = next(iter(batches))
    expected = (colours.test_images[:8] / 255 - training.MEAN) / training.STD
    np.testing.assert_allclose(x.numpy(), expected, atol=1e-5)
    np.testing.assert_array_equal(y.numpy(), colours.test_labels[:8])


def test_with_flips() -> None:
    model = training.build(Tiny, 3)
    assert model is not None
    flips, x = training.with_flips(model), torch.randn(4, 3, 9, 11)
    torch.testing.assert_close(flips(x), flips(x.flip(3)))
    torch.testing.assert_close(flips(x), (model(x) + model(x.flip(3))) / 2)
    flips.eval()
    assert not model.training


def unfinished(*_: Any) -> Any:
    raise NotImplementedError


def crashing(*_: Any) -> Any:
    raise TypeError("cannot unpack")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"augment": unfinished}, "write unfinished first"),
        ({"evaluate": unfinished}, "write unfinished first"),
        ({"augment": crashing}, "crashing raised TypeError: cannot unpack"),
        ({"evaluate": crashing}, "crashing raised TypeError: cannot unpack"),
        ({"evaluate": lambda model, batches: None}, "raised TypeError"),
        ({"evaluate": lambda model, batches: [0.5]}, "did not return two numbers"),
        (
            {"augment": lambda images, size, seed: images},
            "did not return a tensor of shape (2, 3, 10, 10) and torch.uint8",
        ),
        ({"augment": lambda images, size, seed: crop(images, size, seed).float()}, "and torch.uint8"),
        ({"augment": lambda images, size, seed: None}, "did not return anything"),
    ],
)
def test_unfinished_functions_are_named(
    colours: PictureSet, capsys: pytest.CaptureFixture[str], options: dict[str, Any], said: str
) -> None:
    model, history = trained(colours, **options)
    assert history == [] and said in capsys.readouterr().out
    np.testing.assert_array_equal(weights(model), weights(training.build(Tiny, 3)))  # untouched


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (
            nn.Sequential(nn.Flatten(), nn.Linear(3 * 12 * 12, 3)),
            "Sequential raised RuntimeError",
        ),  # one size only
        (
            nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 4)),
            "did not return logits of shape (2, 3)",
        ),
    ],
)
def test_a_network_that_does_not_fit(
    colours: PictureSet, capsys: pytest.CaptureFixture[str], network: nn.Module, said: str
) -> None:
    assert training.fit(network, colours, SETTINGS, crop, errors) == []
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (unfinished, "write unfinished first"),
        (crashing, "crashing raised TypeError"),
        (lambda classes: None, "did not return anything"),
        (lambda classes: 3, "did not return an nn.Module"),
        (lambda classes: nn.Linear(5, classes), "raised RuntimeError"),
    ],
)
def test_an_unfinished_network(
    colours: PictureSet, capsys: pytest.CaptureFixture[str], network: Any, said: str
) -> None:
    assert training.build(network, 3) is None
    assert said in capsys.readouterr().out
    assert training.fit(None, colours, SETTINGS, crop, errors) == []
    assert "no network to train" in capsys.readouterr().out


def test_building_takes_weights_from_the_seed() -> None:
    made = [training.build(Tiny, 3, seed) for seed in (1, 1, 2)]
    assert all(model is not None for model in made)
    first, again, other = (weights(model) for model in made if model is not None)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("stride", [1, 2])
def test_blocks(stride: int) -> None:
    x = torch.randn(2, 3, 7, 10)
    for block in (blocks.ConvBlock(3, 5, stride), blocks.ResidualBlock(3, 5, stride)):
        assert block(x).shape == (2, 5, -(-7 // stride), -(-10 // stride)) and block(x).min() == 0
    same = blocks.ResidualBlock(3, 3, 1)
    nn.init.zeros_(same.norm.weight)
    torch.testing.assert_close(same(x), torch.relu(x))  # nothing added to the shortcut


def test_without_pytorch() -> None:
    """Everything but the blocks can be imported, and the notebook's first cell says what to install."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from helpers import check, hint, layers, photographs, road_signs, training\n"
        "from helpers.figures import imagenet_pytorch, backprop\n"
        "imagenet_pytorch.winners(); imagenet_pytorch.alexnet()\n"
        "try: training.require_torch()\n"
        "except ImportError as error: print('\\n'.join(error._render_traceback_()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pip install torch torchvision" in done.stdout and "other notebooks don't need it" in done.stdout
