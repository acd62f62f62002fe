"""How soon an update that Telegram brings to the webhook is in the database and confirmed, at a steady rate."""

import asyncio
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.cli.bench.processes import TOKEN, bot, database, last_words, server
from bot.store import Store

RATE = 100  # updates a second
UPDATES = 1000
CHATS = 100
START = 60.0  # seconds that the bot has to begin
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Milliseconds from sending an update to the 200 that says it is stored."""

    median: float
    slow: float  # 99 % were faster


def webhook(registry: Path, *, updates: int = UPDATES, rate: float = RATE) -> Brought:
    """Bring updates of many chats, so many a second whatever is answered. Raises RuntimeError with the bot's last words."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), _free_port()
        url = f"http://127.0.0.1:{port}/telegram"
        with server(folder) as api, bot(folder, api, registry, webhook=url, port=str(port)):
            try:
                return asyncio.run(_measure(folder, api, url, updates, rate))
            except (TimeoutError, aiohttp.ClientError) as error:
                raise RuntimeError(f"the bot did not answer: {error!r}\n{last_words(folder)}") from error


async def _measure(folder: Path, api: str, url: str, updates: int, rate: float) -> Brought:
    async with aiohttp.ClientSession() as session:
        async with asyncio.timeout(START):
            while not await _is_set(session, api):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        async with Store.open(database(folder), bot=int(TOKEN.partition(":")[0])) as store:
            headers = {SECRET_HEADER: store.webhook_secret(url)}

        async def bring(update: dict[str, Any], due: float) -> float:
            await asyncio.sleep(due - time.perf_counter())
            started = time.perf_counter()
            async with session.post(url, json=update, headers=headers) as answer:
                answer.raise_for_status()
                await answer.read()
            return 1000 * (time.perf_counter() - started)

        start = time.perf_counter() + 0.1
        coming = [bring(update, start + at / rate) for at, update in enumerate(_messages(updates))]
        times = await asyncio.gather(*coming)
    return Brought(median=statistics.median(times), slow=statistics.quantiles(times, n=100)[-1])


def _messages(count: int) -> Iterator[dict[str, Any]]:
    """Yield texts in groups that are not for the bot: it stores, handles and ends each, and answers none."""
    for at in range(count):
        chat = {"id": -1000 - at % CHATS, "type": "group", "title": "Family"}
        person = {"id": 3000 + at % CHATS, "is_bot": False, "first_name": "Robin"}
        message = {"message_id": at + 1, "date": int(time.time()), "chat": chat, "from": person, "text": "Good morning"}
        yield {"update_id": at + 1, "message": message}


async def _is_set(session: aiohttp.ClientSession, api: str) -> bool:
    async with session.post(f"{api}/bot{TOKEN}/getWebhookInfo") as answer:
        return bool((await answer.json())["result"]["url"])


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
