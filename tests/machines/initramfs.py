"""The first root file system of a booted kernel: busybox, the modules that mount the shares, and scripts."""

from __future__ import annotations

import gzip
import lzma
import re
import stat
from pathlib import Path

MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")


def write_initramfs(path: Path, busybox: Path, modules: Path, init: Path, *scripts: Path) -> None:
    """Writes an archive for the kernel of the folder `modules`; `init` runs as its first process."""
    ordered = _with_needed(modules)
    names = [f"modules/{number:02}.ko" for number in range(len(ordered))]
    files = {"init": init.read_bytes(), "busybox": busybox.read_bytes(), **dict(zip(names, ordered))}
    files |= {script.name: script.read_bytes() for script in scripts}
    entries = [_entry(name, stat.S_IFDIR | 0o755, b"") for name in ("modules", "dev", "proc")]
    entries += [_entry(name, stat.S_IFREG | 0o755, content) for name, content in files.items()]
    path.write_bytes(gzip.compress(b"".join([*entries, _entry("TRAILER!!!", 0, b"")]), 1))


def _entry(name: str, mode: int, content: bytes) -> bytes:
    """One file in the format "newc" of cpio."""
    # inode, mode, uid, gid, links, time, size, four numbers of devices, length of the name, check
    numbers = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    header = b"070701" + b"".join(b"%08x" % number for number in numbers)
    return _padded(header + name.encode() + b"\0") + _padded(content)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _with_needed(folder: Path) -> list[bytes]:
    """`MODULES` and what they depend on, in the order in which they can be loaded."""
    found = {_plain(path.name.partition(".ko")[0]): path for path in folder.rglob("*.ko*")}
    ordered: dict[str, bytes] = {}

    def add(name: str) -> None:
        if name in ordered or name not in found:  # what isn't there is a part of the kernel itself
            return
        content = found[name].read_bytes()
        if found[name].suffix == ".xz":
            content = lzma.decompress(content)
        depends = re.search(rb"\0depends=([^\0]*)\0", content)
        for other in depends[1].decode().split(",") if depends else ():
            add(_plain(other))
        ordered[name] = content

    for name in MODULES:
        add(name)
    return list(ordered.values())


def _plain(name: str) -> str:
    return name.replace("-", "_")
