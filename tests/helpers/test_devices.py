"""Every branch that depends on the device, taken without one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from helpers import checkpoints, devices
from helpers.picture_set import PictureSet

GIB = 2**30


@pytest.fixture
def fake_gpu(monkeypatch: pytest.MonkeyPatch) -> Callable[..., torch.device]:
    """A device that says it is a GPU with so much memory; nothing runs there."""

    def make(free: float = 10, capability: tuple[int, int] = (7, 5)) -> torch.device:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: capability)
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda *_: "Tesla T4")
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda *_: (int(free * GIB), 16 * GIB))
        monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda *_: 3 * GIB)
        return torch.device("cuda")

    return make


def test_the_device(monkeypatch: pytest.MonkeyPatch, fake_gpu: Callable[..., torch.device]) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for apple, kind in ((False, "cpu"), (True, "mps")):
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda apple=apple: apple)
        assert devices.device().type == kind
    assert devices.precision(torch.device("mps")) is torch.float32
    assert devices.described(torch.device("mps")) == "Apple's GPU, float32"
    fake_gpu()
    assert devices.device().type == "cuda"
    assert devices.described(devices.device()) == "Tesla T4, float16"


def test_tuning_is_for_nvidia_alone(fake_gpu: Callable[..., torch.device]) -> None:
    places = [torch.backends.cudnn, torch.backends.cudnn, torch.backends.cuda.matmul]
    switches = list(zip(places, ["benchmark", "allow_tf32", "allow_tf32"]))
    before = [getattr(place, name) for place, name in switches]
    try:
        for place, name in switches:
            setattr(place, name, False)
        devices.tune(torch.device("cpu"))
        assert not any(getattr(place, name) for place, name in switches)
        devices.tune(fake_gpu())
        assert all(getattr(place, name) for place, name in switches)
    finally:
        for (place, name), value in zip(switches, before):
            setattr(place, name, value)


@pytest.mark.parametrize(("free", "expected"), [(0.01, 64), (0.5, 64), (1.5, 128), (4, 256), (70, 256)])
def test_the_batch_goes_by_the_memory(monkeypatch: pytest.MonkeyPatch, free: float, expected: int) -> None:
    model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    assert devices.bytes_per_picture(model, 100) == (2 * 16 * 100**2 + 16 + 16) * 4 * 3
    monkeypatch.setattr(devices, "free_memory", lambda where: int(free * GIB))
    assert devices.batch_size(model, 100) == expected


def test_the_batch_on_a_cpu_and_what_is_free(fake_gpu: Callable[..., torch.device]) -> None:
    assert devices.batch_size(nn.Conv2d(3, 4, 3), 20) == devices.MIN_BATCH
    assert devices.free_memory(torch.device("cpu")) is None and devices.peak_memory(torch.device("cpu")) == ""
    where = fake_gpu(free=9)
    assert devices.free_memory(where) == 9 * GIB and devices.peak_memory(where) == "3.0 of 16.0 GiB used"


def test_measuring_memory_leaves_the_network_as_it_is() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4).eval(), nn.Dropout(0.5))
    torch.manual_seed(2)
    random, before = torch.get_rng_state(), model[1].state_dict()
    devices.bytes_per_picture(model, 12)
    assert [part.training for part in model.modules()] == [True, True, False, True]
    assert torch.equal(torch.get_rng_state(), random) and not any(part._forward_hooks for part in model.modules())
    assert int(before["num_batches_tracked"]) == 0


@pytest.mark.parametrize("said", ["CUDA out of memory.", "MPS backend out of memory (MPS allocated: 9 GB)",
                                  "DefaultCPUAllocator: can't allocate memory"])  # fmt: skip
def test_out_of_memory(said: str) -> None:
    kind = torch.OutOfMemoryError if said.startswith("CUDA") else RuntimeError
    assert devices.out_of_memory(kind(said))
    assert not devices.out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))


def test_checkpoints_lie_on_a_drive_where_there_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drive = tmp_path / "content" / "drive" / "MyDrive"
    assert checkpoints.folder(drive=drive) == Path("cnn-course") and capsys.readouterr().out == ""
    drive.parents[1].mkdir()
    assert checkpoints.folder(drive=drive) == Path("cnn-course")
    assert "deleted with all its files" in capsys.readouterr().out
    drive.mkdir(parents=True)
    assert checkpoints.folder("mine", drive) == drive / "mine"
    assert "outlives this machine" in capsys.readouterr().out


def test_a_validation_part_comes_from_the_training_part() -> None:
    images = np.arange(40, dtype=np.uint8).reshape(40, 1, 1, 1)
    whole = PictureSet("numbers", ("a",), images[:32], np.arange(32), images[32:], np.arange(32, 40))
    choosing = whole.for_choices(0.25)
    assert (len(choosing.train_labels), len(choosing.test_labels)) == (24, 8)
    assert sorted([*choosing.train_labels, *choosing.test_labels]) == list(range(32)), "nothing of the test part"
    assert np.ptp(choosing.test_labels) > 8, "from all over"
    np.testing.assert_array_equal(choosing.test_images.ravel(), choosing.test_labels)
    np.testing.assert_array_equal(choosing.test_labels, whole.for_choices(0.25).test_labels)
    assert set(choosing.test_labels) != set(whole.for_choices(0.25, seed=1).test_labels)
    for share in (0.0, 1.0):
        with pytest.raises(ValueError, match="empty"):
            whole.for_choices(share)
