"""What every handler needs, handed over once."""

from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Update, User
from telegram.ext import Application, BaseHandler, CallbackContext

from bot.examiner import Examiner
from bot.settings import Settings
from bot.store import Store
from bot.texts import Texts

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Handler = BaseHandler[Any, Any, Any]


class Updates(Protocol):
    """Where updates come from and go back to."""

    async def hold(self, update: Update) -> None:
        """Keep an update until its person has consented."""
        ...

    async def release(self, person: str) -> int:
        """Let what was held for a person come again; return how many."""
        ...

    def failed(self, update: Update, error: Exception) -> None:
        """Say that an update could not be handled: it comes again, or is set aside."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of the bot that handlers call."""

    settings: Settings
    examiner: Examiner
    store: Store
    texts: Texts
    updates: Updates

    def person(self, user: User) -> str:
        """Return the keyed hash under which this user is known."""
        return self.store.person(user.id)

    def texts_for(self, user: User | None) -> Texts:
        """Return the texts in the language of the user's app."""
        return self.texts.speaking(user.language_code if user else None)
