"""How requests reach the Bot API: the calls of python-telegram-bot, over aiohttp for its speed."""

import functools
import io
import re
import ssl
from urllib.request import getproxies

import certifi
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, FormData, TCPConnector
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

_TOKEN = re.compile(r"/bot\d+(?::|%3A)[\w-]+")
_LARGE = 2**20  # bytes of a file: from here on it is sent piece by piece


class Requests(BaseRequest):
    """A pool of connections, to be opened by `initialize` in the running loop. Times are seconds.

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
            connector = TCPConnector(limit=self._connections, ssl=_trusted())
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
        """Return the answer's status and body. Raises TimedOut, NetworkError; neither names the URL, which holds the token."""
        if self._session is None:
            raise RuntimeError("initialize was not awaited")
        connect = _given(connect_timeout, self._connect)
        write = _given(write_timeout, self._write * (2 if request_data and request_data.contains_files else 1))
        read = _given(read_timeout, self._read)
        # A download may take its time as long as something comes; whatever is sent must be sent and answered in time.
        total = connect + write + read if method == "POST" else None
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=_form(request_data),
                headers={"User-Agent": self.USER_AGENT},
                allow_redirects=False,
                timeout=ClientTimeout(total=total, connect=connect, sock_read=read),
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut(f"{type(error).__name__} after at most {total or read} s") from None
        except (ClientError, OSError) as error:
            raise NetworkError(f"{type(error).__name__}: {_said(error)}") from None


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Return what the system trusts (SSL_CERT_FILE, SSL_CERT_DIR), and what all browsers do: not every system has any."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _said(error: ClientError | OSError) -> str:
    """Return what an error says, without the token of a URL in it."""
    return _TOKEN.sub("/bot…", str(error))


def _given(timeout: object, default: float) -> float:
    return float(timeout) if isinstance(timeout, int | float) else default


def _form(data: RequestData | None) -> FormData | None:
    """Return the fields and the files; a large one is sent piece by piece, so that it does not hold up the loop."""
    if data is None:
        return None
    form = FormData(data.json_parameters)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        file = io.BytesIO(content) if isinstance(content, bytes) and len(content) > _LARGE else content
        form.add_field(name, file, filename=filename, content_type=mime)
    return form
