"""What handlers need: the parts of the bot, handed to each when it is registered."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from telegram import User
from telegram.ext import Application, BaseHandler, CallbackContext

from bot.examiner import Examiner
from bot.handlers.people import language_choice
from bot.settings import Settings
from bot.store import Store
from bot.texts import Texts
from bot.updates.queue import UpdateQueue

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Handler = BaseHandler[Any, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of the bot that handlers call."""

    settings: Settings
    examiner: Examiner
    store: Store
    texts: Texts
    updates: UpdateQueue
    menus_due: asyncio.Event = field(default_factory=asyncio.Event)  # commands and description in other languages

    def person(self, user: User) -> str:
        """Return the keyed hash under which this user is known."""
        return self.store.person(user.id)

    def texts_for(self, user: User | None) -> Texts:
        """Return the texts in the language that the user, whose update is being handled, chose; else in their app's."""
        return self.texts.speaking(language_choice.current.get() or (user.language_code if user else None))
