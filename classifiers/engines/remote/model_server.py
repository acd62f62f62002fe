"""The bot's side of a model server: connections that are kept, a deadline, and another try where nothing was answered."""

import base64
import contextlib
import http.client
import io
import random
import socket
import time
import weakref
from collections import deque
from functools import partial
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from classifiers.engines.remote.contract import FRAME, NoAnswer, Reply, path, printable, read
from classifiers.errors import EngineFailed, EngineLate
from classifiers.isolated.framing import Frame, packed

PAUSES = (0.05, 0.3, 1.0)  # seconds before each further try: a router needs a moment to know that a replica has gone
_CONNECT = 5.0  # seconds to reach it
_MOST = 2**28  # bytes of an answer
_PART = 2**16


class ModelServer:
    """A model server at an address such as http://127.0.0.1:8000. Any thread may ask it."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url.rstrip("/"))
        self.url = self._parts._replace(netloc=self._parts.netloc.rpartition("@")[2]).geturl()  # for logs
        self._headers = {"Content-Type": FRAME} | _authorization(self._parts)
        self._idle: deque[http.client.HTTPConnection] = deque()
        weakref.finalize(self, _close_all, self._idle)  # where nobody has closed it

    def ask(self, disease: str, case: Frame, *, within: float) -> Frame:
        """Return the outputs for a case, given in so many seconds. Raises WrongOutput, EngineFailed, EngineLate.

        What says nothing about the case is tried again: on a load balancer's, or Ray Serve's, next replica.
        """
        until, body, why = time.monotonic() + within, packed(case), ""
        for pause in (*PAUSES, None):
            try:
                return read(self._exchange(disease, body, until), asked=dict(case.facts))
            except TimeoutError as error:
                if time.monotonic() >= until:
                    raise EngineLate(seconds=within) from error
                why = f"it cannot be reached within {_CONNECT:g} s"
                break
            except NoAnswer as error:
                why = str(error)
            except (OSError, http.client.HTTPException) as error:
                why = f"it cannot be asked: {_words(error)}"
            if pause is None or time.monotonic() + pause >= until:
                break
            time.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - so that not all come back at once
        raise EngineFailed(why=f"the model server {self.url} (CHECKUP_MODELS) does not answer for {disease}: {why}")

    def close(self) -> None:
        """Close the connections that nobody uses; who asks again opens new ones."""
        _close_all(self._idle)

    def _exchange(self, disease: str, body: bytes, until: float) -> Reply:
        """Send a case and return the reply. A kept connection that has been closed is no failure: another is opened."""
        while connection := _taken(self._idle):
            with contextlib.suppress(ConnectionError, http.client.RemoteDisconnected):
                return self._ask_over(connection, disease, body, until)
            self.close()  # the others are as old
        new = self._connection(min(_CONNECT, _left(until)))
        new.connect()
        return self._ask_over(new, disease, body, until)

    def _ask_over(self, connection: Any, disease: str, body: bytes, until: float) -> Reply:
        connection.response_class = partial(_response, until=until)
        try:
            connection.sock.settimeout(_left(until))
            connection.request("POST", self._parts.path + path(disease), body, self._headers)
            response = connection.getresponse()
            kind = response.headers.get_content_type()
            reply = Reply(status=response.status, kind=kind, body=_read(response))
        except BaseException:
            connection.close()
            raise
        if connection.sock is None:  # it was said to be the last answer
            return reply
        self._idle.append(connection)
        return reply

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=timeout)


def _authorization(url: SplitResult) -> dict[str, str]:
    """Return the header with a URL's name and password, where it has them: a proxy may ask for them."""
    if url.username is None:
        return {}
    both = f"{unquote(url.username)}:{unquote(url.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}


def _taken(idle: deque[http.client.HTTPConnection]) -> http.client.HTTPConnection | None:
    try:
        return idle.pop()  # the one used last, which is the least likely to have been closed
    except IndexError:
        return None


def _close_all(idle: deque[http.client.HTTPConnection]) -> None:
    while connection := _taken(idle):
        connection.close()


class _Timed(io.RawIOBase):
    """What comes over a socket until a time: a server that sends its answer byte by byte has no more of it than others."""

    def __init__(self, source: io.RawIOBase, connection: socket.socket, until: float) -> None:
        self._source, self._connection, self._until = source, connection, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(_left(self._until))
        return self._source.readinto(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()


def _response(connection: socket.socket, *, until: float, **given: Any) -> http.client.HTTPResponse:
    """Return a response of which each byte, also of its head, is waited for until then."""
    response = http.client.HTTPResponse(connection, **given)
    response.fp = io.BufferedReader(_Timed(response.fp.detach(), connection, until))
    return response


def _read(response: http.client.HTTPResponse) -> bytes:
    """Return the whole body. Raises TimeoutError, OSError, HTTPException, NoAnswer."""
    read = bytearray()
    while part := response.read1(_PART):
        read += part
        if len(read) > _MOST:
            raise NoAnswer("its answer is too long")
    if response.length:  # less came than was said
        raise NoAnswer("its answer broke off")
    response.close()
    return bytes(read)


def _left(until: float) -> float:
    """Return the seconds left. Raises TimeoutError where there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _words(error: Any) -> str:
    return printable(getattr(error, "strerror", None) or error) or type(error).__name__
