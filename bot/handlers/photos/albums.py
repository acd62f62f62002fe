"""Albums in groups: only the first photo has the caption, and what it says of the bot is said of them all."""

from telegram import Message, User

from bot.handlers.filters import addresses_the_bot
from bot.handlers.services import Services


async def is_for_the_bot(services: Services, message: Message, user: User) -> bool:
    """Return whether a message that may be for the bot is: of an album in a group, where a photo before it was.

    It is kept in the database, since another process may have answered that photo.
    """
    album = message.media_group_id
    if message.chat.type == message.chat.PRIVATE or album is None:
        return True
    photos = services.store.photos
    if not addresses_the_bot(message):
        return await photos.has_album(album)
    await photos.note_album(album, person=services.person(user), now=services.store.now())
    return True
