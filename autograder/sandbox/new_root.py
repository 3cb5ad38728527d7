"""A root folder that has only some places of the real one, under their own names."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path


def lay_out(root: str, paths: Sequence[Path], put: Callable[[str, str], None], home: str) -> str:
    """Has each path be found in `root`: makes the folders and links that lead to it, and calls `put(path, place)`.

    The path given to `put` has no links in it. What lies in a folder that was put already isn't put again. The folders
    that are made can be gone through, not listed. Returns the place of `home`, a new folder.
    """
    made = {root}

    def make_way(place: str) -> None:
        folder = os.path.dirname(root + place)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        while folder not in made:
            made.add(folder)
            folder = os.path.dirname(folder)

    places: dict[str, None] = {}
    links: dict[str, str] = {}
    for path in paths:
        places[_resolve(str(path), links)] = None
    done: list[str] = []
    for place in sorted(places):
        if not any(place.startswith(f"{folder}/") for folder in done):
            make_way(place)
            put(place, root + place)
            if os.path.isdir(place):
                done.append(place)
    for name, target in links.items():
        if not any(name.startswith(f"{folder}/") for folder in done):
            make_way(name)
            os.symlink(target, root + name)
    make_way(home)
    os.mkdir(root + home)
    for folder in made:
        os.chmod(folder, 0o111)
        keep_age(folder, os.stat(folder.removeprefix(root) or "/"))
    return root + home


def _resolve(path: str, links: dict[str, str]) -> str:
    """The path without links; those that were met are added to `links`, each by a name that has no link in it."""
    place, rest = "/", path.strip("/").split("/")
    while rest:
        name = os.path.join(place, rest.pop(0))
        if name.endswith("/.."):
            place = os.path.dirname(place)
        elif os.path.islink(name):
            links[name] = os.readlink(name)
            target = links[name].strip("/").split("/")
            place = "/" if links[name].startswith("/") else place
            rest = [part for part in target if part not in ("", ".")] + rest
        else:
            place = name
    return place


def keep_age(folder: str, status: os.stat_result) -> None:
    """Makes a folder as old as another: then Python, which has listed that one, need not list this."""
    os.utime(folder, ns=(status.st_atime_ns, status.st_mtime_ns))
