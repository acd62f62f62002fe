"""How requests reach the Bot API: the calls of python-telegram-bot, over aiohttp for its speed."""

import functools
import io
import json
import re
import ssl
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.request import getproxies

import certifi
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, FormData, TCPConnector
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

_TOKEN = re.compile(r"/bot\d+(?::|%3A)[\w-]+")
_LARGE = 2**20  # bytes of a file: from here on it is sent piece by piece


class TooManyRequests(RetryAfter):
    """RetryAfter whose wait is a timedelta.

    The parent gives an int and warns that it will not for ever, unless an environment variable is set.
    """

    __slots__ = ()

    @property
    def retry_after(self) -> timedelta:
        """The wait that Telegram asks for."""
        return self._retry_after


class Requests(BaseRequest):
    """A pool of connections, opened by `initialize` in the running loop. Times are seconds.

    A request waits `connect_timeout` for a connection, `write_timeout` until it is sent, twice that with a file, and
    `read_timeout` for each piece of the answer. Proxies come from the environment as everywhere (HTTPS_PROXY, NO_PROXY).
    """

    def __init__(
        self, *, connections: int, connect_timeout: float = 6, write_timeout: float = 30, read_timeout: float = 30
    ) -> None:
        self._connections = connections
        self._connect, self._write, self._read = connect_timeout, write_timeout, read_timeout
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The default, to which getUpdates adds how long it polls."""
        return self._read

    async def initialize(self) -> None:
        """Open the pool, unless it is open."""
        if self._session is None:
            connector = TCPConnector(limit=self._connections, ssl=_certificates())
            # Asked only where there is one: aiohttp looks through the environment in a thread, at each request.
            proxies = bool(getproxies())
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar(), trust_env=proxies)

    async def shutdown(self) -> None:
        """Close all connections. Harmless when there are none."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the answer's status and body. Raises TooManyRequests, TimedOut, NetworkError.

        No error names the URL, which holds the token.
        """
        connect = _given(connect_timeout, self._connect)
        write = _given(write_timeout, self._write * (2 if request_data and request_data.contains_files else 1))
        read = _given(read_timeout, self._read)
        # A download may take its time as long as something comes; whatever is sent must be sent and answered in time.
        total = connect + write + read if method == "POST" else None
        limits = ClientTimeout(total=total, connect=connect, sock_read=read)
        status, body = await self._send(method, url, _form(request_data), limits)
        if status == HTTPStatus.TOO_MANY_REQUESTS and (seconds := _requested_wait(body)):
            raise TooManyRequests(seconds)
        if status != HTTPStatus.OK and not _is_json(body):
            raise NetworkError(f"{_named(status)}, with a page that is not the Bot API's")
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the body of an answer. Raises NetworkError for one that is not a JSON object: a proxy's page, say.

        python-telegram-bot would log the whole of it, with a traceback.
        """
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise NetworkError("the answer is not what the Bot API answers")
        return answer

    async def _send(self, method: str, url: str, form: FormData | None, limits: ClientTimeout) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("initialize was not awaited")
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=form,
                headers={"User-Agent": self.USER_AGENT},
                allow_redirects=False,
                timeout=limits,
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut(f"{type(error).__name__} after at most {limits.total or limits.sock_read} s") from None
        except (ClientError, OSError) as error:
            raise NetworkError(f"{type(error).__name__}: {_without_token(error)}") from None


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Return the certificates that the system trusts (SSL_CERT_FILE, SSL_CERT_DIR) and those that browsers do.

    Not every system has any of its own.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _without_token(error: ClientError | OSError) -> str:
    """Return an error's message without the token of a URL in it."""
    return _TOKEN.sub("/bot…", str(error))


def _is_json(body: bytes) -> bool:
    return body.lstrip().startswith(b"{")


def _named(status: int) -> str:
    """Return an HTTP status as its number and, where it has one, its name."""
    known = status in {one.value for one in HTTPStatus}
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _given(timeout: object, default: float) -> float:
    return float(timeout) if isinstance(timeout, int | float) else default


def _requested_wait(body: bytes) -> int:
    """Return the seconds that a 429 asks to wait, 0 where it does not say."""
    try:
        return int(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 0


def _form(data: RequestData | None) -> FormData | None:
    """Return the fields and the files; a large one is sent piece by piece, so that it does not hold up the loop."""
    if data is None:
        return None
    form = FormData(data.json_parameters)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        file = io.BytesIO(content) if isinstance(content, bytes) and len(content) > _LARGE else content
        form.add_field(name, file, filename=filename, content_type=mime)
    return form
