"""/forget: delete all that is stored about a person, once they have confirmed it."""

from telegram import CallbackQuery, Update, User
from telegram.constants import ChatType
from telegram.ext import CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.opinions.opinion_steps import remove_all_of
from bot.handlers.services import Context, Handler, Services
from bot.handlers.taps import on_tap
from bot.replies import Button, Rows
from bot.replies.length import joined
from bot.replies.taps import ForgetTap
from bot.sending.messages import edit_tapped, reply, toast
from bot.store import Forgotten, StoreError
from bot.texts import Html, Texts


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of /forget and of its two buttons."""

    async def forget(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        texts = services.texts_for(user)
        await reply(message, texts.html("forget.ask"), buttons=_choices(user, texts))

    return [
        CommandHandler("forget", forget, filters=COMMAND),
        on_tap(services, ForgetTap, _chosen),
    ]


def _choices(user: User, texts: Texts) -> Rows:
    taps = (ForgetTap(owner=user.id, choice="yes"), ForgetTap(owner=user.id, choice="no"))
    return tuple((Button(text=texts.plain(f"button.forget_{tap.choice}"), data=tap.data),) for tap in taps)


async def _chosen(services: Services, _: Update, query: CallbackQuery, tap: ForgetTap) -> None:
    texts = services.texts_for(query.from_user)
    if tap.owner != query.from_user.id:
        await toast(query, texts.plain("not_yours"))
        return
    await toast(query)
    if tap.choice != "yes":
        await edit_tapped(query, texts.html("forget.kept"))
        return
    try:
        shown = await remove_all_of(services, query.get_bot(), services.person(query.from_user))
        forgotten = await services.store.people.forget(services.person(query.from_user), chats=_private(query))
    except StoreError as error:
        if error.passes_soon:
            await edit_tapped(query, texts.html("forget.waits"))
        raise  # the tap goes back to the queue and comes again
    opinions = texts.html("opinion.forgotten", number=shown) if shown else Html()
    await edit_tapped(query, joined([_summary(forgotten, texts), opinions]))


def _private(query: CallbackQuery) -> tuple[int, ...]:
    """Return the chat if it is private; a group's messages are not this person's alone."""
    message = query.message
    if message is not None and message.chat.type == ChatType.PRIVATE:
        return (message.chat.id,)
    return ()


def _summary(forgotten: Forgotten, texts: Texts) -> Html:
    """Return what was removed, without what there was none of; the inbox has had this command at least."""
    numbers = {
        "journal": forgotten.journal,
        "consents": forgotten.consents,
        "choices": forgotten.choices,
        "conversations": forgotten.conversations,
        "spots": forgotten.spots,
    }
    lines = [texts.html(f"forget.{what}", number=number) for what, number in numbers.items() if number]
    removed = joined([texts.html("forget.done"), *lines, texts.html("forget.inbox", number=forgotten.inbox)], "\n")
    left = Html() if forgotten.wiped else texts.html("forget.still_read")
    return joined([removed, texts.html("forget.after"), left])
