"""Whose each file is, by the names around it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from autograder.intake.layouts import LayoutReader, is_empty
from autograder.intake.tree import File, Folder
from autograder.intake.uploads import Upload

BOOKS = {"1": "01_pixels", "2": "02_filters"}
ANN, BO, CEM = (f"{name}_10{at}_assignsubmission_file" for at, name in enumerate(("Ann Lee", "Bo Vu", "Cem Oz")))
A_CLASS = "it looks like a class in a folder among students' folders: collect it by itself"
SEVERAL = (
    "it has notebooks of one assignment in several folders, and only the newest is graded: "
    "if these are several students', collect it by itself"
)
DAMAGED = "it is damaged"


def uploads(paths: str, persons: Collection[str] = (), students: Collection[str] = (), name: str = "") -> list[Upload]:
    """What is read of the files at these paths.

    A path's `=1` tells the assignment that is recognized in the file, `!` that it can't be read.
    """
    root, contents = Folder(), {}
    for line in paths.split():
        path, _, content = line.replace("%", " ").partition("=")
        parts = tuple(filter(None, path.rstrip("!").split("/")))
        folder = root.below(parts[:-1])
        if path.endswith("!"):
            folder.problems.append((parts, DAMAGED))
        else:
            folder.files.append(File(parts, Path()))
            contents[parts] = BOOKS.get(content, "")
    reader = LayoutReader(
        tuple(BOOKS.values()),
        lambda file: contents[file.parts],
        lambda text: text in persons,
        students=students,
        source_name=name,
    )
    return reader.read(root)


def read(paths: str, persons: Collection[str] = (), students: Collection[str] = (), name: str = "") -> list[str]:
    """The same in words, each as `path: owner, assignment`."""
    return [
        f"{item.file.shown}: {'+'.join(owner.key for owner in item.owners)}, {item.problem or item.hint}"
        for item in uploads(paths, persons, students, name)
    ]


def owners(paths: str, persons: Collection[str] = (), students: Collection[str] = ()) -> list[str]:
    return [line.partition(": ")[2] for line in read(paths, persons, students)]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ("ann/01_pixels/x.ipynb=1 bob/x.ipynb=1", ["ann, 01_pixels", "bob, "]),
        ("ann-01_pixels/x.ipynb bob-02_filters/x.ipynb", ["ann, 01_pixels", "bob, 02_filters"]),
        ("01_pixels/ann/x.ipynb=1 02_filters/bob/x.ipynb=2", ["ann, 01_pixels", "bob, 02_filters"]),
        ("01_pixels/ann.ipynb=1", ["ann, 01_pixels"]),
        ("submitted/ann/x.ipynb autograded/ann/x.ipynb source/x.ipynb", ["ann, "]),
        ("inbound/ann/x.ipynb release/x.ipynb bob/x.ipynb", ["ann, ", "bob, "]),
        ("autograded/x.ipynb bob/x.ipynb", ["autograded, ", "bob, "]),
    ],
)
def test_folders_of_students_and_of_assignments(paths: str, said: list[str]) -> None:
    assert owners(paths) == said


@pytest.mark.parametrize(
    "paths",
    [
        "class/ann/x.ipynb=1 class/bob/x.ipynb=1",
        "class/deep/ann/x.ipynb=1 class/deep/bob/x.ipynb=1",
        "class/ann.ipynb=1 class/bob.ipynb=1",
        "class/submitted/ann/x.ipynb class/submitted/bob/x.ipynb",
        "class-submissions/class-ann/x.ipynb class-submissions/class-bob/x.ipynb",
        "class/01_pixels/ann.ipynb=1 class/01_pixels/bob.ipynb=1",
        "class/ann/01_pixels/01_pixels.ipynb class/bob/x.ipynb",
        "one/ann/x.ipynb=1 one/bob/x.ipynb=1 two/ann/x.ipynb=2 two/bob/x.ipynb=2",
        "one/ann.ipynb=1 one/bob.ipynb=1 two/ann.ipynb=2 two/bob.ipynb=2",
    ],
)
def test_a_folder_around_a_class(paths: str) -> None:
    assert {line.partition(",")[0] for line in owners(paths)} == {"ann", "bob"}


def test_a_class_of_which_one_has_more() -> None:
    def found(paths: str) -> set[str]:
        return {line.partition(",")[0] for line in owners(paths)}

    three = "class/ann/x.ipynb=1 class/bob/x.ipynb=1 class/cem/x.ipynb=1"
    assert found(f"{three} class/ann/y.ipynb=2") == {"ann", "bob", "cem"}
    assert found(f"{three} class/dee/y.ipynb=2 class/eve/y.txt") == {"ann", "bob", "cem", "dee", "eve"}
    more = "class/dee/y.ipynb=2 class/eve/y.ipynb=2 class/fay/z.ipynb=2 class/gil/z.ipynb=2"
    assert found(f"{three} {more}") == {"ann", "bob", "cem", "dee", "eve", "fay", "gil"}
    # Of fewer, and one of them with more: one student's, or so it seems.
    assert found("ann/a/x.ipynb=1 ann/b/x.ipynb=1 ann/b/y.ipynb=2") == {"ann", ""}


@pytest.mark.parametrize(
    "paths",
    [
        "ann/x.ipynb=1",
        "ann/01_pixels.ipynb=1 ann/02_filters.ipynb=2",
        "ann/work.ipynb=1 ann/bob.ipynb=1",
        "ann/one/x.ipynb=1 ann/two/x.ipynb=2",
        "ann/01_pixels/x.ipynb=1 ann/02_filters/x.ipynb=2",
        "ann/x.ipynb=1 ann/readme/bob.txt",
    ],
)
def test_a_folder_of_one_student(paths: str) -> None:
    assert {line.partition(",")[0] for line in owners(paths)} == {"ann"}


@pytest.mark.parametrize(
    "paths",
    [
        "01_pixels/ann/x.ipynb 01_pixels/bo/x.ipynb",
        f"01_pixels/{ANN}/x.ipynb 01_pixels/{BO}/x.ipynb".replace(" ", "%"),
        "01_pixels/ann.ipynb 01_pixels/bo.ipynb",
        "ann-01_pixels/x.ipynb bo-01_pixels/x.ipynb",
        "class/01_pixels/ann/x.ipynb=1 class/01_pixels/bo/x.ipynb=1 class/01_pixels/cem/x.ipynb!",
    ],
)
@pytest.mark.parametrize("persons", [[], ["bo"]])
def test_a_folder_of_an_assignment_is_the_place_of_all_that_is_in_it(paths: str, persons: list[str]) -> None:
    """Whatever notebook somebody has put there."""
    assert {item.place for item in uploads(paths, persons)} == {"01_pixels"}


def test_a_known_person_is_no_class() -> None:
    paths = "bo/x.ipynb=1 bo/y.ipynb=1"
    assert owners(paths) == ["x, ", "y, "]
    assert owners(paths, persons=["bo"]) == ["bo, ", "bo, "]
    assert owners("class/bo/x.ipynb", persons=["bo"]) == ["bo, "] and owners("class/bo/x.ipynb") == ["class, "]
    assert owners("01_pixels/x.ipynb bo/x.ipynb", persons=["01_pixels"]) == ["01_pixels, 01_pixels", "bo, "]
    assert owners("bo-01_pixels/a/x.ipynb=1 bo-01_pixels/b/x.ipynb=1", persons=["bo"]) == ["bo, 01_pixels"] * 2


def test_two_folders_of_the_same_assignment_are_two_students() -> None:
    a, b = (f"{name}: , {SEVERAL}" for name in "ab")
    assert read("a/x/n.ipynb=1 b/x/n.ipynb=1 b/y/n.ipynb=1") == [
        "a/x/n.ipynb: a, ",
        "b/x/n.ipynb: b, ",
        "b/y/n.ipynb: b, ",
        b,
    ]
    assert [line for line in read("a/x/n.ipynb=1 a/y/n.ipynb=1 b/x/n.ipynb=1 b/y/n.ipynb=1") if SEVERAL in line] == [
        a,
        b,
    ]
    assert [line for line in read("a/un/x/n.ipynb=1 a/un/y/n.ipynb=1 b/n.ipynb=1") if SEVERAL in line] == [a]
    for one_student in ("a/x/n.ipynb=1 a/y/n.ipynb=2 b/n.ipynb", "a/x/n.ipynb=1 a/01_pixels/n.ipynb=1 b/n.ipynb"):
        assert not any(SEVERAL in line for line in read(one_student))


@pytest.mark.parametrize(
    "inside", ["{name}/ann/x.ipynb=1", "ann/x.ipynb=1", "{name}/ann_01_pixels.ipynb=1", "ann%-%01_pixels.ipynb=1"]
)
@pytest.mark.parametrize("name", ["01_pixels", "class"])
def test_the_parts_of_a_download_from_drive_are_one_class(inside: str, name: str) -> None:
    first, second = (f"{name}-20261101T101010Z-{part}/{inside.format(name=name)}" for part in ("001", "1-002"))
    assert {line.partition(",")[0] for line in owners(f"{first} {second.replace('ann', 'bo')}")} == {"ann", "bo"}
    folder = f"ann-20261101T101010Z-001/x.ipynb=1 {first.replace('ann', 'bo')}"
    assert owners(folder)[0].startswith("ann, "), "a part alone may be a student's"


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ("ann_01_pixels.ipynb bob.ipynb=1 readme.txt", ["ann, 01_pixels", "bob, "]),
        ("homework.ipynb", [", "]),
        ("ann.ipynb", [", "]),
        ("ann.ipynb bob.txt", [", "]),
        ("ann.ipynb final-homework.ipynb", ["ann, ", ", "]),
        ("ann.txt=1 submission_metadata.yml=1 bob.IPYNB.txt", ["ann, ", "bob, "]),
    ],
)
def test_files_without_a_folder(paths: str, said: list[str]) -> None:
    assert owners(paths) == said
    assert owners("ann.ipynb", persons=["ann"]) == ["ann, "]


def test_what_a_system_has_named_is_whose_it_says() -> None:
    ann, bo, cem = (name.replace(" ", "%") for name in (ANN, BO, CEM))
    assert owners(f"{ann}/02_filters/x.ipynb {ann}/y.zip!") == ["Ann Lee, 02_filters", f"Ann Lee, {DAMAGED}"]
    assert owners(f"s/{ann}/x.ipynb t/{bo}/x.ipynb t/{cem}/x.ipynb") == ["Ann Lee, ", "Bo Vu, ", "Cem Oz, "]
    assert owners(f"01_pixels/{ann}/x.ipynb 02_filters/{ann}/x.ipynb") == ["Ann Lee, 01_pixels", "Ann Lee, 02_filters"]
    # A student who calls a folder so becomes nobody else; a class beside students is told.
    assert owners(f"ann/{bo}/x.ipynb cem/x.ipynb") == ["ann, ", "cem, "]
    assert read(f"s/{ann}/x.ipynb s/{bo}/x.ipynb cem/x.ipynb") == [f"s: , {A_CLASS}", "cem/x.ipynb: cem, "]
    assert owners(f"{ann}/x.ipynb cem/x.ipynb", students=[ANN]) == ["Ann Lee, ", "cem, "]


def test_sections_of_a_class_are_looked_into() -> None:
    names = ("s/Lee_Ann_alee_101", "s/Vu_Bo_bvu_102")
    assert owners(" ".join(f"{name}/x.ipynb" for name in names)) == ["alee, ", "bvu, "]
    when = "attempt_2026-11-26-21-04-05"
    files = [f"{section}/HW_{login}_{when}_x.ipynb" for section in "st" for login in (f"a{section}", f"b{section}")]
    assert owners(" ".join(files)) == ["as, ", "bs, ", "at, ", "bt, "]


def test_what_can_not_be_read_is_its_owners_where_it_has_one() -> None:
    assert read("bob.zip! ann/x.ipynb ann/y.zip! cem/z.zip!") == [
        f"bob.zip: , {DAMAGED}",
        "ann/x.ipynb: ann, ",
        f"ann/y.zip: ann, {DAMAGED}",
        f"cem/z.zip: cem, {DAMAGED}",
    ]
    # All that was given may have been too much.
    assert read("!", name="class") == [f"class: , {DAMAGED}"] and read("!") == [f"?: , {DAMAGED}"]
    assert read("notes.txt pictures/a.png") == ["pictures/a.png: pictures, "]


def test_a_folder_is_empty_without_files_and_problems() -> None:
    root = Folder()
    deep = root.below(("a", "b"))
    assert is_empty(root)
    deep.problems.append((("a", "b", "c"), DAMAGED))
    assert not is_empty(root)
    deep.problems.clear()
    deep.files.append(File(("a", "b", "c"), Path()))
    assert not is_empty(root)
