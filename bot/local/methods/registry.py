"""The table of methods that the local server does, and the one way to call them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.local.methods import about_bot, edit, receive, send
from bot.local.methods.call import Call
from bot.local.state.records import Upload
from bot.local.state.server_state import ServerState
from bot.local.wire.errors import ApiError
from bot.local.wire.schema import check_call, facts

METHODS: dict[str, Callable[[Call], Awaitable[Any]]] = {
    "getMe": about_bot.get_me,
    "logOut": about_bot.nothing,
    "close": about_bot.nothing,
    "getUpdates": receive.get_updates,
    "setWebhook": receive.set_webhook,
    "deleteWebhook": receive.delete_webhook,
    "getWebhookInfo": receive.get_webhook_info,
    "sendMessage": send.send_message,
    "sendPhoto": send.send_photo,
    "sendDocument": send.send_document,
    "copyMessage": send.copy_message,
    "sendMediaGroup": send.send_media_group,
    "sendChatAction": send.send_chat_action,
    "editMessageText": edit.edit_message_text,
    "editMessageCaption": edit.edit_message_caption,
    "editMessageMedia": edit.edit_message_media,
    "editMessageReplyMarkup": edit.edit_message_reply_markup,
    "deleteMessage": edit.delete_message,
    "deleteMessages": edit.delete_messages,
    "answerCallbackQuery": edit.answer_callback_query,
    "getFile": about_bot.get_file,
    "setMyCommands": about_bot.set_my_commands,
    "getMyCommands": about_bot.get_my_commands,
    "deleteMyCommands": about_bot.delete_my_commands,
    "setChatMenuButton": about_bot.set_chat_menu_button,
    "getChatMenuButton": about_bot.get_chat_menu_button,
    "setMyName": about_bot.setter("name"),
    "getMyName": about_bot.getter("name"),
    "setMyDescription": about_bot.setter("description"),
    "getMyDescription": about_bot.getter("description"),
    "setMyShortDescription": about_bot.setter("short_description"),
    "getMyShortDescription": about_bot.getter("short_description"),
}


def known(name: str) -> str:
    """Return the method's proper name. Raises ApiError 404 for one that Telegram or the local server does not have."""
    method = facts().method_named(name)
    if method is None:
        raise ApiError(404, "Not Found")
    if method not in METHODS:
        raise ApiError(404, f"Not Found: the local server does not do {method}")
    return method


async def call_method(state: ServerState, method: str, sent: dict[str, Any], uploads: dict[str, Upload]) -> Any:
    """Check a call and do it; return the result as JSON data. Raises ApiError."""
    fields = check_call(method, sent, set(uploads))
    return await METHODS[method](Call(state, method, fields, uploads))
