"""The gradebook's address, its locks, and what is said when it fails, without a server."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from autograder.reports import database
from autograder.reports.database import GradebookError, complete, redacted, transact


def failure(said: str, **fields: Any) -> OperationalError:
    """What SQLAlchemy raises where a database says this."""
    cause = type("Cause", (Exception,), fields)(said)
    return OperationalError("SELECT secret", {}, cause)


def tried(folder: Path, *errors: Exception, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, list[float]]:
    """How often work that fails like this is started, what is said in the end, and for how long is waited between."""
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    rest, started = list(errors), []

    def work(session: Session) -> None:
        started.append(session)
        if rest:
            raise rest.pop(0)

    try:
        transact(f"sqlite:///{folder}/a.db", work, "ask")
    except GradebookError as error:
        return len(started), str(error), naps
    return len(started), "", naps


@pytest.mark.parametrize(
    ("there", "driver"), [("psycopg", "psycopg"), ("psycopg2", "psycopg2"), ("both", "psycopg"), ("none", "psycopg")]
)
def test_the_driver_is_one_that_is_there(there: str, driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "find_spec", lambda name: there in (name, "both") or None)
    for scheme in ("postgres", "postgresql"):
        assert complete(f"{scheme}://u:p@host/db") == f"postgresql+{driver}://u:p@host/db"
    assert complete("postgresql+pg8000://u@host/db") == "postgresql+pg8000://u@host/db"


def test_a_file_has_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert complete("sqlite:///a.db") == f"sqlite:///{tmp_path}/a.db"
    assert make_url(complete("sqlite:///file:a.db?uri=true")).database == "file:a.db"
    assert complete("mysql://u@host/a.db") == "mysql://u@host/a.db"
    for url in ("sqlite://", "sqlite:///:memory:"):
        with pytest.raises(GradebookError, match="would be in memory only: name a file"):
            complete(url)


def test_what_is_no_address_is_not_quoted() -> None:
    for url in ("a.db", "postgresql://u:s3cret@host:port/db"):
        with pytest.raises(GradebookError, match="not a database URL such as") as caught:
            complete(url)
        assert "s3cret" not in str(caught.value)
    with pytest.raises(GradebookError, match="write an @ in the password as %40"):
        complete("postgresql://u:p@q@host/db")


def test_passwords_are_hidden() -> None:
    url = "postgresql://u:s3cret@host/db?sslpassword=s3cret&sslmode=on"
    assert redacted(url) == "postgresql://u:***@host/db?sslmode=on&sslpassword=***"


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (failure("database is locked"), "; another program is writing to it: try again when it has finished"),
        (failure("canceled due to lock timeout"), "; another program is writing to it: try again when it has finished"),
        (failure("no such column: a"), "; an older nbgrader created it: back it up and run `nbgrader db upgrade`"),
        (failure("a has no column b"), "; an older nbgrader created it: back it up and run `nbgrader db upgrade`"),
        (failure('column "a" does not exist'), "; an older nbgrader created it: back it up and run `nbgrader db up"),
        (failure('database "a" does not exist'), "; create it first, for example with createdb"),
        (failure('role "a" does not exist'), ""),
        (failure("the column"), ""),
        (failure("the database"), ""),
        (ImportError("No module named 'psycopg'"), "; install the PostgreSQL driver: pip install 'psycopg[binary]'"),
        (ImportError("No module named 'other'"), ""),
        (failure("psycopg"), ""),
        (OSError("no\n  room"), ""),
    ],
    ids=lambda value: str(getattr(value, "orig", value))[:30],
)
def test_a_failure_is_one_line_with_advice(
    error: Exception, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, said, naps = tried(tmp_path, error, monkeypatch=monkeypatch)
    cause = " ".join(str(getattr(error, "orig", error)).split())
    assert said.startswith(f"cannot ask the gradebook sqlite:///{tmp_path}/a.db: {cause}{advice}")
    assert (said.endswith(cause), count, naps) == (not advice, 1, [])


def test_the_servers_main_message_alone_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = failure("it failed\nLINE 1: SELECT secret", diag=type("Diag", (), {"message_primary": "it failed"}))
    assert tried(tmp_path, error, monkeypatch=monkeypatch)[1].endswith("a.db: it failed")


def test_what_another_program_broke_off_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for again in (failure("x", sqlstate="40001"), failure("x", pgcode="40P01", sqlstate=None)):
        assert tried(tmp_path, again, again, monkeypatch=monkeypatch) == (3, "", [1, 1])
        count, said, naps = tried(tmp_path, again, again, again, monkeypatch=monkeypatch)
        assert (count, naps) == (3, [1, 1]) and said
    lost = failure("x")
    lost.connection_invalidated = True
    assert tried(tmp_path, lost, monkeypatch=monkeypatch) == (2, "", [1])
    for other in (failure("x", sqlstate="42601"), OSError("x")):
        assert tried(tmp_path, other, monkeypatch=monkeypatch)[0] == 1


def test_all_is_written_or_nothing_and_nobody_else_writes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.01)

    def created(session: Session) -> None:
        session.execute(text("CREATE TABLE a (b)"))

    def inserted(session: Session) -> None:
        session.execute(text("INSERT INTO a VALUES (1)"))

    def half(session: Session) -> None:
        inserted(session)
        raise OSError("full")

    transact(url, created)
    with pytest.raises(GradebookError, match=r"cannot write the gradebook .*: full"):
        transact(url, half)

    def while_another_tries(session: Session) -> None:
        session.execute(text("SELECT b FROM a"))
        with pytest.raises(GradebookError, match="another program is writing"):
            transact(url, inserted)
        session.execute(text("INSERT INTO a VALUES (2)"))

    transact(url, while_another_tries)
    connection = sqlite3.connect(tmp_path / "a.db")
    assert connection.execute("SELECT b FROM a").fetchall() == [(2,)]
    connection.close()


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, Any]], list[str]]:
    """With what each engine is made, and what PostgreSQL's would be told: SQLite stands in for it."""
    given: list[dict[str, Any]] = []
    told: list[str] = []

    def made(url: Any, connect_args: dict[str, Any]) -> Any:
        given.append(connect_args)
        engine = create_engine("sqlite://")
        engine.dialect.name = url.get_backend_name()

        @event.listens_for(engine, "before_cursor_execute", retval=True)
        def _(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> tuple[str, Any]:
            told.append(statement)
            return "SELECT 1", parameters

        return engine

    monkeypatch.setattr(database, "create_engine", made)
    return given, told


def test_a_server_is_waited_for_and_locked(engines: tuple[list[dict[str, Any]], list[str]]) -> None:
    given, told = engines

    def asked(session: Session) -> None:
        session.execute(text("SELECT 2"))

    transact("postgresql://u@host/db", asked)
    assert given == [{"connect_timeout": 10}]
    timeout, lock, work = told
    assert (timeout, work) == ("SET LOCAL lock_timeout = 30000", "SELECT 2")
    assert lock.startswith("SELECT pg_advisory_xact_lock(")


def test_what_the_address_says_of_waiting_counts(engines: tuple[list[dict[str, Any]], list[str]]) -> None:
    given, _ = engines
    for url in ("postgresql://u@host/db?connect_timeout=3", "sqlite:///a.db?timeout=3", "sqlite:///a.db"):
        transact(url, lambda session: None)
    assert given == [{}, {}, {"timeout": 30}]
