"""A PostgreSQL server of the tests' own, from Debian's package: a folder of its own, no port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

PACKAGE = "postgresql"
SUPERUSER = "teacher"
PASSWORD = "s3cret/@: pass%"
SECONDS = 120  # to start, on a busy machine


def programs() -> Path | None:
    """The folder of the newest server's programs; None where none is installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


class Server:
    """A running server, as a context manager; `url()` is the address of a database in it."""

    def __init__(self) -> None:
        folder = programs()
        assert folder is not None
        self._programs = folder
        # Not in pytest's folder: only its owner may look into that, and the server may be another user.
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
        self._names = 0

    def __enter__(self) -> Server:
        data, password = self.folder / "data", self.folder / "password"
        password.write_text(PASSWORD + "\n")
        other = _other_user()
        if other:
            for path in (self.folder, password):
                os.chown(path, other["user"], other["group"])
        initdb = [self._programs / "initdb", "-D", data, "-U", SUPERUSER, "--no-sync", "--no-locale", "-E", "UTF8"]
        initdb += ["--auth=scram-sha-256", f"--pwfile={password}"]
        self._log = (self.folder / "log").open("w+")
        outputs: dict[str, Any] = {"stdout": self._log, "stderr": subprocess.STDOUT, "cwd": self.folder, **other}
        subprocess.run(initdb, check=True, **outputs)
        server = [self._programs / "postgres", "-D", data, "-k", self.folder, "-F", "-c", "listen_addresses="]
        self._process = subprocess.Popen(server, **outputs)
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                self.execute("SELECT 1")
                return self
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__(None, None, None)
                    raise
                time.sleep(0.05)

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.send_signal(signal.SIGQUIT)  # at once: nothing in it is needed any more
        self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs a statement as the superuser, outside a transaction."""
        options = {"user": SUPERUSER, "password": PASSWORD, "host": str(self.folder), "dbname": database}
        with psycopg.connect(**options, autocommit=True) as connection:
            done = connection.execute(statement)  # type: ignore[call-overload]
            return done.fetchall() if done.description else []

    def new_database(self) -> str:
        """The name of a new, empty database."""
        self._names += 1
        name = f"course_{self._names}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def url(self, database: str, password: str = PASSWORD) -> str:
        """The address that a person would give, the driver left open."""
        from sqlalchemy.engine import URL

        place = {"username": SUPERUSER, "password": password, "database": database, "query": {"host": str(self.folder)}}
        return URL.create("postgresql", **place).render_as_string(hide_password=False)


def _other_user() -> dict[str, Any]:
    """For subprocess: the user that the server runs as, since it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
