"""The table of methods that the local server does, and the one way to call them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.local import describing, editing, receiving, sending
from bot.local.calls import Call
from bot.local.errors import ApiError
from bot.local.records import Upload
from bot.local.schema import check_call, facts
from bot.local.state import World

METHODS: dict[str, Callable[[Call], Awaitable[Any]]] = {
    "getMe": describing.get_me,
    "logOut": describing.nothing,
    "close": describing.nothing,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": editing.answer_callback_query,
    "getFile": describing.get_file,
    "setMyCommands": describing.set_my_commands,
    "getMyCommands": describing.get_my_commands,
    "deleteMyCommands": describing.delete_my_commands,
    "setMyName": describing.setter("name"),
    "getMyName": describing.getter("name"),
    "setMyDescription": describing.setter("description"),
    "getMyDescription": describing.getter("description"),
    "setMyShortDescription": describing.setter("short_description"),
    "getMyShortDescription": describing.getter("short_description"),
}


def known(name: str) -> str:
    """Return the method's proper name. Raises ApiError 404 for one that Telegram or the local server does not have."""
    method = facts().method_named(name)
    if method is None:
        raise ApiError(404, "Not Found")
    if method not in METHODS:
        raise ApiError(404, f"Not Found: the local server does not do {method}")
    return method


async def call_method(world: World, method: str, sent: dict[str, Any], uploads: dict[str, Upload]) -> Any:
    """Check a call and do it; return the result as JSON data. Raises ApiError."""
    fields = check_call(method, sent, set(uploads))
    return await METHODS[method](Call(world, method, fields, uploads))
