"""What known mistakes give for hidden cases is worked out once, and only when somebody looks."""

from __future__ import annotations

import pickle
import threading

from conftest import COURSE

from autograder.course.when_asked import WhenAsked


def test_it_is_a_tuple_that_is_worked_out_once() -> None:
    asked: list[int] = []

    def work_out() -> tuple[str, ...]:
        asked.append(1)
        return ("a", "b")

    items = WhenAsked(work_out)
    assert asked == []
    assert [*items] == ["a", "b"] and len(items) == 2 and items[1:] == ("b",)
    assert pickle.loads(pickle.dumps(items)) == ("a", "b")
    assert asked == [1]


def test_threads_that_ask_together_work_it_out_once() -> None:
    asked: list[int] = []
    started = threading.Event()

    def work_out() -> tuple[int, ...]:
        asked.append(1)
        started.wait(0.1)
        return (1,)

    items = WhenAsked(work_out)
    threads = [threading.Thread(target=len, args=(items,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [1]


def test_an_exams_mistakes_wait_and_the_public_ones_do_not() -> None:
    exercise = COURSE.exercise("relu")
    assert isinstance(exercise.hidden(1).mistakes, WhenAsked)
    assert isinstance(exercise.public().mistakes, tuple)
    assert [mistake.name for mistake in exercise.hidden(1).mistakes] == list(exercise.mistakes)
