"""The one folder that a student's process may write into, and the watch over what can't be limited beforehand.

A folder with a size of its own is a mount, which takes root or user namespaces, and containers often forbid these.
So it is an ordinary folder: the kernel limits each file, and the watch ends a process that fills it with many.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat

MAX_BYTES = 32 * 2**20
MAX_FILES = 1000
FILE_BYTES = 8 * 2**20
MAX_THREADS = 128
TOO_MANY_THREADS = f"it started more than {MAX_THREADS} threads"
TOO_FULL = f"it wrote more than {MAX_BYTES // 2**20} MB or {MAX_FILES} files"
LOOK_EVERY = 20  # milliseconds
_BLOCK = 512  # bytes, the unit of st_blocks on every file system


def over_limit(pid: int, folder: str) -> str:
    """What a process has taken too much of: threads, or room in its folder; empty when nothing."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
        if int(file.read().rpartition(")")[2].split()[17]) > MAX_THREADS:
            return TOO_MANY_THREADS
    full = _full(folder, MAX_BYTES - _held(pid))
    return TOO_FULL if full else ""


def _held(pid: int) -> int:
    """Bytes in files that a process has removed but still has open, or mapped into its memory."""
    sizes: dict[tuple[int, int], int] = {}
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as descriptors:
        for descriptor in descriptors:
            with contextlib.suppress(OSError):
                status = descriptor.stat()
                if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                    sizes[status.st_dev, status.st_ino] = status.st_blocks * _BLOCK
    with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", "rb") as maps:
        for line in maps:
            if line.endswith(b" (deleted)\n"):
                place, _, _, device, inode = line.split()[:5]
                start, end = (int(number, 16) for number in place.split(b"-"))
                major, minor = (int(number, 16) for number in device.split(b":"))
                sizes.setdefault((os.makedev(major, minor), int(inode)), min(end - start, FILE_BYTES))
    return sum(sizes.values())


def _full(folder: str, room: int) -> bool:
    """Whether the folder holds more than there is room for; one that can't be looked through is full."""
    files, pending = MAX_FILES, [folder]
    try:
        while pending:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    files -= 1
                    room -= status.st_blocks * _BLOCK
                    if files < 0 or room < 0:
                        return True
                    if stat.S_ISDIR(status.st_mode):
                        pending.append(entry.path)
    except FileNotFoundError:
        return False  # removed while it was looked at
    except OSError:
        return True
    return False


def empty(folder: str) -> None:
    """Removes everything in the folder, however deep; nothing when there is no folder. Raises OSError.

    Folders in folders are moved up before they are emptied: their depth is a student's choice, and recursion or long
    paths would end before it.
    """
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    try:
        while names := os.listdir(top):
            for name in names:
                if not _removed(name, top):
                    _empty_into(top, name)
                    os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)


def _empty_into(top: int, name: str) -> None:
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for child in os.listdir(folder):
            if not _removed(child, folder):
                os.rename(child, secrets.token_hex(16), src_dir_fd=folder, dst_dir_fd=top)
    finally:
        os.close(folder)


def _removed(name: str, folder: int) -> bool:
    """Removes what is not a folder and says so; makes a folder one that can be emptied."""
    if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        os.chmod(name, 0o700, dir_fd=folder)
        return False
    os.unlink(name, dir_fd=folder)
    return True


def remove(folder: str) -> None:
    """Removes the folder with all that is in it, as far as that is possible."""
    with contextlib.suppress(OSError):
        empty(folder)
        os.rmdir(folder)
