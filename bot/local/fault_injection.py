"""Injected faults: what the network and Telegram do on a bad day, on demand.

kind         what happens
"429"        Too Many Requests, with `retry_after` seconds
"502", "500" … any other status from 400 on: that status; `description` may replace Telegram's sentence, `parameters` may
             be added (migrate_to_chat_id), and `body` may take the place of the JSON (a proxy's HTML)
"200"        200 with `body` in place of the answer, and nothing was done
"blocked"    403, the person blocked the bot
"timeout"    the connection is held for `after_ms` (30 s unless told) and then closed without an answer
"drop"       the connection is closed without an answer, and nothing was done
"reply_lost" the call is done, then the connection is closed without an answer
"broken"     200 with half an answer in place of JSON, and nothing was done
"slow"       a byte a second
"endless"    more and more bytes, as fast as they are taken
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from bot.local.wire.errors import BLOCKED, ApiError, too_many

KINDS = ("blocked", "timeout", "drop", "reply_lost", "broken", "slow", "endless")
SENTENCES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class InjectedFault:
    """One thing that goes wrong `times` times. `method` is a method's name, "file" (downloads) or "*".

    "*" is every method but getUpdates, which would otherwise eat the fault that was meant for a reply.
    """

    method: str = "*"
    kind: str = "502"
    times: int = 1
    retry_after: int = 1
    after_ms: int | None = None
    description: str | None = None
    parameters: dict[str, int] | None = None
    body: str | None = None

    def __post_init__(self) -> None:
        has_body = self.kind == "200" and self.body is not None
        if self.kind not in KINDS and not has_body and not re.fullmatch(r"[45]\d\d", self.kind):
            raise ValueError(
                f'no fault of kind "{self.kind}": take a status such as "502" or one of {", ".join(KINDS)}'
            )
        if self.times < 1:
            raise ValueError("times must be at least 1")

    def meets(self, method: str) -> bool:
        """Return whether this fault is meant for a call of the method, "file" being a download."""
        if self.method == "*":
            return method.lower() not in ("getupdates", "file")
        return self.method.lower() == method.lower()

    def error(self) -> ApiError:
        """Return the answer of a fault that has one."""
        if self.kind == "blocked":
            return ApiError(403, self.description or BLOCKED)
        if self.kind == "429":
            return too_many(self.retry_after)
        return ApiError(int(self.kind), self.description or SENTENCES.get(int(self.kind), "Error"), self.parameters)


class FaultInjection:
    """The faults still to come, in the order they were added."""

    def __init__(self) -> None:
        self.coming: list[InjectedFault] = []

    def add(self, method: str = "*", kind: str = "502", **more: Any) -> InjectedFault:
        """Let the next calls of a method go wrong. Raises ValueError for a kind there is not, TypeError for a field."""
        fault = InjectedFault(method=method, kind=str(kind), **more)
        self.coming.append(fault)
        return fault

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self.coming.clear()

    def take(self, method: str) -> InjectedFault | None:
        """Return the fault that this call meets and count it as used, None where all goes well."""
        for place, fault in enumerate(self.coming):
            if fault.meets(method):
                left = fault.times - 1
                self.coming[place : place + 1] = [dataclasses.replace(fault, times=left)] if left else []
                return fault
        return None
