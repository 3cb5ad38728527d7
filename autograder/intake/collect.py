"""From what an LMS gives to what is graded: who handed in which notebook, and what could not be told."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from autograder.course import Course
from autograder.grading import batch
from autograder.grading.batch import Task

from . import choosing, collected, earlier, folders, layouts, tree
from .choosing import Candidate, Chosen, Key
from .collected import SUBMITTED, Handin
from .plans import Plan, Wishes
from .recognise import Recognizer
from .students import MAX_NAMED, Students
from .uploads import Upload

WORK = ".collecting-"
NOTHING = "handed in nothing"


def plan(course: Course, source: Path, out: Path, work: Path, wishes: Wishes) -> Plan:
    """What is in `source`, a folder or a zip archive. Archives are unpacked to the folder `work`.

    A notebook in its place, <student>/<assignment>/<assignment>.ipynb, stays there; others are to be copied to OUT.
    Raises ArchiveError, ClassFileError and OSError.
    """
    return _Planner(course, source, out, wishes, tree.read(source, work, skip=out)).plan()


class _Planner:
    def __init__(self, course: Course, source: Path, out: Path, wishes: Wishes, given: tree.Folder) -> None:
        self.assignments = list(course.notebooks)
        self.scope = [wishes.assignment] if wishes.assignment else self.assignments
        self.source, self.out, self.wishes, self.given = source, out, wishes, given
        self.recognizer = Recognizer(course)
        self.before = collected.load(out)
        self.result = Plan()
        self.settled, self.unfilled, self.noted = self._in_place(course)
        folders = list(dict.fromkeys(student for student, _ in self.settled))
        self.students = Students(self.before.people, wishes.roster, folders)
        self.folders = folders
        self.candidates: list[Candidate] = []
        self.placed: dict[Key, Chosen] = {}  # the notebooks in their places
        self.leftover: defaultdict[str, list[tuple[Upload, str]]] = defaultdict(list)
        self.used: set[tuple[str, ...]] = set()  # the paths that are somebody's work
        self.stays: dict[Key, Handin] = {}  # what OUT has and is not replaced
        self.said: dict[Key, str] = {}  # of what comes now beside what OUT has

    def plan(self) -> Plan:
        """The whole of it."""
        reader = layouts.LayoutReader(
            self.assignments,
            lambda file: self.recognizer.look(file).assignment,
            self.students.people.is_person,
            set(self.students.people.people),
            self.folders,
            self.source.name,
        )
        uploads = reader.read(self.given)
        self.students.meet(upload.owners for upload in uploads)
        for upload in uploads:
            self._sort(upload)
        wrong = {key for key, task in self.settled.items() if task.unread or _is_folder(task.path)}
        chosen = choosing.choose(self.candidates)
        for key, entry in chosen.items():
            if key in self.settled.keys() - wrong:
                self._name_beside(key, entry)
        chosen = {key: entry for key, entry in chosen.items() if key not in self.settled.keys() - wrong}
        placed = {key: entry for key, entry in self.placed.items() if key not in wrong}
        came, chosen = chosen, self._against_earlier(chosen, placed)
        if self.wishes.groups:
            there = chosen | placed
            others = (self.settled.keys() - wrong | choosing.own(self.before.handins)) - there.keys()
            chosen |= choosing.shared(there, self.students.groups, self.scope, others)
        for key, entry in chosen.items():
            self.settled[key] = self._task(entry)
        self.result.tasks = [task for (_, assignment), task in self.settled.items() if assignment in self.scope]
        copied = {key: entry for key, entry in chosen.items() if entry.assignment in self.scope}
        self.result.copies = {self.settled[key]: entry.upload.file for key, entry in copied.items()}
        self._without_notebook()
        self._without_anything({**came, **chosen})
        self.result.notes += self._notes()
        self.result.tasks.sort(key=lambda task: (task.student, self.assignments.index(task.assignment)))
        self._remember(chosen)
        return self.result

    def _against_earlier(self, chosen: Mapping[Key, Chosen], placed: Mapping[Key, Chosen]) -> dict[Key, Chosen]:
        """What is to be graded of what was chosen, where OUT has no newer one; what was taken or not is named."""
        of_lms = {key: entry for key, entry in chosen.items() if key[1] in self.scope or earlier.is_told(entry.upload)}
        found = earlier.against(of_lms, self.before.handins, self._usual({*chosen, *self.settled}))
        self.result.unmatched += found.unmatched
        self.result.older = sorted(student for student, _ in found.stays)
        self.stays = found.stays
        for key, stays in found.stays.items():
            if earlier.is_in_out(stays, path := self._place(*key)):
                self.settled[key] = Task(*key, path, notes=(found.notes[key],))
            else:
                self.result.notes.append(f"{key[0]}: {found.notes[key]}")
        for key, entry in placed.items():
            had = self.before.handins.get(key)
            if had and (said := earlier.took_place(entry, had)):
                self.settled[key] = replace(self.settled[key], notes=(*self.settled[key].notes, said))
        self.said = found.notes
        return found.taken

    def _in_place(self, course: Course) -> tuple[dict[Key, Task], list[Task], tuple[str, ...]]:
        """The notebooks in their places, or that can't be looked at there; those that lack; lines about the rest."""
        if not self.source.is_dir():
            return {}, [], ()
        found = batch.find(course, self.source, self.assignments, every=False, skip=self.out)
        claims = layouts.unmistakable(self.given, self.assignments)
        others = {name for name, claim in claims.items() if claim.owners[0].key != name}  # a system's names for them
        tasks = [task for task in found.tasks if task.student not in others]
        there = [task for task in tasks if not batch.why_missing(task.path)]
        lacking = [task for task in tasks if task not in there]
        return {(task.student, task.assignment): task for task in there}, lacking, found.notes

    def _sort(self, upload: Upload) -> None:
        """Puts a file to what its students have handed in for an assignment, or to what a person has to look at."""
        students, why = self.students.of(upload.owners)
        upload = replace(upload, when=upload.when or self.students.time(students, upload.lms_id))
        file = upload.file
        settled = self._settled_at(file)
        seen = self.recognizer.look(file)
        if settled and seen.assignment in ("", settled.assignment):
            key = (settled.student, settled.assignment)
            self.placed[key] = Chosen(*key, upload, ())
            return
        if settled:
            said = f"{file.name} is a notebook of {seen.assignment}"
            self.settled[settled.student, settled.assignment] = replace(settled, unread=said)
        assignment = seen.assignment or (upload.hint if seen.is_notebook else "")
        if not students and (seen.is_notebook or upload.problem):
            self.result.unmatched.append(f"{file.shown}: {upload.problem or why}")
        if students and assignment:
            self.used |= {file.parts[:depth] for depth in (1, 2)}
        for student in students:
            if assignment:
                self.candidates.append(Candidate(student, assignment, upload, bool(seen.assignment)))
            else:
                self.leftover[student].append((upload, upload.problem or seen.reason))

    def _settled_at(self, file: tree.File) -> Task | None:
        """The task whose notebook this file is, in its place."""
        in_place = file.in_place and len(file.parts) == 3 and file.parts[2] == f"{file.parts[1]}.ipynb"
        return self.settled.get((file.parts[0], file.parts[1])) if in_place else None

    def _name_beside(self, key: Key, entry: Chosen) -> None:
        """Says of a notebook in its place which others there are; those beside it are named when it is graded."""
        task = self.settled[key]
        others = [shown for shown in (entry.upload.file.shown, *entry.others) if Path(shown).parent != Path(*key)]
        if others:
            said = f"{task.path.name} in its folder was graded; not {_listed(others)}"
            self.settled[key] = replace(task, notes=(*task.notes, said))

    def _task(self, entry: Chosen) -> Task:
        path = self.out / SUBMITTED / entry.student / entry.assignment / f"{entry.assignment}.ipynb"
        shown = entry.upload.file.shown
        notes = []
        if entry.others:
            notes.append(f"{shown} was graded; not {_listed(entry.others)}")
        elif entry.upload.file.parts[0] == entry.student:  # in the student's folder, not where it should be
            notes.append(f"{shown} was graded as {entry.assignment}")
        if said := self.said.get((entry.student, entry.assignment)):
            notes.append(said)
        return Task(entry.student, entry.assignment, path, notes=tuple(notes))

    def _usual(self, there: Collection[Key]) -> list[str]:
        """The assignments that were to be handed in: what was asked for, or what at least half of the students have."""
        if self.wishes.assignment:
            return [self.wishes.assignment]
        students = {student for student, _ in there}
        counts = Counter(assignment for _, assignment in there)
        return [name for name in self.scope if counts[name] and 2 * counts[name] >= len(students)]

    def _keys(self) -> set[Key]:
        return {(task.student, task.assignment) for task in self.result.tasks}

    def _without_notebook(self) -> None:
        """The students who handed in something, but no notebook of an assignment."""
        usual = self._usual(self._keys())
        for student, uploads in sorted(self.leftover.items()):
            own = {assignment for one, assignment in self.settled if one == student}
            hints = {upload.hint for upload, _ in uploads} & set(self.scope)
            # With a notebook of another assignment, a file may be called like this one by chance.
            wanted = hints & set(usual) if own else hints or set(usual)
            for assignment in wanted - own:
                told = [f"{upload.file.shown} ({why})" for upload, why in uploads if upload.hint in ("", assignment)]
                said = f"no notebook of {assignment} was found in what was handed in: {_listed(told)}"
                self.result.tasks.append(Task(student, assignment, self._place(student, assignment), unread=said))
            if wanted <= own:  # what could not be opened may be newer than what is graded
                hidden = [(upload, why) for upload, why in uploads if upload.problem and choosing.may_hide(upload, own)]
                self.result.unmatched += [f"{upload.file.shown}: {why}" for upload, why in hidden]

    def _without_anything(self, chosen: Mapping[Key, Chosen]) -> None:
        """The students of whom there is nothing: 0 only for those on the roster, if so wished, never by mistake."""
        self._empty_places()
        asked = bool(self.wishes.assignment or self.wishes.roster)
        usual = self._usual(self._keys())
        doubtful = bool(self.students.strangers or self.result.unmatched)
        zero = self.wishes.missing_is_zero and not doubtful
        expected = set(self.students.listed)
        if self.wishes.assignment:
            expected |= {*self.students.seen, *(student for student, _ in self.settled)}
            # A folder with nothing in it, among students' folders.
            expected |= {name for name, one in self.given.folders.items() if self.folders and layouts.is_empty(one)}
        if not asked:
            expected = {student for (student, _), entry in chosen.items() if earlier.is_strange(entry, usual)}
        have = self._keys() | self.before.handins.keys()
        lacking = [(student, name) for student in expected for name in usual if (student, name) not in have]
        handed_in = {(task.student, task.assignment) for task in self.result.tasks if not task.absent}
        in_group = choosing.sharing(self.students.groups, handed_in | self.before.handins.keys()) & {*lacking}
        for student, assignment in lacking:
            if wrong := self._for_another(student, assignment, chosen):
                said = f"no notebook of {assignment} was found in what was handed in: {wrong}"
                self.result.tasks.append(Task(student, assignment, self._place(student, assignment), unread=said))
            if wrong or not asked:
                continue
            task = Task(student, assignment, self._place(student, assignment), absent=NOTHING)
            earns = student in self.students.listed and (student, assignment) not in in_group
            self.result.tasks.append(replace(task, zero=zero and earns))
        if zero:
            for assignment in sorted({assignment for _, assignment in in_group}):
                spared = sorted(student for student, name in in_group if name == assignment)
                said = f"no 0 in {assignment} for {_listed(spared)}: another of their group handed in"
                self.result.unmatched.append(f"{said}; --groups shares a group's only notebook")
        if lacking and self.wishes.missing_is_zero and doubtful:
            strangers = sorted(self.students.strangers)
            who = f"; not on the roster: {_listed(strangers)}" if strangers else ""
            self.result.unmatched.append(f"nobody gets a 0 for handing in nothing before everything is matched{who}")

    def _for_another(self, student: str, assignment: str, chosen: Mapping[Key, Chosen]) -> str:
        """The notebook of another assignment that a student seems to have handed in for this one; empty without one."""
        for (who, other), entry in chosen.items():
            own_folder = entry.upload.file.parts[0] == student  # which may hold all assignments
            if who == student and not own_folder and entry.upload.place in ("", assignment):
                return f"{entry.upload.file.shown} is a notebook of {other}"
        return ""

    def _empty_places(self) -> None:
        """The students whose folder for an assignment is there, and empty."""
        have = self._keys()
        for task in self.unfilled:
            folder = self.given.folders.get(task.student, tree.Folder())
            is_student = task.student in self.students.seen or task.student in self.folders or layouts.is_empty(folder)
            if is_student and task.assignment in self.scope and (task.student, task.assignment) not in have:
                self.result.tasks.append(replace(task, absent=batch.why_missing(task.path)))

    def _place(self, student: str, assignment: str) -> Path:
        """Where a notebook would be that isn't there."""
        return self.out / SUBMITTED / student / assignment / f"{assignment}.ipynb"

    def _notes(self) -> Iterator[str]:
        """Lines about what was passed over, but for what was taken after all."""
        taken = tuple(f"{'/'.join(parts)}: " for parts in self.used)
        passed_over = (*taken, *(f"{name}{mark}" for name in (*tree.SYSTEMS, *tree.SYSTEM_FILES) for mark in ":/"))
        yield from (note for note in self.noted if not note.startswith(passed_over))
        for student in sorted(self.students.strangers):
            yield f"{student}: not on the roster"

    def _remember(self, chosen: dict[Key, Chosen]) -> None:
        """What OUT is to keep of the class. What lies in OUT already is known from before."""
        inside = os.path.realpath(self.source).startswith(os.path.realpath(self.out) + os.sep)
        handins = dict(self.stays)
        for task in self.result.tasks:
            key = (task.student, task.assignment)
            if key in chosen:
                handins[key] = earlier.handin(chosen[key])
            elif not (task.absent or task.unread or inside or key in self.stays):
                shown, when = os.path.relpath(task.path, self.source), folders.nbgrader_time(task.path.parent)
                handins[key] = Handin(*key, shown, when, digest=self._digest(key))
        students = {student for student, _ in handins} | set(self.students.listed)
        people = [self.students.person(student) for student in students]
        self.result.known = collected.of(people, handins.values())

    def _digest(self, key: Key) -> str:
        entry = self.placed.get(key)
        return earlier.digest(entry.upload.file) if entry else ""


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(names[:MAX_NAMED]) + more


def _is_folder(path: Path) -> bool:
    """Whether a folder is called like a notebook, as some programs call what they unpack."""
    return path.is_dir() and not path.is_symlink()
