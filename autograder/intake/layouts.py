"""Whose each file is: the layout of what was given is found by itself, from the outside to the inside.

The outermost name that an LMS or a person has given decides, since what is below it may be a student's: no file that a
student calls like another's hand-in becomes that one's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import blackboard, canvas, folders, gradescope, moodle
from .naming import split_assignment, stem, without_stamp
from .tree import METADATA, File, Folder
from .uploads import Claim, Owner, Upload

# Folders of nbgrader that hold what students have handed in, and those beside them that hold other things.
HANDED_IN = ("submitted", "inbound")
_BESIDE = {"autograded", "cache", "exchange", "feedback", "outbound", "release", "source"}
MIN_CLASS = 3  # folders with a notebook of the same assignment are a class, and not one student's
# What people call a notebook that says nothing of them.
_NOBODY = {"answer", "answers", "assignment", "final", "homework", "new", "notebook", "old", "project", "solution",
           "solutions", "solved", "submission", "untitled", "copy", "work"}  # fmt: skip


@dataclass
class LayoutReader:
    """Reads a tree. `students` are folders at its top that are known to be students'.

    `source_name` is that of what was given.

    `assignments` are the course's, `look` recognizes a file's assignment, `is_person` tells whether a name is known to
    be a person's, `canvas_keys` are those of the people whom a roster knows.
    """

    assignments: Collection[str]
    look: Callable[[File], str]
    is_person: Callable[[str], bool] = lambda name: False
    canvas_keys: Collection[str] = ()
    students: Collection[str] = ()
    source_name: str = ""
    uploads: list[Upload] = field(default_factory=list)

    def read(self, tree: Folder) -> list[Upload]:
        """All files of what was given and the problems in it, with their owners."""
        self._container(tree, "", top=True)
        return self.uploads

    def _container(self, folder: Folder, hint: str, top: bool = False) -> None:
        """A folder that holds a class."""
        inner = dict(folder.folders)
        if any(name in inner for name in HANDED_IN):
            inner = {name: one for name, one in inner.items() if name not in _BESIDE}
        students = {name: _student(one.name) for name, one in inner.items() if top and name in self.students}
        claims = {**self._claims(folder), **students, **self._unmistakable(folder)}
        rest = []
        for name, one in inner.items():
            if name in claims:
                self._take(one, claims[name], hint)
            elif _holds_something(one):
                rest.append(one)
        claimed_files = [file for file in folder.files if file.name in claims]
        for file in claimed_files:
            self._add(file, claims[file.name], hint)
        for parts, problem in folder.problems:
            self._problem(parts, problem, claims.get(parts[-1]) if parts else None, hint)
        self._flat([file for file in folder.files if file.name not in claims], hint)
        self._folders(folder, rest, hint, alone=len(rest) == len(inner) == 1 and not claimed_files)

    def _claims(self, folder: Folder) -> dict[str, Claim]:
        """What the layouts of systems say of the names in a folder."""
        files: Mapping[str, File | None] = dict.fromkeys(folder.folders) | {file.name: file for file in folder.files}
        flat = [file.name for file in folder.files] + [
            name for name in folder.folders if name.lower().endswith((".zip", ".ipynb"))
        ]
        found = canvas.claims(flat, self.canvas_keys)
        found |= blackboard.claims({name: files[name] for name in flat})
        return found | self._unmistakable(folder)

    def _unmistakable(self, folder: Folder) -> dict[str, Claim]:
        return unmistakable(folder, self.assignments, self.is_person)

    def _folders(self, parent: Folder, rest: list[Folder], hint: str, alone: bool) -> None:
        """Folders that no system's layout tells of: students', or a class's."""
        name = parent.name or self.source_name
        claims = folders.github_claims(name, rest, self.assignments) or folders.ilias_claims(rest)
        owners = [self._owners(one) for one in rest]
        # A student may have called a file as a system does; a class's folder names several people.
        classes = [len(one) > (len(rest) > 1) for one in owners]
        tasks = [self._tasks(one) for one in rest]
        parts = Counter(without_stamp(one.name) for one in rest if without_stamp(one.name) != stem(one.name))
        homework = len(rest) > 1 and all(len(one) == 1 for one in tasks) and len(set().union(*tasks)) == len(rest)
        for one, is_class in zip(rest, classes):
            name, assignment = split_assignment(one.name, self.assignments)
            if self.is_person(one.name) or (name and self.is_person(name)):
                self._take(one, _student(one.name if self.is_person(one.name) else name), assignment or hint)
            elif one.name in claims:
                self._take(one, claims[one.name], hint)
            elif (
                all(classes)
                or all(self._unmistakable(other) for other in rest)
                or homework
                or one.name in HANDED_IN
                or (assignment and not name)
                or (alone and self._is_class(one))
            ):
                self._container(one, assignment or hint)
            elif parts[without_stamp(one.name)] > 1:
                whole = one.folders.get(without_stamp(one.name))  # Drive has the folder itself in each part
                is_around = whole is not None and list(one.all_files()) == list(whole.all_files()) and not one.problems
                self._container(whole if whole and is_around else one, assignment or hint)
            elif is_class:
                said = "it looks like a class in a folder among students' folders: collect it by itself"
                self._problem(one.parts, said, None, "")
            else:
                self._take(one, _student(name or one.name), assignment or hint)
                if self._looks_shared(one):
                    said = "it has notebooks of one assignment in several folders, and only the newest is graded: "
                    self._problem(one.parts, f"{said}if these are several students', collect it by itself", None, "")

    def _looks_shared(self, folder: Folder) -> bool:
        """Whether several folders in one have notebooks of the same assignment, and none is named for it."""
        others = [one for one in folder.folders.values() if not split_assignment(one.name, self.assignments)[1]]
        counts = Counter(task for one in others for task in {self.look(file) for file in one.all_files()} - {""})
        return any(count > 1 for count in counts.values()) or any(map(self._looks_shared, folder.folders.values()))

    def _owners(self, folder: Folder) -> set[str]:
        """Whose the things in a folder are, or in its folders, as a system's layout tells; nobody where none tells."""
        if claims := self._claims(folder):
            return {owner.key for claim in claims.values() for owner in claim.owners}
        inner = [self._owners(one) for one in folder.folders.values() if _holds_something(one)]
        return set().union(*inner) if all(inner) else set()

    def _tasks(self, folder: Folder) -> set[str]:
        """The assignments that at least two of the folders or named files in a folder have a notebook of.

        None, where others have further ones and this may be all of one student's work.
        """
        parts: list[set[str]] = []
        for one in folder.folders.values():
            name, assignment = split_assignment(one.name, self.assignments)
            if assignment and not name:
                return set()
            parts.append({self.look(file) for file in one.all_files()} - {""})
        for file in folder.files:
            if _is_somebody(split_assignment(file.name, self.assignments)[0]):
                parts.append({self.look(file)} - {""})
        counts = Counter(task for part in parts for task in part)
        twice = {task for task, count in counts.items() if count > 1}
        most = max(counts.values(), default=0)
        is_class = most >= MIN_CLASS and 2 * most >= sum(map(bool, parts))
        return twice if is_class or twice == counts.keys() else set()

    def _is_class(self, folder: Folder) -> bool:
        """Whether the only folder of a class seems to hold it all, and not one student's work."""
        if self._tasks(folder) or any(map(self.is_person, folder.folders)):
            return True
        if any(name in folder.folders for name in HANDED_IN) or folders.holds_clones(folder):
            return True
        named = [split_assignment(file.name, self.assignments) for file in folder.files if self.look(file)]
        if len({name for name, _ in named if _is_somebody(name)}) == len(named) > 1:
            return True
        inner = [one for one in folder.folders.values() if _holds_something(one)]
        if folders.ilias_claims(inner):
            return True
        for one in inner:
            name, assignment = split_assignment(one.name, self.assignments)
            if not assignment or name:
                # A student's folder has the assignment's folder in it, and that the notebook.
                if any(file.name == f"{below}.ipynb" for below in one.folders for file in one.folders[below].files):
                    return True
            elif self._tasks(one) or len({stem(file.name) for file in one.files if self.look(file)}) > 2:
                return True
        return len(inner) == 1 and not folder.files and self._is_class(inner[0])

    def _flat(self, files: list[File], hint: str) -> None:
        """Files without a folder of a student's: their own names may tell whose they are."""
        files = [file for file in files if file.name not in METADATA]
        notebooks = [file for file in files if ".ipynb" in file.name.lower() or self.look(file)]
        for file in notebooks:
            name, assignment = split_assignment(file.name, self.assignments)
            sure = self.is_person(name) or assignment or hint or len(notebooks) > 1
            owners = (_owner(name),) if _is_somebody(name) and sure else ()
            self.uploads.append(Upload(file, owners, file.name, assignment or hint, place=hint))

    def _take(self, folder: Folder, claim: Claim, hint: str) -> None:
        """A folder all of whose files are one hand-in's, or one student's."""
        for file in folder.all_files():
            self._add(file, claim, hint)
        for parts, problem in folder.all_problems():
            self._problem(parts, problem, claim, hint)

    def _add(self, file: File, claim: Claim, hint: str, problem: str = "") -> None:
        """One file of an owner's. The folders between the owner's and the file may name its assignment."""
        when, name = folders.ilias_time(claim.name or file.name)
        rank = (when.timestamp(),) if when and not claim.rank else claim.rank
        named = [split_assignment(part, self.assignments)[1] for part in reversed(file.parts)]
        place = claim.hint or hint
        hint = claim.hint or next((one for one in named if one), "") or hint
        when = claim.when or when
        self.uploads.append(
            Upload(file, claim.owners, name, hint, when, claim.late, claim.lms_id, rank, problem, place, claim.group)
        )

    def _problem(self, parts: tuple[str, ...], problem: str, claim: Claim | None, hint: str) -> None:
        file = File(parts or (self.source_name or "?",), Path())  # of all that was given
        self._add(file, claim or Claim(()), hint, problem)


def unmistakable(
    folder: Folder, assignments: Collection[str], is_person: Callable[[str], bool] = lambda name: False
) -> dict[str, Claim]:
    """What is called as only a system calls it."""
    names = [*folder.folders, *(file.name for file in folder.files)]
    found = folders.exchange_claims(folder.folders, assignments)
    return found | gradescope.claims(folder) | moodle.claims(names, moodle.without_group(folder, is_person))


def is_empty(folder: Folder) -> bool:
    """Whether there is neither a file in a folder nor a problem with one."""
    return not _holds_something(folder)


def _holds_something(folder: Folder) -> bool:
    return any(True for _ in folder.all_files()) or any(True for _ in folder.all_problems())


def _student(name: str) -> Claim:
    return Claim((_owner(name),))


def _owner(name: str) -> Owner:
    return Owner(name, name, login=name)


def _is_somebody(name: str) -> bool:
    """Whether what is left of a file's name may be a person's."""
    words = {word.lower() for word in name.replace("-", " ").replace("_", " ").split()}
    return bool(words - _NOBODY) or name == "_"
