"""The state of a training in a file, so that a training that was stopped goes on. PyTorch loads when asked for."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn

DRIVE = Path("/content/drive/MyDrive")  # where Colab mounts a Google Drive


@dataclass(frozen=True)
class State:
    """What changes in a training: its parts can all save and load their state."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    scaler: torch.amp.GradScaler


def folder(name: str = "cnn-course", drive: Path = DRIVE) -> Path:
    """A folder for files that should last: on Google Drive when Colab has mounted it, else beside the notebook."""
    if drive.is_dir():
        print(f"Kept on your Google Drive, in {name}: there it outlives this machine.")
        return drive / name
    if drive.parents[1].is_dir():
        print("Kept on this machine of Colab's, which is deleted with all its files when you leave. To keep them:")
        print('    from google.colab import drive; drive.mount("/content/drive")')
    return Path(name)


def save(file: Path, state: State, settings: Any, history: list[Any]) -> None:
    """Written beside and then renamed: there is never half a checkpoint. Settings and epochs are dataclasses."""
    import torch

    content = {
        "settings": asdict(settings),
        "history": [asdict(epoch) for epoch in history],
        "model": state.model.state_dict(),
        "optimizer": state.optimizer.state_dict(),
        "scaler": state.scaler.state_dict(),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(file.name + ".part")
    torch.save(content, beside)
    os.replace(beside, file)


def load(file: Path, state: State, settings: Any) -> list[dict[str, Any]]:
    """The epochs that are done, as dicts; the parts of `state` get theirs. [] when there is no readable file.

    Raises ValueError when the file belongs to another training or network.
    """
    import torch

    if not file.exists():
        return []
    try:
        content: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
        history: list[dict[str, Any]] = [dict(epoch) for epoch in content["history"]]
        made_with = content["settings"]
    except Exception as error:  # a broken file can fail in any way
        print(f"{file} can't be read ({type(error).__name__}): the training starts from the beginning.")
        return []
    if made_with != asdict(settings):
        changed = [name for name, value in asdict(settings).items() if made_with.get(name) != value]
        raise ValueError(
            f"{file} belongs to a training with another {', '.join(changed)}: delete it or name another file."
        )
    try:
        state.model.load_state_dict(content["model"])
    except RuntimeError:
        raise ValueError(f"{file} belongs to another network: delete it or name another file.") from None
    state.optimizer.load_state_dict(content["optimizer"])
    state.scaler.load_state_dict(content["scaler"])
    print(f"{file}: going on after epoch {len(history)} of {settings.epochs}.")
    return history
