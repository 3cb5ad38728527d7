"""The desk's server: for this machine alone, and for who has the token in its address."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from autograder.reports.database import GradebookError

from .desk import Desk, Refused

HOST = "127.0.0.1"
MAX_BODY = 2**17
STATIC = {"desk.css": "text/css", "desk.js": "text/javascript"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass
class Credentials:
    """What a request must have: one of the `hosts`, and the token; `once` opens the desk a single time."""

    hosts: tuple[str, ...]
    token: str
    once: str = ""


class _Handler(RequestHandler):
    """Answers only requests that are addressed to this machine and carry the token."""

    def initialize(self, desk: Desk, credentials: Credentials) -> None:
        self.desk, self.credentials = desk, credentials

    def expected(self) -> str:
        """What the address must have as its token."""
        return self.credentials.token

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def prepare(self) -> None:
        # Another name for this machine may be an attacker's, who has made it lead here (DNS rebinding).
        origin = self.request.headers.get("Origin")
        hosts = self.credentials.hosts
        if self.request.host not in hosts or origin not in (None, *(f"http://{host}" for host in hosts)):
            self.send_error(403)
        elif not hmac.compare_digest(self.path_kwargs["token"].encode(), self.expected().encode()):
            self.send_error(404)

    async def do(self, work: Callable[..., Any], *given: Any) -> Any:
        """Does what may wait for the gradebook, in a thread; None where that failed and the answer says so."""
        try:
            return await asyncio.to_thread(work, *given)
        except Refused as error:
            self.say(409, str(error), error.now)
        except LookupError:
            self.say(404, "the page is not up to date: reload it")
        except GradebookError as error:
            self.say(503, str(error))

    def say(self, status: int, problem: str, now: dict[str, Any] | None = None) -> None:
        """Answers that something was not done, and why."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"problem": problem, "now": now}))


class _Page(_Handler):
    async def get(self, token: str, exercise: str = "") -> None:
        page = await (self.do(self.desk.page, exercise) if exercise else self.do(self.desk.index))
        if page is not None:
            self.finish(page)


class _Picture(_Handler):
    async def get(self, token: str, exercise: str, group: str, place: str) -> None:
        found = await self.do(self.desk.picture, exercise, group, int(place))
        if found is not None:
            self.set_header("Content-Type", found[0])
            self.finish(found[1])


class _Save(_Handler):
    async def post(self, token: str, exercise: str, group: str) -> None:
        try:
            asked = json.loads(self.request.body)
        except ValueError:
            asked = None
        # Another site's form can't send JSON under this name.
        if not isinstance(asked, dict) or self.request.headers.get("Content-Type") != "application/json":
            self.say(400, "this is not what the desk's page sends")
            return
        saved = await self.do(self.desk.save, exercise, group, asked)
        if saved is not None:
            self.finish(saved)


class _Static(_Handler):
    def get(self, token: str, name: str) -> None:
        self.set_header("Content-Type", f"{STATIC[name]}; charset=utf-8")
        self.finish((files("autograder.desk") / "templates" / name).read_text("utf-8"))


class _Start(_Handler):
    """Leads a browser to the desk, once: its command line, which others can read, has not the token."""

    def expected(self) -> str:
        return self.credentials.once

    def get(self, token: str) -> None:
        self.credentials.once = ""
        self.redirect(f"/{self.credentials.token}/")


def application(desk: Desk, credentials: Credentials) -> Application:
    """The desk as a web application under /<token>/; /start/<once> leads there."""
    given = {"desk": desk, "credentials": credentials}
    start, exercise, group = r"/(?P<token>[^/]+)", r"(?P<exercise>\w+)", r"(?P<group>[0-9a-f]+)"
    return Application(
        [
            (r"/start/(?P<token>[^/]+)", _Start, given),
            (rf"{start}/", _Page, given),
            (rf"{start}/(?P<name>{'|'.join(STATIC)})", _Static, given),
            (rf"{start}/{exercise}/", _Page, given),
            (rf"{start}/{exercise}/{group}", _Save, given),
            (rf"{start}/{exercise}/{group}/(?P<place>\d{{1,4}})", _Picture, given),
        ],
        log_function=lambda handler: None,  # a line per request would show the token
    )


async def serve(desk: Desk, port: int, opened: Callable[[str, str], None]) -> None:
    """Serves the desk until it is cancelled; port 0 takes any that is free. Raises OSError.

    Calls `opened` with the desk's address, and one that leads there once, as soon as it can be reached.
    """
    sockets = bind_sockets(port, HOST)
    port = sockets[0].getsockname()[1]
    hosts = (f"{HOST}:{port}", f"localhost:{port}")
    credentials = Credentials(hosts, secrets.token_urlsafe(), secrets.token_urlsafe())
    HTTPServer(application(desk, credentials), max_body_size=MAX_BODY).add_sockets(sockets)
    opened(f"http://{hosts[0]}/{credentials.token}/", f"http://{hosts[0]}/start/{credentials.once}")
    await asyncio.Event().wait()
