"""A group that became a supergroup has another number: calls that name the old one are made again with the new one."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

_GONE = "message to edit not found: its group is a supergroup now"
_MOVES = 4  # more numbers than that one after the other lead nowhere: perhaps in a circle
Answer = bool | dict[str, Any] | list[dict[str, Any]]


class FollowMovedChats(BaseRateLimiter[None]):
    """Makes requests through another limiter. `moved` is told of the old and the new number before a call is repeated.

    One that names a message is not repeated: that number is another message's there, perhaps somebody else's.

    Every error that leaves it has the method's name as a note, for the log.
    """

    def __init__(self, requests: BaseRateLimiter[None], *, moved: Callable[[int, int], Awaitable[None]]) -> None:
        self._requests, self._moved = requests, moved

    async def initialize(self) -> None:
        """Prepare the other limiter."""
        await self._requests.initialize()

    async def shutdown(self) -> None:
        """Release the other limiter."""
        await self._requests.shutdown()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Answer:
        """Make the request; where its chat has another number now, again with that. Raises TelegramError."""

        async def request() -> Answer:
            return await self._requests.process_request(callback, args, kwargs, endpoint, data, rate_limit_args)

        try:
            for _ in range(_MOVES):
                try:
                    return await request()
                except ChatMigrated as error:
                    await self._follow(data, error.new_chat_id)
                    if "message_id" in data:
                        raise BadRequest(_GONE) from None
            raise Forbidden("the group has moved again and again")
        except TelegramError as error:
            error.add_note(endpoint)
            raise

    async def _follow(self, data: dict[str, Any], new: int) -> None:
        old = data.get("chat_id")
        if isinstance(old, int):
            log.info("a group became a supergroup: its number is another one now")
            await self._moved(old, new)
        data["chat_id"] = new  # which is what `args` hold, too
        data.pop("reply_parameters", None)  # messages have other numbers there
