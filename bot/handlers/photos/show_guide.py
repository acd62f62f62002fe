"""A disease's pictures, sent to a chat: how to take a good photo, after consent and where it is asked for; and its drawings."""

from telegram import Bot

from bot.handlers.services import Services
from bot.replies.examples import examples_caption, examples_picture
from bot.replies.guide import guide_caption, guide_picture
from bot.sending.messages import send_picture
from bot.texts import Texts
from classifiers.card import PhotoCard


async def show_guide(services: Services, bot: Bot, chat: int, card: PhotoCard, texts: Texts) -> None:
    """Send a disease's pictures of how to take a photo, and how not."""
    picture = await services.examiner.workers.run(guide_picture, card, from_right=texts.formats.is_rtl)
    await send_picture(bot, chat, picture, guide_caption(card, texts))


async def show_examples(services: Services, bot: Bot, chat: int, card: PhotoCard, texts: Texts) -> None:
    """Send the drawings of what a disease's labels tend to look like."""
    picture = await services.examiner.workers.run(examples_picture, card, from_right=texts.formats.is_rtl)
    await send_picture(bot, chat, picture, examples_caption(card, texts))
