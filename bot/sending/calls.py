"""Calls of the Bot API whose parameters are JSON already, and whose answers stay JSON."""

from collections.abc import Mapping
from typing import Any

from telegram import Bot, InputFile
from telegram.ext import ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter


async def call(bot: Bot, method: str, parameters: Mapping[str, Any]) -> Any:
    """Return the result of a call; a parameter may be a file, and what is None is not sent. Raises TelegramError.

    Not the bot's own methods: to make objects of all that stands in an answer, the person's photo among it, takes longer than
    to ask for it. It is repeated and counted as their calls are.
    """
    data = {name: value for name, value in parameters.items() if value is not None}
    if isinstance(bot, ExtBot) and bot.rate_limiter:
        return await bot.rate_limiter.process_request(_post, (bot, method, data), {}, method, data, None)
    return await _post(bot, method, data)


async def _post(bot: Bot, method: str, data: Mapping[str, Any]) -> Any:
    given = [
        RequestParameter(name, None, [value]) if isinstance(value, InputFile) else RequestParameter(name, value, None)
        for name, value in data.items()
    ]
    return await bot.request.post(f"{bot.base_url}/{method}", RequestData(given))
