"""Somebody who follows spots in the chat, in any language: finds texts and buttons by their keys."""

from __future__ import annotations

import re

from chat import buttons
from phone import Message, Phone

from bot.replies.places import ZONES
from bot.settings import Settings
from bot.store import Spot, Store
from bot.texts import Texts
from bot.texts.direction import without_isolates


class Follower:
    """Somebody who follows spots in a language: finds buttons and texts by their keys."""

    def __init__(self, phone: Phone, lang: str) -> None:
        self.phone, self.texts = phone, Texts.load(lang)

    def words(self, key: str) -> str:
        """Return the longest piece of a text without facts, tags and ends of lines."""
        plain = without_isolates(self.texts.forms(key)[-1])
        return max(re.split(r"\{\w+\}|<[^>]*>|\n", plain), key=len).strip()

    async def reads(self, key: str) -> Message:
        """Wait for a message with a text."""
        words = self.words(key)
        return await self.phone.waits_for(lambda message: words in said(message))

    async def taps(self, key: str, message: Message) -> None:
        """Tap a button by its words, or by the end of them."""
        words = without_isolates(self.texts.plain(key) if key.startswith(("button.", "place.")) else key)
        [button] = [one for row in message["buttons"] for one in row if without_isolates(one["text"]).endswith(words)]
        await self.phone.presses(button["data"], message)

    async def places(self, region: str) -> Message:
        """Tap the part of the body, and then the region, below the newest body map; return the message with the regions."""
        zones = next(zones for zones in ZONES.values() if any(region in regions for regions in zones.values()))
        zone = next(zone for zone, regions in zones.items() if region in regions)
        await self.taps(f"place.{zone}", await self.reads("spots.which"))
        regions = await self.reads("spots.which")
        await self.taps(f"place.{region}", regions)
        return regions

    async def follows(self, side: str, region: str, content: bytes) -> Message:
        """Send a photo and follow its spot; return the message that says so."""
        await self.phone.sends_photo(content)
        await self.taps("button.follow", await self.reads("reply.not_a_diagnosis"))
        asked = await self.phone.waits_for(lambda message: len(message["buttons"]) in {1, 2} and message["reply_to"])
        if without_isolates(buttons(asked)[0]) == without_isolates(self.texts.plain("button.follow_agree")):
            await self.taps("button.follow_agree", asked)
            asked = await self.reads("spots.where")
        await self.taps(f"button.place_{side}", asked)
        await self.places(region)
        return await self.reads("spots.followed")


def said(message: Message) -> str:
    """Return what a message says, without isolates."""
    return without_isolates(message["text"] or message["caption"] or "")


async def spots_of(settings: Settings, person: int = 1001) -> list[Spot]:
    """Return the spots that a person follows, the one with the newest photo first."""
    async with Store.open(settings.database_url) as store:
        listed = await store.spots.listed(store.person(person))
        found = [await store.spots.one(one.id, store.person(person)) for one in listed]
        return [one for one in found if one]
