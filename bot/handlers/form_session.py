"""A person's half-filled form in one chat: loaded from the database, shown in one message that is edited, stored."""

from dataclasses import dataclass, replace

from telegram import Bot, User

from bot.forms.state import FormState, fit_to_card, in_chat, read, start
from bot.forms.steps import FormSteps, Shown
from bot.handlers.services import Services
from bot.replies import Rows
from bot.sending.messages import remove_buttons, send, show
from bot.texts import Html, Texts
from classifiers.card import FormCard


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChat:
    """Where a person fills in forms, one at a time in each chat."""

    services: Services
    bot: Bot
    chat: int
    user: User

    @property
    def person(self) -> str:
        """The keyed hash of the person."""
        return self.services.person(self.user)

    @property
    def texts(self) -> Texts:
        """The texts in the person's language."""
        return self.services.texts_for(self.user)

    async def state(self) -> FormState | None:
        """Return the stored state of the form, also where its disease no longer exists."""
        state = read(await self.services.store.people.conversation(self.person, self.chat))
        return in_chat(state, await self.number()) if state is not None and self.chat < 0 else state

    async def number(self) -> int:
        """Return the chat's present number: a group that became a supergroup has another one."""
        return await self.services.store.chats.number_now(self.chat)

    async def fetch(self) -> "FormSession | None":
        """Return the half-filled form, fitted to its card; None where there is none. Raises Unavailable."""
        state = await self.state()
        if state is None:
            return None
        card = self.services.examiner.registry.form_plugin(state.disease).card
        return FormSession(place=self, card=card, state=fit_to_card(state, card), shown_step=state.at)

    async def start(self, card: FormCard, *, command: int, topic: int, update: int, message: int = 0) -> None:
        """Start a new form and show its first step, in the bot's message `message` if there is one already."""
        run = f"{update % 0x10000:x}"
        state = replace(start(card, run=run, command=command, topic=topic, update=update), message=message)
        await FormSession(place=self, card=card, state=state, shown_step=state.at).show()

    async def drop(self) -> None:
        """Delete the form."""
        await self.services.store.people.drop_conversation(self.person, self.chat)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSession:
    """A half-filled form, its card, and where it is filled in."""

    place: FormChat
    card: FormCard
    state: FormState
    shown_step: str  # what the person sees; not the step the form is at where the card has changed since

    @property
    def steps(self) -> FormSteps:
        """The form's steps in words and buttons."""
        place = self.place
        return FormSteps(
            card=self.card, state=self.state, owner=place.user.id, texts=place.texts, in_group=place.chat < 0
        )

    async def show(self, *, note: Html | None = None, shown: Shown | None = None, below: bool = False) -> None:
        """Store the form and show its step in its message; in a new one where that was deleted, or if `below`.

        A note that is shown already is shown anew: whoever makes the same mistake twice gets a word each time.
        """
        await self._keep(self.state)
        shown, bot, chat = shown or self.steps.step(note), self.place.bot, self.place.chat
        before = self.state.message
        message = await show(
            bot,
            chat,
            shown.text,
            buttons=shown.buttons,
            instead_of=0 if below else before,
            reply_to=self.state.command,
            topic=self.state.topic,
            repeat=note is not None,
        )
        if message != before:
            await self._keep(replace(self.state, message=message))
            if before:
                await remove_buttons(bot, chat, before)

    async def end(self, text: Html) -> None:
        """Replace the form's message with this text, and delete the form."""
        place, state = self.place, self.state
        await show(place.bot, place.chat, text, instead_of=state.message, reply_to=state.command, topic=state.topic)
        await place.drop()

    async def say(self, text: Html, *, buttons: Rows = ()) -> int:
        """Send what is no step of the form, as a reply to its command; return the message's number."""
        place, state = self.place, self.state
        return await send(place.bot, place.chat, text, buttons=buttons, reply_to=state.command, topic=state.topic)

    async def _keep(self, state: FormState) -> None:
        if self.place.chat < 0:
            state = replace(state, chat=await self.place.number())
        people, now = self.place.services.store.people, self.place.services.store.now()
        await people.save_conversation(self.place.person, self.place.chat, state.as_json(), now=now)
