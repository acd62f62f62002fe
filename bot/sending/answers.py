"""What the Bot API answers: a result as its method gives it, or a refusal in words. All else is the network's trouble."""

import json
from http import HTTPStatus
from typing import Any

from telegram.error import NetworkError

_LONGEST_WAIT = 3600  # seconds: a server that asks for more is asked again then, since that may be its mistake
WAIT = 5  # seconds after a 429 that does not say how long
_MESSAGE: dict[str, type] = {"message_id": int, "date": int, "chat": dict}
# The parts that are read of a method's result, and of which type they are; of others any result will do.
_PARTS: dict[str, dict[str, type]] = {
    "getMe": {"id": int, "is_bot": bool, "first_name": str},
    "getFile": {"file_id": str},
    "getWebhookInfo": {"url": str, "pending_update_count": int, "has_custom_certificate": bool},
    "getChatMenuButton": {"type": str},
    "getMyDescription": {"description": str},
    "getMyShortDescription": {"short_description": str},
    "copyMessage": {"message_id": int},
}
_CALLED_DONE = ("sendChatAction",)  # answered by `true`, unlike all else that is sent


def answer_in(body: bytes) -> dict[str, Any] | None:
    """Return what the Bot API answers, a result or what is not `ok`; None for anybody else's words."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        return None
    return answer if not answer["ok"] or "result" in answer else None


def status_of(answer: dict[str, Any], status: int) -> int:
    """Return the HTTP status of a refusal, which a proxy may have replaced by 200."""
    if status != HTTPStatus.OK:
        return status
    code = answer.get("error_code")
    if isinstance(code, int) and HTTPStatus.BAD_REQUEST <= code < 600:
        return code
    return int(HTTPStatus.BAD_GATEWAY)


def refusal(answer: dict[str, Any]) -> bytes:
    """Return a refusal with nothing in it but what python-telegram-bot can read."""
    said, parameters = answer.get("description"), answer.get("parameters")
    moved = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    known = {"migrate_to_chat_id": moved} if isinstance(moved, int) and not isinstance(moved, bool) else {}
    return json.dumps({"ok": False, "description": said if isinstance(said, str) else "", "parameters": known}).encode()


def requested_wait(body: bytes) -> int:
    """Return the seconds that an answer asks to wait, 0 where it asks for none; WAIT where what it says is no time."""
    answer = answer_in(body)
    parameters = answer.get("parameters") if answer else None
    if not isinstance(parameters, dict) or "retry_after" not in parameters:
        return 0
    try:
        wait = int(parameters["retry_after"])
    except (ValueError, TypeError, OverflowError):
        return WAIT
    return min(wait, _LONGEST_WAIT) if wait > 0 else WAIT


def check_result(method: str, result: Any) -> None:
    """Raise NetworkError for a result that a method does not have."""
    if not _fits(method, result):
        raise NetworkError("the result is not what this method gives")


def _fits(method: str, result: Any) -> bool:
    if method == "getMyCommands":
        return isinstance(result, list)
    if method.startswith("edit") and result is True:  # of a message that was sent inline
        return True
    parts = _PARTS.get(method, _MESSAGE if method.startswith(("send", "edit")) and method not in _CALLED_DONE else None)
    if parts is None:
        return result is not None
    return isinstance(result, dict) and all(type(result.get(name)) is kind for name, kind in parts.items())
