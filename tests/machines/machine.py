"""A machine with another kernel: boots it in qemu with this machine's files, and runs one command there as a user."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .debian import Unavailable, kernel_package, unpacked
from .initramfs import write_initramfs

# The kernels that can be booted, and the Debian suite that has each.
SUITES = {"5.10": "bullseye", "6.1": "bookworm", "6.12": "bookworm-backports"}
USER = 1000  # when the tests run as root; otherwise who runs them
MEMORY_MB = 4096


@dataclass(frozen=True)
class Finished:
    """What a command in a machine left: `out` has the files that it wrote into its folder $OUT, which is /out."""

    kernel: str
    returncode: int
    output: str
    out: Path
    seconds: float


def run(
    series: str,
    command: Sequence[str | Path],
    folder: Path,
    *,
    needs: Iterable[Path] = (),
    cwd: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
    timeout: float = 600,
) -> Finished:
    """Boots a kernel of `SUITES` and runs a command; its user can reach the paths `needs`. Leaves files in `folder`."""
    program = shutil.which("qemu-system-x86_64")
    if not program:
        raise Unavailable("qemu is not installed (Debian: apt-get install qemu-system-x86)")
    folder.mkdir(parents=True)
    variables = {"HOME": "/tmp", "PATH": "/usr/local/bin:/usr/bin:/bin", "OUT": "/out", **(environment or {})}
    words = [*(f"{name}={value}" for name, value in variables.items()), *map(str, command)]
    (folder / "command").write_text(f"cd {shlex.quote(str(cwd))} && exec env -i {shlex.join(words)}\n")
    (folder / "user").write_text(f"{os.getuid() or USER}\n")
    (folder / "reach").write_text("".join(f"{path}\n" for path in _way_to([*needs, cwd])))
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        log = _boot(program, series, folder, Path(scratch), timeout)
    if not (folder / "status").exists():
        raise AssertionError(f"Linux {series} did not come to the end of the command:\n{log[-4000:]}")
    return Finished(
        (folder / "kernel").read_text().strip(),
        int((folder / "status").read_text()),
        (folder / "output").read_text(errors="replace"),
        folder / "out",
        time.monotonic() - started,
    )


def accelerator() -> str:
    """kvm where this machine's processor can do it, and tcg, which is some 10 times slower, elsewhere."""
    # A /dev/kvm alone is not enough: some clouds have one that boots no ordinary kernel.
    flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    able = bool(flags and {"vmx", "svm"} & set(flags[1].split()))
    return "kvm" if able and os.access("/dev/kvm", os.R_OK | os.W_OK) else "tcg"


def _way_to(paths: Iterable[Path]) -> list[Path]:
    """Every folder on the way to the paths, and on the way to what links among them stand for."""
    ways = [path for given in paths for path in (given.absolute(), *_targets(given.absolute()))]
    return sorted({parent for path in ways for parent in path.parents if parent != Path("/")})


def _targets(path: Path) -> list[Path]:
    """What a link stands for, link after link."""
    found = []
    while path.is_symlink():
        path = Path(os.path.normpath(path.parent / path.readlink()))
        found.append(path)
    return [*found, path.resolve()]


def _boot(program: str, series: str, share: Path, scratch: Path, timeout: float) -> str:
    """Runs a machine until it ends; returns what its kernel printed."""
    suite = SUITES[series]
    image = unpacked(suite, kernel_package(suite))
    (kernel,) = image.glob("boot/vmlinuz-*")
    (busybox,) = unpacked("bookworm", "busybox-static").rglob("bin/busybox")
    (modules,) = [path for pattern in ("lib/modules", "usr/lib/modules") for path in image.glob(pattern)]
    scripts = [Path(__file__).with_name(name) for name in ("init.sh", "command.sh")]
    write_initramfs(scratch / "initramfs", busybox, modules, *scripts)
    options = ["-accel", accelerator(), "-cpu", "max", "-m", str(MEMORY_MB), "-smp", "2"]
    options += ["-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio"]
    options += ["-kernel", str(kernel), "-initrd", str(scratch / "initramfs")]
    options += ["-append", "console=ttyS0 panic=-1 loglevel=4"]
    for tag, path, more in (("host", "/", "readonly=on,multidevs=remap"), ("share", share, "multidevs=remap")):
        options += ["-virtfs", f"local,path={path},mount_tag={tag},security_model=none,{more}"]
    with open(scratch / "log", "wb") as log:
        try:
            subprocess.run([program, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=timeout)
        except subprocess.TimeoutExpired:
            log.write(f"\nstopped after {timeout:.0f} seconds".encode())
    return (scratch / "log").read_text(errors="replace")
