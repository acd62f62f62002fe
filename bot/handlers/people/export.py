"""/export: all that is stored about a person, as a file for them alone."""

import json

from telegram import Message, Update, User
from telegram.constants import ChatType
from telegram.ext import CommandHandler

from bot.handlers.filters import COMMAND
from bot.handlers.services import Context, Handler, Services
from bot.sending.messages import reply, reply_with_file


def handlers(services: Services) -> list[Handler]:
    """Return the handler of /export."""

    async def export(update: Update, _: Context) -> None:
        message, user = update.effective_message, update.effective_user
        if message and user:
            await _export(services, message, user)

    return [CommandHandler("export", export, filters=COMMAND)]


async def _export(services: Services, message: Message, user: User) -> None:
    texts = services.texts_for(user)
    if message.chat.type != ChatType.PRIVATE:
        await reply(message, texts.html("export.in_private"))
        return
    now, person = services.store.now(), services.person(user)
    kept = await services.store.own_data.of(person, chats=(message.chat_id,))
    content = {"exported": now.isoformat(timespec="seconds"), "your_code": person, **kept}
    file = json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")
    await reply_with_file(message, file, name=f"checkup-{now:%Y-%m-%d}.json", caption=texts.html("export.here"))
