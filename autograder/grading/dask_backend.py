"""Grading on many machines: the workers of a Dask scheduler grade what this machine reads and keeps."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import suppress

from distributed import Client, Future, KilledWorker

from autograder.course import Course

from . import result as results
from . import worker
from .backend import TRIES, ClusterError, NotGraded
from .exam import Exam
from .result import SubmissionResult
from .settings import RunSettings
from .submission import Submission
from .version import version

CONNECT = 10.0  # seconds to wait for a scheduler's answer, and for a first worker
PATIENCE = 60.0  # seconds without any worker after which a run gives up
LOOK_EVERY = 1.0  # seconds
MIN_WIDTH = 32


class DaskBackend:
    """The workers of a scheduler. Use as a context manager.

    Raises ClusterError unless the scheduler answers, has workers, and each of them has this version of the course and
    can confine student code. When the scheduler goes away later, or all workers do, what is not finished is not
    graded: this machine may be one that must not grade, so going on here is for a person to decide.
    """

    def __init__(self, course: Course, settings: RunSettings, assignments: Sequence[str]) -> None:
        self._course = course
        self._settings, self._address = settings, settings.scheduler
        self._lock = threading.Lock()
        self._unfit: dict[str, str] = {}
        self._gone = ""
        # Dask's own words and tracebacks on a lost connection would come between ours.
        for name in ("distributed", "distributed.client", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._client = self._connect()
        try:
            self._check_workers([(name, settings.seed, version(course, name, settings.seed)) for name in assignments])
            # Some more than there are threads, so that no worker waits for the next; others may join later.
            self.width = max(MIN_WIDTH, 2 * sum(self._client.nthreads().values()))
        except BaseException as error:
            self.close()
            if isinstance(error, ClusterError) or not isinstance(error, Exception):
                raise
            raise ClusterError(f"the scheduler at {self._address} was lost: {_in_words(error)}") from error
        self._seen = self._looked = time.monotonic()

    def __enter__(self) -> DaskBackend:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the cluster; its workers end their sandboxes."""
        self._gone = self._gone or "the run was stopped"
        with suppress(Exception):
            if self._client.status == "running":
                self._client.run(worker.close_idle, on_error="ignore")
        with suppress(Exception):
            self._client.close(timeout=CONNECT)

    def grade(self, submission: Submission, exam: Exam) -> SubmissionResult:
        """Has one submission graded. Raises NotGraded."""
        order = worker.order(self._course, submission, self._settings)
        try:
            for _ in range(TRIES):
                with suppress(CancelledError):  # the scheduler is gone, or somebody restarted its workers
                    return results.from_json(self._ask(order), submission.student, submission.assignment)
                self._look(at_once=True)
        except NotGraded:
            raise
        except KilledWorker:
            raise NotGraded("the Dask workers that graded it were lost: run the same command again") from None
        except Exception as error:
            self._look(at_once=True)
            raise NotGraded(f"the Dask cluster failed: {_in_words(error)}") from error
        raise NotGraded(f"the Dask cluster dropped it {TRIES} times: run the same command again")

    def _connect(self) -> Client:
        try:
            client = Client(self._address, timeout=CONNECT, set_as_default=False)
        except Exception as error:
            said = f"no Dask scheduler answers at {self._address} ({_in_words(error.__cause__ or error)})"
            raise ClusterError(f"{said}: is it running, is it the right port?") from error
        try:
            client.wait_for_workers(1, timeout=CONNECT)
        except Exception:
            client.close()
            start = f"dask worker {self._address}"
            raise ClusterError(f"the scheduler at {self._address} has no workers: start some, `{start}`") from None
        return client

    def _check_workers(self, versions: list[tuple[str, int, str]]) -> None:
        arguments = (versions, self._settings.confined, self._settings.limits)
        replies = self._client.run(worker.fit, *arguments, on_error="return")
        for address, reply in sorted(replies.items()):
            if isinstance(reply, OSError):  # it went away meanwhile; its work goes to others
                continue
            if reply:
                why = _in_words(reply) if isinstance(reply, Exception) else reply
                raise ClusterError(f"the worker at {address} can't grade: {why}")

    def _ask(self, order: str) -> str:
        """A worker's result. Raises NotGraded, CancelledError, KilledWorker and whatever else Dask has."""
        while True:
            future = self._submit(order)
            try:
                reply = json.loads(self._wait(future))
            finally:
                future.release()
            if "unfit" not in reply:
                break
            self._unfit[reply["worker"]] = reply["unfit"]
        if "not_graded" in reply:
            raise NotGraded(reply["not_graded"])
        return str(reply["result"])

    def _submit(self, order: str) -> Future[str]:
        while True:
            self._look()
            fit = self._fit_workers() if self._unfit else None
            if fit is None or fit:
                break
            time.sleep(LOOK_EVERY)
        # Preferred only: were these gone later, work that is bound to them would wait for ever.
        preferred = fit is not None
        return self._client.submit(worker.grade_here, order, pure=False, workers=fit, allow_other_workers=preferred)

    def _fit_workers(self) -> list[str]:
        return [address for address in self._client.nthreads() if address not in self._unfit]

    def _wait(self, future: Future[str]) -> str:
        while True:
            try:
                return str(future.result(timeout=LOOK_EVERY))
            except (TimeoutError, UnboundLocalError):  # the second is Dask's, when it gives up just as a result comes
                self._look()

    def _look(self, at_once: bool = False) -> None:
        """Raises NotGraded when the scheduler or, for too long, every worker is gone."""
        with self._lock:
            if not self._gone and (at_once or time.monotonic() - self._looked >= LOOK_EVERY):
                self._gone = self._why_gone()
                self._looked = time.monotonic()
        if self._gone:
            raise NotGraded(self._gone)

    def _why_gone(self) -> str:
        with suppress(Exception):  # of a connection that is just breaking
            if self._client.status == "running" and self._fit_workers():
                self._seen = time.monotonic()
                return ""
        again = "run the same command again, or without --scheduler to go on with this machine alone"
        if self._client.status != "running":
            return f"the Dask scheduler at {self._address} is gone: {again}"
        if time.monotonic() - self._seen > PATIENCE:
            said = f"the Dask scheduler at {self._address} has had no workers for {PATIENCE:.0f} seconds"
            unfit = "".join(f", but {address}, which can't grade: {why}" for address, why in self._unfit.items())
            return f"{said}{unfit}: {again}"
        return ""


def _in_words(error: BaseException) -> str:
    """On one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
