"""Buttons below a message, as the Bot API has them."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.replies import Rows


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Return Telegram's keyboard for these buttons, None where there are none."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one.text, url=one.url, callback_data=one.data) for one in row] for row in rows]
    )


def markup(rows: Rows) -> dict[str, Any] | None:
    """Return the same as JSON has it."""
    if not rows:
        return None
    shown = [[{"text": one.text, "url": one.url, "callback_data": one.data} for one in row] for row in rows]
    return {
        "inline_keyboard": [
            [{key: value for key, value in one.items() if value is not None} for one in row] for row in shown
        ]
    }
