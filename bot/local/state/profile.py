"""What the bot says about itself: name, descriptions and commands, by language and scope."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.local.wire.errors import bad

LIMITS = {"name": 64, "description": 512, "short_description": 120}
DEFAULT_SCOPE = {"type": "default"}
Command = dict[str, str]


class Profile:
    """Texts and commands as the bot set them, starting from a name alone."""

    def __init__(self, name: str, username: str) -> None:
        self.username = username
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}
        self.menu_buttons: dict[int | None, dict[str, Any]] = {}  # by private chat; None: in all
        self._commands: dict[tuple[str, str], list[Command]] = {}

    def text(self, field: str, language: str = "") -> str:
        """Return the name or a description in this language, else the one for all languages."""
        return self._texts.get((field, language)) or self._texts.get((field, ""), "")

    def set_text(self, field: str, value: str, language: str) -> None:
        """Set or, with an empty value, remove a text. Raises ApiError 400 for one that is too long."""
        if len(value) > LIMITS[field]:
            raise bad(f"{field.replace('_', ' ')} is too long")
        if value or (field, language) == ("name", ""):
            self._texts[field, language] = value or self._texts["name", ""]
        else:
            self._texts.pop((field, language), None)

    def commands(self, scope: dict[str, Any] | None, language: str) -> list[Command]:
        """Return exactly what was set for this scope and language."""
        return self._commands.get((_key(scope), language), [])

    def set_commands(self, commands: list[Command], scope: dict[str, Any] | None, language: str) -> None:
        """Set the commands of a scope and language. Raises ApiError 400 for names Telegram does not take."""
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            command["command"] = command["command"].removeprefix("/")
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[_key(scope), language] = commands

    def delete_commands(self, scope: dict[str, Any] | None, language: str) -> None:
        """Forget the commands of a scope and language."""
        self._commands.pop((_key(scope), language), None)

    def seen_in(self, chat_id: int, language: str = "") -> dict[str, Any]:
        """Return what the page shows: the commands of the nearest scope that has some."""
        language = language.split("-", maxsplit=1)[0]  # Telegram's menus are by two letters
        kind = "all_group_chats" if chat_id < 0 else "all_private_chats"
        scopes: list[dict[str, Any]] = [{"type": "chat", "chat_id": chat_id}, {"type": kind}, DEFAULT_SCOPE]
        found = [self.commands(scope, code) for scope in scopes for code in dict.fromkeys((language, ""))]
        return {
            "name": self.text("name", language),
            "username": self.username,
            "description": self.text("description", language),
            "short_description": self.text("short_description", language),
            "commands": next((commands for commands in found if commands), []),
        }


def _key(scope: dict[str, Any] | None) -> str:
    return json.dumps(scope or DEFAULT_SCOPE, sort_keys=True)
