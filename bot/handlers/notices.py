"""What people are told of their updates beside the answers: that they wait, that Telegram is in trouble, that one is given up."""

import logging
import math
from dataclasses import dataclass

from telegram import Bot, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.handlers.errors import described
from bot.handlers.people.language_choice import chosen_language
from bot.replies import apology
from bot.sending import delivery
from bot.sending.messages import reply, send
from bot.sending.placeholder import remove_placeholder
from bot.store import Store, StoreError
from bot.texts import Html, Texts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateNotices:
    """Tells people, and the admins, about updates; a notice that cannot be sent is logged."""

    bot: Bot
    texts: Texts
    store: Store
    admins: frozenset[int]

    async def set_aside(self, update: Update) -> None:
        """Say that a message could not be answered, to its person and to every admin."""
        await self._remove_placeholder(update)
        if message := _message(update):
            await self._reply(update, message, apology("set_aside", await self._texts_for(update)))
        for admin in sorted(self.admins):
            text = (await self._texts_of(admin)).html("fault.for_admins", update=str(update.update_id))
            try:
                await send(self.bot, admin, text)
            except TelegramError as error:
                log.warning("update %d: admin %d could not be told: %s", update.update_id, admin, described(error))

    async def _remove_placeholder(self, update: Update) -> None:
        """Remove what stands in the chat for an answer that does not come."""
        try:
            message = await self.store.updates.placeholder(update.update_id)
            if message and update.effective_chat:
                await remove_placeholder(self.bot, update.effective_chat.id, message)
        except (StoreError, TelegramError) as error:
            log.warning("update %d: what stands in for its answer stays: %s", update.update_id, described(error))

    async def wait(self, update: Update, *, waiting: int, seconds: float) -> None:
        """Say to a person in a private chat that so many of their messages wait, and about how long."""
        texts = await self._texts_for(update)
        in_tens, in_minutes = math.ceil(seconds / 10) * 10, math.ceil(seconds / 60)
        quantity = (in_tens, "seconds") if in_tens < 60 else (in_minutes, "minutes")
        time = texts.formats.quantity(*quantity)
        await self._at_once(update, texts.html("wait.turn", count=waiting, time=time))

    async def delayed(self, update: Update) -> None:
        """Say to a person in a private chat that their message is not forgotten."""
        await self._at_once(update, (await self._texts_for(update)).html("wait.delayed"))

    async def _at_once(self, update: Update, text: Html) -> None:
        """Reply now or never: later it would not be true any more. In groups nobody is told."""
        message = _message(update)
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        delivery.current.set(delivery.Delivery())
        await self._reply(update, message, text)

    async def _reply(self, update: Update, message: Message, text: Html) -> None:
        try:
            await reply(message, text)
        except TelegramError as error:
            log.warning("update %d: its person could not be told: %s", update.update_id, described(error))

    async def _texts_for(self, update: Update) -> Texts:
        user = update.effective_user
        return await self._texts_of(user.id, user.language_code) if user else self.texts

    async def _texts_of(self, user: int, code: str | None = None) -> Texts:
        return self.texts.speaking(await chosen_language(self.store, user) or code)


def _message(update: Update) -> Message | None:
    """Return the person's message; not that of a tap, which is the bot's own."""
    return update.message or update.edited_message
