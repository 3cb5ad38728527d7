"""The gradebook's database: its address, one writer at a time, whole transactions, errors in one line."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from .errors import OutError

TRIES = 3
LOCK_SECONDS: float = 30
CONNECT_SECONDS = 10
DRIVERS = ("psycopg", "psycopg2")  # for PostgreSQL, in order of preference
_OUR_LOCK = 0x6772616465  # any number that no other program uses: "grade" in ASCII
_AGAIN = ("40001", "40P01")  # PostgreSQL's codes for a transaction that it cancelled in favour of another


class GradebookError(OutError):
    """The gradebook could not be written; the text is one line that says why. Nothing in it has changed."""


def complete(db_url: str) -> str:
    """The address with all that depends on where we are: PostgreSQL's driver, the absolute path of an SQLite file.

    With it, nbgrader's programs find the same database from another folder. Raises GradebookError when it is not a
    database's address.
    """
    url = _parse(db_url)
    if url.drivername in ("postgresql", "postgres"):
        driver = next((name for name in DRIVERS if find_spec(name)), DRIVERS[0])
        url = url.set(drivername=f"postgresql+{driver}")
    elif url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise GradebookError(f"the gradebook {redacted(db_url)} would be in memory only: name a file")
        if not url.database.startswith("file:"):
            url = url.set(database=str(Path(url.database).resolve()))
    return url.render_as_string(hide_password=False)


def redacted(db_url: str) -> str:
    """The address to show to people, with its passwords hidden."""
    url = _parse(db_url)
    hidden = {key: "***" if "password" in key.lower() else value for key, value in url.query.items()}
    return url.set(query=hidden).render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def transact(db_url: str, work: Callable[[Session], None], doing: str = "write") -> None:
    """Runs `work` in one transaction, while no other run of ours writes: all of it is done, or nothing.

    `doing` is what an error says could not be done.
    Waits up to LOCK_SECONDS for a lock. Starts again after a lost connection or a deadlock. Raises GradebookError.
    """
    for left in reversed(range(TRIES)):
        try:
            engine = _engine(complete(db_url))
            try:
                with Session(engine) as session, session.begin():
                    work(session)
                return
            finally:
                engine.dispose()
        except (SQLAlchemyError, OSError, ImportError) as error:
            if not (left and _worth_another_try(error)):
                raise GradebookError(_reason(db_url, error, doing)) from error
        time.sleep(1)


def _parse(db_url: str) -> URL:
    try:
        url = make_url(db_url)
    except (SQLAlchemyError, ValueError):
        # Not quoted, as it may contain a password.
        raise GradebookError(
            "the gradebook's address is not a database URL such as sqlite:////folder/gradebook.db"
            " or postgresql://user@host/database"
        ) from None
    if "@" in (url.host or ""):
        raise GradebookError("the gradebook's address has more than one @: write an @ in the password as %40")
    return url


def _engine(db_url: str) -> Engine:
    url = make_url(db_url)
    arguments: dict[str, Any] = {}
    if url.get_backend_name() == "sqlite":
        arguments = {"timeout": LOCK_SECONDS}
    elif url.get_backend_name() == "postgresql":
        arguments = {"connect_timeout": CONNECT_SECONDS}
    engine = create_engine(url, connect_args={key: arguments[key] for key in arguments if key not in url.query})
    if engine.dialect.name == "sqlite":
        # SQLite's driver opens transactions late, and not for every statement. Opened here, one transaction holds
        # everything and takes the lock before anything is read.
        @event.listens_for(engine, "connect")
        def _(connection: Any, record: Any) -> None:
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def _(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    elif engine.dialect.name == "postgresql":
        # Without a lock, two runs at once would both add the same student. Formgrader does not use this lock, and is
        # not held up by it.
        @event.listens_for(engine, "begin")
        def _(connection: Connection) -> None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(1000 * LOCK_SECONDS)}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OUR_LOCK})")

    return engine


def _worth_another_try(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return error.connection_invalidated or code in _AGAIN


def _reason(db_url: str, error: Exception, doing: str) -> str:
    cause = getattr(error, "orig", None) or error
    # The full message of PostgreSQL quotes the statement.
    primary = getattr(getattr(cause, "diag", None), "message_primary", None)
    said = " ".join(str(primary or cause).split())
    advice = ""
    if "locked" in said or "lock timeout" in said:
        advice = "; another program is writing to it: try again when it has finished"
    elif "no such column" in said or "has no column" in said or ("column" in said and "does not exist" in said):
        advice = "; an older nbgrader created it: back it up and run `nbgrader db upgrade`"
    elif "database" in said and "does not exist" in said:
        advice = "; create it first, for example with createdb"
    elif isinstance(error, ImportError) and "psycopg" in said:
        advice = "; install the PostgreSQL driver: pip install 'psycopg[binary]'"
    return f"cannot {doing} the gradebook {redacted(db_url)}: {said}{advice}"
