"""What goes wrong on the wire, in Telegram's own words.

ApiError    the bot asked for something that cannot be done: becomes {"ok": false, "error_code", "description"}
PageError   the page asked for something that cannot be done: becomes HTTP 4xx with {"error", "why", "facts"}
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refused call of the Bot API: an HTTP status, Telegram's sentence and perhaps parameters such as retry_after."""

    def __init__(self, code: int, description: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """Return the body that Telegram would answer with."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class PageError(Exception):
    """A request of the page that cannot be done: an HTTP status and a sentence.

    `why` names what the page says of it in the person's language, where a person can come to it; `facts` are in that text.
    """

    def __init__(self, code: int, sentence: str, why: str = "", **facts: int) -> None:
        super().__init__(sentence)
        self.code = code
        self._body: dict[str, Any] = {"error": sentence} | ({"why": why, "facts": facts} if why else {})

    def as_json(self) -> dict[str, Any]:
        """Return the body for the page."""
        return self._body


def bad(sentence: str) -> ApiError:
    """Return the 400 that Telegram answers a wrong call with: `Bad Request: <sentence>`."""
    return ApiError(400, f"Bad Request: {sentence}")


def too_many(retry_after: int) -> ApiError:
    """Return Telegram's 429, with the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


BLOCKED = "Forbidden: bot was blocked by the user"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
TWO_POLLERS = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
