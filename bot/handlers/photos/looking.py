"""What a person sees while a photo of theirs is looked at: a chat action, and a message once it takes long."""

import contextlib
import logging
from collections.abc import Iterator

from telegram import Message, Update
from telegram.constants import ChatType

from bot.handlers.services import Services
from bot.sending.chat_action import ShownAction, chat_action
from bot.store import StoreError

log = logging.getLogger(__name__)


@contextlib.contextmanager
def looking(services: Services, update: Update, message: Message, *, photos: int = 1) -> Iterator[ShownAction]:
    """Show that the photo in a message, or several photos, are looked at while the block runs.

    In a private chat a message says so after two seconds; whatever is sent in answer to the update takes its place.
    """

    async def keep(number: int) -> None:
        try:
            await services.store.updates.set_placeholder(update.update_id, number)
        except StoreError as error:
            log.warning("update %d: a kill would leave what stands in for its answer: %s", update.update_id, error)

    placeholder = services.updates.delivery(update).placeholder
    if message.chat.type == ChatType.PRIVATE:
        text = services.texts_for(update.effective_user).html("wait.looking", count=photos)
        placeholder.show_later(message, text, keep=keep)
    try:
        with chat_action(message) as action:
            yield action
    finally:
        placeholder.call_off()
