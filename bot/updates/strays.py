"""Chats that this replica has by the database, and does not know of: taken in a transaction whose end was never heard of."""

from collections.abc import Set as AbstractSet

from bot.store import Turns


class Strays:
    """Finds them by looking twice: what is being taken just now is not in memory yet."""

    def __init__(self, turns: Turns) -> None:
        """Look among this replica's turns."""
        self._turns = turns
        self._seen: AbstractSet[int] = set()

    async def repair(self, *, known: AbstractSet[int]) -> None:
        """Let every chat with updates that wait have a turn, and those not `known` this time nor the last. Raises StoreError."""
        unknown = await self._turns.held() - known
        await self._turns.repair(unknown & self._seen)
        self._seen = unknown - self._seen
