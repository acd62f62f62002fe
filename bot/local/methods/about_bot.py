"""The methods about the bot itself and about files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.local.methods.call import NOT_HERE, Call
from bot.local.wire.errors import bad

DOWNLOAD_BYTES = 20 * 2**20


async def get_me(call: Call) -> dict[str, Any]:
    """Return the bot. In groups it reads everything, the harder case for a bot that speaks when addressed."""
    return call.state.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_file(call: Call) -> dict[str, Any]:
    """Return where a file can be downloaded, and how large it is."""
    found = call.state.files.find(call.fields["file_id"])
    if found is None:
        raise bad(NOT_HERE)
    media, file = found
    try:
        path, size = await call.state.files.ready(media, file)
    except OSError:
        raise bad(NOT_HERE) from None
    folder = call.state.paths_in
    if size > DOWNLOAD_BYTES and folder is None:
        raise bad("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": size,
        "file_path": str(folder / path.name) if folder else file.public_path,
    }


async def set_my_commands(call: Call) -> bool:
    """Set the commands of a scope and language."""
    call.state.profile.set_commands(call.fields["commands"], call.get("scope"), call.get("language_code") or "")
    return _told(call)


async def get_my_commands(call: Call) -> list[dict[str, str]]:
    """Return the commands of a scope and language."""
    return call.state.profile.commands(call.get("scope"), call.get("language_code") or "")


async def delete_my_commands(call: Call) -> bool:
    """Forget the commands of a scope and language."""
    call.state.profile.delete_commands(call.get("scope"), call.get("language_code") or "")
    return _told(call)


async def set_chat_menu_button(call: Call) -> bool:
    """Set what the button beside the field to write in opens, in one private chat or in all."""
    call.state.profile.menu_buttons[call.get("chat_id")] = call.get("menu_button") or {"type": "default"}
    return True


async def get_chat_menu_button(call: Call) -> dict[str, Any]:
    """Return what that button opens."""
    buttons = call.state.profile.menu_buttons
    return buttons.get(call.get("chat_id")) or buttons.get(None) or {"type": "default"}


def getter(field: str) -> Callable[[Call], Awaitable[dict[str, str]]]:
    """Return the method that reads a name or description."""

    async def get(call: Call) -> dict[str, str]:
        return {field: call.state.profile.text(field, call.get("language_code") or "")}

    return get


def setter(field: str) -> Callable[[Call], Awaitable[bool]]:
    """Return the method that sets a name or description."""

    async def set_it(call: Call) -> bool:
        call.state.profile.set_text(field, call.get(field) or "", call.get("language_code") or "")
        return _told(call)

    return set_it


async def nothing(call: Call) -> bool:
    """Say yes: logOut and close have nothing to do here."""
    return bool(call.method)


def _told(call: Call) -> bool:
    language = call.get("language_code") or ""
    call.state.events.publish(None, "profile", bot=call.state.profile.seen_in(0, language), language=language)
    return True
