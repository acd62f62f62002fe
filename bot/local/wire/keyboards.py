"""The keyboards under messages, refused as Telegram refuses them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bot.local.wire.errors import ApiError, bad

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)


def checked_markup(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the markup of a call, or None where it is empty. Raises ApiError 400 for a button that cannot be."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        rows = [row for row in markup["inline_keyboard"] if row]
        for row in rows:
            for button in row:
                _check_button(button)
        if sum(map(len, rows)) > 100:
            raise bad("reply markup is too long")
        return {"inline_keyboard": rows} if rows else None
    for row in markup.get("keyboard", []):
        for button in row:
            if not button["text"].strip():
                raise bad("keyboard button text must be non-empty")
    return markup


def inline(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the markup where it belongs to the message; a reply keyboard belongs to the chat."""
    return markup if markup and "inline_keyboard" in markup else None


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: it has more than one action: {', '.join(actions)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])


@lru_cache(1024)  # the same links again and again
def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        raise _wrong_url(url, "Wrong HTTP URL") from None
    if parts.scheme == "tg":
        return
    if parts.scheme not in ("http", "https"):
        raise _wrong_url(url, "Unsupported URL protocol")
    if "." not in host.strip(".") or url.split() != [url]:
        raise _wrong_url(url, "Wrong HTTP URL")


def _wrong_url(url: str, why: str) -> ApiError:
    return bad(f"inline keyboard button URL '{url}' is invalid: {why}")
