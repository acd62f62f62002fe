"""How requests reach the Bot API: the calls of python-telegram-bot, over aiohttp for its speed."""

import asyncio
import contextlib
import functools
import re
import ssl
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.request import getproxies

import certifi
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.sending.answers import WAIT, answer_in, refusal, requested_wait, status_of
from bot.sending.bodies import Body, body_of

_HEADERS = {"User-Agent": BaseRequest.USER_AGENT}
_TOKEN = re.compile(r"/bot\d+(?::|%3A)[\w-]+")
_GOOD = b'{"ok":true,'  # how an answer begins that brings a result; any other is looked at more closely
_PIECE = 2**16  # bytes of a download that are read at a time
MOST_BYTES = 20 * 2**20  # of a download: what Telegram lets a bot fetch
_MANY_BYTES = 2 * 2**20  # of a download: few of those that are larger are in memory at a time
_AT_ONCE = 4


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
    `read_timeout` for each piece of the answer; a download may take `download_timeout` in all. Proxies come from the
    environment as everywhere (HTTPS_PROXY, NO_PROXY).
    """

    def __init__(
        self,
        *,
        connections: int,
        connect_timeout: float = 6,
        write_timeout: float = 20,
        read_timeout: float = 20,
        download_timeout: float = 60,
    ) -> None:
        self._connections = connections
        self._connect, self._write, self._read = connect_timeout, write_timeout, read_timeout
        self._download = download_timeout
        self._session: ClientSession | None = None
        self._large = asyncio.Semaphore(_AT_ONCE)

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
        """Return the answer's status and body. Raises TooManyRequests, TimedOut, NetworkError, BadRequest.

        No error names the URL, which holds the token. A body that is not the Bot API's where there should be one is an error
        of the network, as a proxy's page is, in HTML or JSON; a download of more than MOST_BYTES is cut, and BadRequest.
        """
        connect = _given(connect_timeout, self._connect)
        write = _given(write_timeout, self._write * (2 if request_data and request_data.contains_files else 1))
        read = _given(read_timeout, self._read)
        total = connect + write + read if method == "POST" else self._download
        limits = ClientTimeout(total=total, connect=connect, sock_read=read)
        status, body = await self._send(method, url, body_of(request_data), limits)
        if status == HTTPStatus.OK and (method == "GET" or body.startswith(_GOOD)):
            return status, body
        return _refused(status, body)

    async def beginning(self, url: str, *, count: int) -> bytes:
        """Return the first bytes of a download, at most so many, and fetch no more; none where there is nothing.

        Raises TimedOut, NetworkError. No error names the URL.
        """
        limits = ClientTimeout(total=self._download, connect=self._connect, sock_read=self._read)
        status, body = await self._send("GET", str(URL(url)), None, limits, most=count)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NetworkError(_named(status))
        return body[:count] if status == HTTPStatus.OK else b""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the body of an answer. Raises NetworkError for one that is not the Bot API's: a proxy's page, say.

        python-telegram-bot would log the whole of it, with a traceback.
        """
        answer = answer_in(payload)
        if answer is None:
            raise NetworkError("the answer is not what the Bot API answers")
        return answer

    async def _send(
        self, method: str, url: str, body: Body | None, limits: ClientTimeout, *, most: int = 0
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("initialize was not awaited")
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=body.content if body else None,
                headers=_HEADERS | {"Content-Type": body.kind} if body else _HEADERS,
                allow_redirects=False,
                timeout=limits,
            ) as answer:
                if most:
                    return answer.status, await _first(answer, most)
                return answer.status, await (answer.read() if method == "POST" else self._downloaded(answer))
        except TimeoutError as error:
            raise TimedOut(f"{type(error).__name__} after at most {limits.total or limits.sock_read} s") from None
        except (ClientError, OSError) as error:
            raise NetworkError(f"{type(error).__name__}: {_without_token(error)}") from None

    async def _downloaded(self, answer: ClientResponse) -> bytes:
        """Return the body of a download, read piece by piece. Raises BadRequest for one that is too large."""
        body = bytearray()
        async with contextlib.AsyncExitStack() as stack:
            is_large = False
            async for piece in answer.content.iter_chunked(_PIECE):
                body += piece
                if len(body) > MOST_BYTES:
                    answer.close()
                    raise BadRequest("file is too big")
                if not is_large and len(body) > _MANY_BYTES:
                    is_large = True
                    await stack.enter_async_context(self._large)
        return bytes(body)


async def _first(answer: ClientResponse, count: int) -> bytes:
    """Return the first bytes of a body, and let the connection go with the rest of it."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(count):
        body += piece
        if len(body) >= count:
            answer.close()
            break
    return bytes(body)


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


def _refused(status: int, body: bytes) -> tuple[int, bytes]:
    """Return an answer that is not plainly good. Raises TooManyRequests, BadRequest, NetworkError."""
    answer = answer_in(body)
    if answer and not answer["ok"]:
        status = status_of(answer, status)
    wait = requested_wait(body)
    if wait or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TooManyRequests(wait or WAIT)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # nearly always a proxy's word
        raise BadRequest("request entity too large")
    if answer is None or (answer["ok"] and status != HTTPStatus.OK):
        raise NetworkError(f"{_named(status)}, with a page that is not the Bot API's")
    return status, body if answer["ok"] else refusal(answer)


def _named(status: int) -> str:
    """Return an HTTP status as its number and, where it has one, its name."""
    known = status in {one.value for one in HTTPStatus}
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _given(timeout: object, default: float) -> float:
    return float(timeout) if isinstance(timeout, int | float) else default
