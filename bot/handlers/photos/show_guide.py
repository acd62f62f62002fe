"""A disease's pictures, sent where a message is: how to take a good photo, after consent and where asked for; its drawings."""

from telegram import MaybeInaccessibleMessage

from bot.handlers.services import Services
from bot.replies.examples import examples_caption, examples_picture
from bot.replies.guide import guide_caption, guide_picture
from bot.sending.messages import send_picture, topic_of
from bot.texts import Html, Texts
from classifiers.card import PhotoCard


async def show_guide(services: Services, below: MaybeInaccessibleMessage, card: PhotoCard, texts: Texts) -> None:
    """Send a disease's pictures of how to take a photo, and how not."""
    picture = await services.examiner.workers.run(guide_picture, card, from_right=texts.formats.is_rtl)
    await _send(below, picture, guide_caption(card, texts))


async def show_examples(services: Services, below: MaybeInaccessibleMessage, card: PhotoCard, texts: Texts) -> None:
    """Send the drawings of what a disease's labels tend to look like."""
    picture = await services.examiner.workers.run(examples_picture, card, from_right=texts.formats.is_rtl)
    await _send(below, picture, examples_caption(card, texts))


async def _send(below: MaybeInaccessibleMessage, picture: bytes, caption: Html) -> None:
    await send_picture(below.get_bot(), below.chat.id, picture, caption, topic=topic_of(below))
