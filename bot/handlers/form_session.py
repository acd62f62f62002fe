"""A person's half-filled form: fetched from the database, shown in one message that changes, kept."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from telegram import Bot, User

from bot.forms.state import FormState, fit_to_card, read, start
from bot.forms.steps import FormWords, Shown
from bot.handlers.services import Services
from bot.sending.messages import alter, post, take_buttons
from bot.texts import Html, Texts
from classifiers.card.schema import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where somebody fills in a form: one at a time in each chat."""

    services: Services
    bot: Bot
    chat: int
    user: User

    @property
    def person(self) -> str:
        """The keyed hash of whose form it is."""
        return self.services.person(self.user)

    @property
    def texts(self) -> Texts:
        """The words in the person's language."""
        return self.services.words(self.user)

    async def state(self) -> FormState | None:
        """Return the form as it was kept, whatever became of its disease."""
        return read(await self.services.store.people.conversation(self.person, self.chat))

    async def fetch(self) -> "Sheet | None":
        """Return the half-filled form, as far as it fits its card; None where there is none. Raises Unavailable."""
        state = await self.state()
        if state is None:
            return None
        card = self.services.examiner.registry.plugin(state.disease).card
        return Sheet(desk=self, card=card, state=fit_to_card(state, card), seen=state.at)

    async def start(self, card: Card, *, command: int, update: int, message: int = 0) -> None:
        """Begin a form anew and show its first step, in a message that is there already if there is one."""
        run = f"{update % 0x10000:x}"
        state = replace(start(card, run=run, command=command, update=update), message=message)
        await Sheet(desk=self, card=card, state=state, seen=state.at).show()

    async def drop(self) -> None:
        """Forget the form."""
        await self.services.store.people.drop_conversation(self.person, self.chat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A half-filled form, its card, and where it is filled in."""

    desk: Desk
    card: Card
    state: FormState
    seen: str  # the step its person sees: another one than it is at where the card has changed since

    @property
    def words(self) -> FormWords:
        """What says its steps."""
        desk = self.desk
        return FormWords(card=self.card, state=self.state, owner=desk.user.id, texts=desk.texts, in_group=desk.chat < 0)

    async def show(self, *, note: Html | None = None, shown: Shown | None = None, below: bool = False) -> None:
        """Keep the form, and show the step it is at in its message; in a new one where that is gone, or `below`."""
        await self._keep(self.state)
        shown, bot, chat = shown or self.words.step(note), self.desk.bot, self.desk.chat
        before = self.state.message
        if before and not below and await alter(bot, chat, before, shown.text, buttons=shown.buttons):
            return
        message = await post(bot, chat, shown.text, buttons=shown.buttons, reply_to=self.state.command)
        await self._keep(replace(self.state, message=message))
        if before:
            await take_buttons(bot, chat, before)

    async def end(self, text: Html) -> None:
        """Forget the form, and leave these words in its message."""
        await self.desk.drop()
        if not await alter(self.desk.bot, self.desk.chat, self.state.message, text):
            await post(self.desk.bot, self.desk.chat, text, reply_to=self.state.command)

    async def _keep(self, state: FormState) -> None:
        people, now = self.desk.services.store.people, datetime.now(UTC)
        await people.save_conversation(self.desk.person, self.desk.chat, state.as_json(), now=now)
