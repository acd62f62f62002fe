"""For whoever watches the bot: /healthz, /readyz and /metrics, on a port of its own."""

import asyncio
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import metrics
from bot.store import BacklogSize, Store, StoreError
from classifiers.registry import Registry

PATIENCE = 3.0  # seconds that the database has


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """What is asked about the bot. `hears_telegram` tells whether the server answered lately."""

    store: Store
    registry: Callable[[], Registry]
    hears_telegram: Callable[[], bool]
    folder: Path | None  # of the disk that must not be full; None where the database is on a server of its own

    def app(self) -> web.Application:
        """Return what a server is to serve."""
        app = web.Application()
        app.add_routes(
            [web.get("/healthz", _healthy), web.get("/readyz", self._ready), web.get("/metrics", self._metrics)]
        )
        return app

    async def _ready(self, _: web.Request) -> web.Response:
        """Answer 200 where photos or forms can be answered now, else 503; and in JSON, what can be used."""
        models, backlog, trouble = _models(self.registry()), await self._backlog(), self.store.write_trouble
        parts: dict[str, object] = {"database": self._keeps(backlog), "telegram": self.hears_telegram()}
        is_ready = all(parts.values()) and any(models.values())
        if backlog and trouble:  # it can be read, and does not take all that is written
            parts["trouble"] = trouble.code
        return web.json_response({**parts, "models": models}, status=200 if is_ready else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        backlog = await self._backlog()
        metrics.up.labels("database").set(self._keeps(backlog))
        metrics.up.labels("telegram").set(self.hears_telegram())
        _show(backlog, now=self.store.now())
        metrics.disease_available.clear()
        for disease, is_available in _models(self.registry()).items():
            metrics.disease_available.labels(disease).set(is_available)
        _show_disk(self.folder)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _keeps(self, backlog: BacklogSize | None) -> bool:
        """Return whether the database can be read, and takes all that is written."""
        return backlog is not None and self.store.write_trouble is None

    async def _backlog(self) -> BacklogSize | None:
        """Return what is unfinished, None where the database does not say so in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.store.backlog.size()
        except (StoreError, TimeoutError):
            return None


async def _healthy(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def _models(registry: Registry) -> dict[str, bool]:
    """Return of each disease that is to be offered whether it is."""
    return {entry.id: entry.id in registry.plugins for entry in registry.entries if entry.enabled}


def _show(backlog: BacklogSize | None, *, now: datetime) -> None:
    if backlog is None:
        for gauge in (metrics.waiting, metrics.oldest_waiting, metrics.kept_aside):
            gauge.set(math.nan)
        return
    age = (now - backlog.oldest).total_seconds() if backlog.oldest else 0.0
    metrics.waiting.set(backlog.waiting)
    metrics.oldest_waiting.set(max(0.0, age))
    metrics.kept_aside.set(backlog.set_aside)


def _show_disk(folder: Path | None) -> None:
    """Show how full the disk of this folder is: a database that is on a server of its own has none here."""
    try:
        disk = shutil.disk_usage(folder) if folder else None
    except OSError:
        disk = None
    metrics.disk_free.set(disk.free if disk else math.nan)
    metrics.disk_size.set(disk.total if disk else math.nan)
