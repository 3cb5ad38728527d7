"""The desk's server: only who has the address gets in, and only from this machine."""

from __future__ import annotations

import asyncio
import http.client
import json
import queue
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from conftest import COURSE
from nbgrader.api import Gradebook

from autograder.desk.desk import Desk
from autograder.desk.questions import questions
from autograder.desk.server import serve

from . import answered
from .answered import BOOK, QUESTION

JSON = {"Content-Type": "application/json"}
MARK = json.dumps({"seen": {"points": None, "waits": True, "comment": ""}, "points": 1})


class Running:
    """A desk with one answer: its port, its token, and the address that opens it once."""

    def __init__(self, address: str, once: str, db_url: str) -> None:
        self.port, self.token = urlsplit(address).port, urlsplit(address).path.strip("/")
        self.once, self.db_url = urlsplit(once).path, db_url
        assert urlsplit(address).netloc == urlsplit(once).netloc == f"127.0.0.1:{self.port}"
        self.group = self.ask("GET", f"/{self.token}/{QUESTION}/")[1].split('data-group="')[1].split('"')[0]

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body or None, headers or {})
        reply = connection.getresponse()
        self.headers = dict(reply.getheaders())
        found = reply.status, reply.read().decode("utf-8", "replace")
        connection.close()
        return found

    def points(self) -> float | None:
        with Gradebook(self.db_url) as book:
            grades = book.find_submission_notebook(BOOK, BOOK, "ann").grades
            points: float | None = next(grade for grade in grades if grade.name == QUESTION).manual_score
            return points


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    out = tmp_path_factory.mktemp("out")
    db_url = answered.write(out, {"ann": answered.with_picture("It moves.")})
    opened: queue.Queue[tuple[str, str]] = queue.Queue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(serve(Desk(questions(COURSE), out, db_url), 0, lambda *given: opened.put(given)))
    thread = threading.Thread(target=lambda: loop.run_until_complete(asyncio.wait([task])))
    thread.start()
    try:
        yield Running(*opened.get(timeout=30), db_url)
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/{token}/{question}/{group}", {"Host": "evil.example.org"}),
        ("/{token}/{question}/{group}", {"Host": "127.0.0.1:1"}),
        ("/{token}/{question}/{group}", {"Host": "localhost.evil.example.org:{port}"}),
        ("/{token}/{question}/{group}", {"Origin": "https://evil.example.org"}),
        ("/{token}/{question}/{group}", {"Origin": "null"}),
        ("/{token}/{question}/{group}", {"Content-Type": "text/plain"}),
        ("/{token}/{question}/{group}", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("/{wrong}/{question}/{group}", {}),
        ("//{question}/{group}", {}),
        ("/{question}/{group}", {}),
        ("/{token}/{question}/0123", {}),
        ("/{token}/no_such/{group}", {}),
        ("/start/{token}", {}),
    ],
)
def test_nobody_else_saves_points(running: Running, path: str, headers: dict[str, str]) -> None:
    known = {"token": running.token, "question": QUESTION, "group": running.group, "port": running.port}
    known["wrong"] = running.token[:-1] + ("a" if running.token[-1] != "a" else "b")
    given = JSON | {name: value.replace("{port}", str(running.port)) for name, value in headers.items()}
    status, text = running.ask("POST", path.format(**known), MARK, given)
    assert status >= 400 and running.token not in text
    assert running.points() is None


@pytest.mark.parametrize("path", ["/", "/{wrong}/", "/{wrong}/why_not_fc/", "/{wrong}/desk.js", "/desk.js", "/start/x"])
def test_nobody_else_reads(running: Running, path: str) -> None:
    status, text = running.ask("GET", path.format(wrong="x" * len(running.token)))
    assert status == 404 and "moves" not in text
    status, text = running.ask("GET", f"/{running.token}/", headers={"Host": f"evil.example.org:{running.port}"})
    assert status == 403 and QUESTION not in text


@pytest.mark.parametrize("body", ["", "{", "[]", "1", '{"points": NaN}', '{"points": 1}', "x" * 2**18])
def test_what_the_page_does_not_send_changes_nothing(running: Running, body: str) -> None:
    try:
        status, _ = running.ask("POST", f"/{running.token}/{QUESTION}/{running.group}", body, JSON)
    except ConnectionError:  # closed while too long a body was still coming
        assert len(body) == 2**18
        status = 400
    assert status in (400, 409)
    assert running.points() is None


def test_pages_allow_no_script_but_the_desks_and_are_not_kept(running: Running) -> None:
    for path in ("", f"{QUESTION}/", "desk.js", "desk.css", f"{QUESTION}/{running.group}/0", "no_such/"):
        running.ask("GET", f"/{running.token}/{path}")
        assert "default-src 'none'; script-src 'self';" in running.headers["Content-Security-Policy"]
        assert "unsafe" not in running.headers["Content-Security-Policy"]
        assert running.headers["Cache-Control"] == "no-store"
        assert running.headers["Referrer-Policy"] == "no-referrer"
        assert not {name for name in running.headers if name.startswith("Access-Control")}


def test_what_belongs_to_a_page_comes_with_its_type(running: Running) -> None:
    for path, kind in (
        ("desk.js", "text/javascript; charset=utf-8"),
        ("desk.css", "text/css; charset=utf-8"),
        (f"{QUESTION}/{running.group}/0", "image/png"),
    ):
        status, text = running.ask("GET", f"/{running.token}/{path}")
        assert (status, running.headers["Content-Type"]) == (200, kind) and len(text) > 50
    assert running.ask("GET", f"/{running.token}/{QUESTION}/{running.group}/1")[0] == 404
    assert running.ask("GET", f"/{running.token}/")[0] == 200


def test_the_browsers_address_opens_the_desk_once(running: Running) -> None:
    assert running.token not in running.once
    assert running.ask("GET", running.once)[0] == 302
    assert running.headers["Location"] == f"/{running.token}/"
    assert running.ask("GET", running.once)[0] == 404


def test_who_has_the_address_saves_points(running: Running) -> None:
    status, text = running.ask(
        "POST", f"/{running.token}/{QUESTION}/{running.group}", MARK, JSON | {"Host": f"localhost:{running.port}"}
    )
    assert (status, json.loads(text)["points"]) == (200, 1.0)
    assert running.points() == 1.0
    status, text = running.ask("POST", f"/{running.token}/{QUESTION}/{running.group}", MARK, JSON)
    assert (status, json.loads(text)["now"]["points"]) == (409, 1.0)
